"""The house's own words: what it lists as slips of the engine, and names that were written as they sound.

The law: an ordinary word never becomes a name by its sound; only a slip that the house wrote down itself may do that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kitt_rtc.model.words import fold
from kitt_rtc.pipeline.correction.line import Change, Line
from kitt_rtc.pipeline.correction.ordinary import is_ordinary
from kitt_rtc.pipeline.correction.sounds import apart, sound_of

_LEAST = 5
"""Names with fewer letters are looked for by their slips only."""
_LONG = 8
"""Sounds of this length may be two letters apart, shorter ones one, those below `_MIDDLE` none."""
_MIDDLE = 6
_WIDEST = 3
"""Words that one name may have been torn into."""


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    folded: str
    sound: str
    words: int


class Names:
    """Finds them in a line."""

    def __init__(self, entries: Mapping[str, Sequence[str]]) -> None:
        """Each name as it is written, and what the engine writes instead."""
        self._slips = {
            tuple(fold(slip).split()): name for name, slips in entries.items() for slip in slips if fold(slip)
        }
        self._longest = max(map(len, self._slips), default=0)
        self._by_sound: dict[str, list[_Name]] = {}
        for name in entries:
            if sum(map(str.isalpha, name)) >= _LEAST and (sound := sound_of(name)):
                folded = fold(name)
                known = _Name(name, folded.replace(" ", ""), sound, len(folded.split()))
                self._by_sound.setdefault(sound[0], []).append(known)

    def find_slips(self, line: Line) -> Iterator[Change]:
        """What the house listed, longest first."""
        words = _words(line)
        at = 0
        while at < len(words):
            change = self._slip_at(line, words, at)
            if change:
                yield change
                at = next((number for number, place in enumerate(words) if place >= change.stop), len(words))
            else:
                at += 1

    def find_sounds(self, line: Line) -> Iterator[Change]:
        """What sounds like a name of the house and is no ordinary word."""
        words = _words(line) if self._by_sound else []
        plain = [is_ordinary(line.word(place), line.language) or not line.word(place).isalpha() for place in words]
        for at in range(len(words)):
            for size in range(1, min(_WIDEST, len(words) - at) + 1):
                places = words[at : at + size]
                if all(plain[at : at + size]) or not _together(line, places):
                    continue
                if name := self._sounding([line.word(place) for place in places]):
                    yield Change("name", places[0], places[-1] + 1, name)
                    break

    def _slip_at(self, line: Line, words: Sequence[int], at: int) -> Change | None:
        for size in range(min(self._longest, len(words) - at), 0, -1):
            places = words[at : at + size]
            name = self._slips.get(tuple(line.word(place) for place in places))
            if name and _together(line, places):
                return Change("glossary", places[0], places[-1] + 1, name)
        return None

    def _sounding(self, said: Sequence[str]) -> str:
        joined = "".join(said)
        sound = sound_of(joined)
        for name in self._by_sound.get(sound[:1], ()):
            most = _allowed(name, said)
            if name.words <= len(said) and (joined == name.folded or apart(sound, name.sound, most=most) <= most):
                return name.text
        return ""


def _allowed(name: _Name, said: Sequence[str]) -> int:
    """Letters by which a sound may differ; none where an ordinary word is a part of what was said."""
    if len(said) != name.words or len(name.sound) < _MIDDLE:
        return 0
    return 2 if len(name.sound) >= _LONG else 1


def _together(line: Line, places: Sequence[int]) -> bool:
    """A hyphen may stand between two words of one name; a comma or a full stop may not."""
    return all(line.mark(between) == "-" for before, after in pairwise(places) for between in range(before + 1, after))


def _words(line: Line) -> list[int]:
    return [place for place, token in enumerate(line.tokens) if token.is_word]
