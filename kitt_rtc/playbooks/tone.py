"""How the one who is not ours sounds: mood and urgency, the newest sign of each (roadmap R10).

Words tell it; where they say nothing of a mood or of an urgency, what a sentence means may (`likenesses.py`).

Law: nobody is angry for ever. A sign counts as long as its words are among what the context remembers. Sarcasm is out
of scope: "oh, great" is read as pleased.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.speech import Role
from kitt_rtc.model.tone import CALM, Tone
from kitt_rtc.playbooks.cues import Cue, Cues, Line
from kitt_rtc.playbooks.likenesses import NOTHING_ALIKE, Alike
from kitt_rtc.playbooks.transcript import heard
from kitt_rtc.playbooks.triggers import Sentence, quote

_GRAVITY = ("pleased", "calm", "doubtful", "annoyed", "angry")
"""Of two moods in one utterance the graver one is told: politeness comes before a complaint."""


def tone_of(
    conversation: Conversation, lines: Iterable[Line], cues: Cues, role: Role, alike: Alike = NOTHING_ALIKE
) -> Tone:
    """The tone of this role after these lines; `alike`: by what their sentences mean."""
    remembered = any(utterance.id == conversation.tone.utterance_id for utterance in heard(conversation))
    tone = conversation.tone if remembered else CALM
    for line in lines:
        if line.utterance.speaker.role is role:
            tone = _after(tone, line, cues, alike)
    return tone


def _after(tone: Tone, line: Line, cues: Cues, alike: Alike) -> Tone:
    mood = _gravest(_moods(line, cues)) or _gravest(_felt_moods(line, cues, alike))
    urgent = _urgencies(line, cues) or _felt_urgencies(line, cues, alike)
    told = mood or (urgent[-1] if urgent else None)
    if told is None:
        return tone
    return replace(
        tone,
        mood=mood.id if mood else tone.mood,
        urgency=urgent[-1].id if urgent else tone.urgency,
        quote=told.quote,
        utterance_id=line.utterance.id,
    )


@dataclass(frozen=True, slots=True)
class _Sign:
    id: str
    """Of a mood or an urgency."""
    quote: str


def _moods(line: Line, cues: Cues) -> Iterator[_Sign]:
    """Who asks "is it a great difference?" is not pleased; who asks "are you joking?" is annoyed all the same."""
    asked = _asked(line)
    for found in cues.found(line.sentences, line.language, "mood"):
        if found.cue.id != "pleased" or not any(found.quote in one for one in asked):
            yield _Sign(found.cue.id, found.quote)


def _felt_moods(line: Line, cues: Cues, alike: Alike) -> Iterator[_Sign]:
    """The same by meaning, but for a mood whose words stand there and are denied or excepted."""
    asked, known = _asked(line), cues.of_kind("mood", line.language)
    for sentence in line.sentences:
        mood = alike.get(sentence.text, {}).get("mood")
        welcomed = mood == "pleased" and sentence.text in asked
        if mood and not welcomed and not _named(sentence, mood, known):
            yield _Sign(mood, quote(sentence.spoken, (0, 1)))


def _urgencies(line: Line, cues: Cues) -> list[_Sign]:
    return [_Sign(one.cue.id, one.quote) for one in cues.found(line.sentences, line.language, "urgency")]


def _felt_urgencies(line: Line, cues: Cues, alike: Alike) -> list[_Sign]:
    told = ((sentence, alike.get(sentence.text, {}).get("urgency")) for sentence in line.sentences)
    known = cues.of_kind("urgency", line.language)
    return [
        _Sign(urgency, quote(sentence.spoken, (0, 1)))
        for sentence, urgency in told
        if urgency and not _named(sentence, urgency, known)
    ]


def _named(sentence: Sentence, name: str, cues: Iterable[Cue]) -> bool:
    """Do its words stand in this sentence, meant or not?"""
    return any(cue.id == name and cue.trigger.marks and cue.trigger.marks.search(sentence.folded) for cue in cues)


def _asked(line: Line) -> set[str]:
    return {sentence.text for sentence in line.sentences} - {sentence.text for sentence in line.stated}


def _gravest(moods: Iterable[_Sign]) -> _Sign | None:
    return max(moods, key=lambda sign: _GRAVITY.index(sign.id), default=None)
