"""How the one who is not ours sounds, by their words: mood and urgency, the newest sign of each (roadmap R10).

Law: nobody is angry for ever. A sign counts as long as its words are among what the context remembers. Sarcasm is out
of scope: "oh, great" is read as pleased.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.speech import Role
from kitt_rtc.model.tone import CALM, Tone
from kitt_rtc.playbooks.cues import Cues, Heard, Line
from kitt_rtc.playbooks.transcript import heard

_GRAVITY = ("pleased", "calm", "doubtful", "annoyed", "angry")
"""Of two moods in one utterance the graver one is told: politeness comes before a complaint."""


def tone_of(conversation: Conversation, lines: Iterable[Line], cues: Cues, role: Role) -> Tone:
    """The tone of this role after these lines."""
    remembered = any(utterance.id == conversation.tone.utterance_id for utterance in heard(conversation))
    tone = conversation.tone if remembered else CALM
    for line in lines:
        if line.utterance.speaker.role is role:
            tone = _after(tone, line, cues)
    return tone


def _after(tone: Tone, line: Line, cues: Cues) -> Tone:
    mood = _gravest(_moods(line, cues))
    urgent = cues.found(line.sentences, line.language, "urgency")
    told = mood or (urgent[-1] if urgent else None)
    if told is None:
        return tone
    return replace(
        tone,
        mood=mood.cue.id if mood else tone.mood,
        urgency=urgent[-1].cue.id if urgent else tone.urgency,
        quote=told.quote,
        utterance_id=line.utterance.id,
    )


def _moods(line: Line, cues: Cues) -> Iterator[Heard]:
    """Who asks "is it a great difference?" is not pleased; who asks "are you joking?" is annoyed all the same."""
    asked = {sentence.text for sentence in line.sentences} - {sentence.text for sentence in line.stated}
    found = cues.found(line.sentences, line.language, "mood")
    return (heard for heard in found if heard.cue.id != "pleased" or not any(heard.quote in one for one in asked))


def _gravest(moods: Iterable[Heard]) -> Heard | None:
    return max(moods, key=lambda heard: _GRAVITY.index(heard.cue.id), default=None)
