"""Two stories of one call side by side: the words that were heard, and the cards that were shown.

What differs from one life of a call to the next though nothing has changed is left out: ids, and what a clock of the
machine has measured.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kitt_rtc import wire
from kitt_rtc.model.facts import Entry, UtteranceHeard
from kitt_rtc.model.speech import Utterance
from kitt_rtc.replay.comparison import Comparison

_SAME_SECONDS = 0.3
"""Words that begin so near each other are the same piece of speech."""
_ID = re.compile(r"\b((?:utt|ins|seg|ctx)_[0-9a-z_.]+)\b")
_MEASURED = ("took", "stages", "seconds_taken")


@dataclass(frozen=True, slots=True)
class Words:
    """A piece of speech, as it was written down in both lives of a call."""

    spoken: Utterance
    was: str = ""
    """Empty: nothing was written down."""
    now: str = ""

    @property
    def same(self) -> bool:
        return self.was == self.now


@dataclass(frozen=True, slots=True)
class Difference:
    words: tuple[Words, ...]
    """In the order spoken."""
    cards: Comparison

    @classmethod
    def of(cls, was: Sequence[Entry], now: Sequence[Entry]) -> "Difference":
        before, after = list(said(was)), list(said(now))
        found: list[Words] = []
        for one in before:
            twin = next((other for other in after if _alike(one, other)), None)
            if twin is not None:
                after.remove(twin)
            found.append(Words(one, one.text, twin.text if twin else ""))
        found += [Words(other, now=other.text) for other in after]
        return cls(tuple(sorted(found, key=lambda words: words.spoken.start)), Comparison.of(was, now))

    @property
    def equal(self) -> bool:
        return self.same_words == len(self.words) and self.cards.equal

    @property
    def same_words(self) -> int:
        """Utterances that are word for word the same."""
        return sum(words.same for words in self.words)

    def lines(self) -> Iterator[str]:
        """Words that are not the same, then every card, each in the order of the call."""
        yield from (_line(words) for words in self.words if not words.same)
        yield from self.cards.lines()


def said(story: Iterable[Entry]) -> Iterable[Utterance]:
    """The utterances of a story in the order they were spoken."""
    return sorted((e.fact.utterance for e in story if isinstance(e.fact, UtteranceHeard)), key=lambda one: one.start)


def retold(story: Iterable[Entry]) -> Sequence[str]:
    """A story as lines that are equal when it was lived the same: ids by the order they came in."""
    known: dict[str, str] = {}

    def numbered(found: re.Match[str]) -> str:
        return known.setdefault(found.group(), f"#{len(known)}")

    return [_ID.sub(numbered, json.dumps(_lasting(wire.as_dict("", entry)))) for entry in story]


def _lasting(value: object) -> object:
    if isinstance(value, dict):
        return {name: _lasting(one) for name, one in value.items() if name not in _MEASURED}
    return [_lasting(one) for one in value] if isinstance(value, list) else value


def _alike(one: Utterance, other: Utterance) -> bool:
    return one.speaker.id == other.speaker.id and abs(one.start - other.start) <= _SAME_SECONDS


def _line(words: Words) -> str:
    minutes, seconds = divmod(int(words.spoken.start), 60)
    was, now = (f"“{text}”" if text else "(nothing)" for text in (words.was, words.now))
    return f"{minutes:>3}:{seconds:02d}  heard  {words.spoken.speaker.role.value}: {was} → {now}"
