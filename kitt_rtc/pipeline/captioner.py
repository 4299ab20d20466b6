"""An open utterance in, its caption out: pass after pass over the sound so far, by local agreement.

The law: what two passes in a row agree on is committed, and never taken back; the rest may change with every pass. The
words are the scribe's own, so that whatever keeps an utterance honest (languages, what nobody said, corrections) keeps
a caption honest too.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from kitt_rtc.model.caption import Caption, caption_id
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import UtteranceHeard
from kitt_rtc.model.speech import NOBODY, Segment
from kitt_rtc.model.words import fold
from kitt_rtc.pipeline.diarizer import Diarizer
from kitt_rtc.pipeline.scribe import Scribe

_CLOSING_MARKS = ".…"
"""Engines end every piece like a sentence; in the middle of one that says only where the sound was cut."""


class Captioner:
    """Looks at utterances that are still spoken."""

    def __init__(self, scribe: Scribe, diarizer: Diarizer) -> None:
        self._scribe = scribe
        self._diarizer = diarizer

    def wanted(self, segment: Segment, conversation: Conversation) -> bool:
        """Would it be written down as it is: long enough, by somebody whose words are, in a language that is heard?"""
        language = conversation.language_of(segment.speaker.id if segment.speaker else "")
        return self._scribe.hears(language) and self._diarizer.objection(segment) is None

    async def look(
        self, segment: Segment, conversation: Conversation, *, leg_id: str, before: Caption | None = None
    ) -> Caption:
        """The caption after one more pass; `before` is the same utterance's after the last. Raises EngineError."""
        facts = await self._scribe.write(segment, conversation)
        text = next((fact.utterance.text for fact in facts if isinstance(fact, UtteranceHeard)), "")
        caption = before or Caption(
            caption_id(segment.id), leg_id, segment.speaker or NOBODY, start=round(segment.start, 3)
        )
        return agreed(caption, text)


def agreed(caption: Caption, text: str) -> Caption:
    """The caption once a further pass over its sound says `text`; one that says nothing takes the rest back."""
    committed, doubtful = _words(caption.committed), _words(caption.rest)
    heard = _words(text.rstrip(_CLOSING_MARKS))
    fresh = heard[_reach(_folded(committed), _folded(heard)) :]
    same = sum(1 for _ in takewhile(_alike, zip(doubtful, fresh, strict=False)))
    return replace(caption, committed=" ".join([*committed, *fresh[:same]]), rest=" ".join(fresh[same:]), paused=False)


def _words(text: str) -> list[str]:
    """Between blanks; a mark that stands alone, as before a French question mark, belongs to the word before it."""
    words: list[str] = []
    for piece in text.split():
        if words and not fold(piece):
            words[-1] += f" {piece}"
        else:
            words.append(piece)
    return words


def _folded(words: Sequence[str]) -> list[str]:
    return [fold(word) for word in words]


def _alike(pair: tuple[str, str]) -> bool:
    return fold(pair[0]) == fold(pair[1])


def _reach(committed: Sequence[str], heard: Sequence[str]) -> int:
    """How many of the heard words are the committed ones, told perhaps otherwise: the fewest edits decide.

    Of equals, the one nearest to the same number of words.
    """
    row = list(range(len(heard) + 1))
    for count, word in enumerate(committed, start=1):
        above, row = row, [count]
        for place, other in enumerate(heard, start=1):
            row.append(min(above[place - 1] + (word != other), above[place] + 1, row[-1] + 1))
    return min(range(len(row)), key=lambda place: (row[place], abs(place - len(committed))))
