"""The house's own words: what it lists as slips of the engine, and names that were written as they sound.

The law: an ordinary word never becomes a name by its sound; only a slip that the house wrote down itself may do that.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kitt_rtc.model.words import fold
from kitt_rtc.pipeline.correction.line import Change, Line
from kitt_rtc.pipeline.correction.ordinary import is_derived, is_ordinary
from kitt_rtc.pipeline.correction.sounds import apart, sound_of

_LEAST = 5
"""Names with fewer letters are looked for by their slips only."""
_LONG = 10
"""Sounds of this length may be two letters apart, shorter ones one, those below `_MIDDLE` none."""
_MIDDLE = 6
_WIDEST = 3
"""Words that one name may have been torn into."""


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    sound: str


class Names:
    """Finds them in a line."""

    def __init__(self, entries: Mapping[str, Sequence[str]]) -> None:
        """Each name as it is written, and what the engine writes instead."""
        self._slips: dict[str, dict[tuple[str, ...], str]] = {}
        self._sounds: dict[str, str] = {}
        self._near: dict[tuple[str, int], list[_Name]] = {}
        for name, slips in entries.items():
            own = [name] if len(fold(name).split()) > 1 else []  # so that no slip is found within the name itself
            for slip in filter(None, map(fold, (*own, *slips))):
                words = tuple(slip.split())
                self._slips.setdefault(words[0], {})[words] = name
            if sum(map(str.isalpha, name)) >= _LEAST and (sound := sound_of(name)):
                self._sounds.setdefault(sound, name)
                self._near.setdefault((sound[0], len(fold(name).split())), []).append(_Name(name, sound))

    def find_slips(self, line: Line) -> Iterator[Change]:
        """What the house listed, the longest first."""
        words = _words(line)
        for at, place in enumerate(words):
            slips = self._slips.get(line.word(place), {})
            for slip in sorted(slips, key=len, reverse=True):
                places = words[at : at + len(slip)]
                if tuple(line.word(one) for one in places) == slip and _together(line, places):
                    yield Change("glossary", place, places[-1] + 1, slips[slip])
                    break

    def find_sounds(self, line: Line) -> Iterator[Change]:
        """What sounds like a name of the house and is no ordinary word."""
        words = _words(line) if self._sounds else []
        plain = [is_ordinary(line.word(place), line.language) or not line.word(place).isalpha() for place in words]
        for at in range(len(words)):
            for size in range(1, min(_WIDEST, len(words) - at) + 1):
                places = words[at : at + size]
                if all(plain[at : at + size]) or not _together(line, places):
                    continue
                said = [line.word(place) for place in places]
                near = not any(plain[at : at + size]) and not any(map(is_derived, said))
                if name := self._sounding(said, near=near):
                    yield Change("name", places[0], places[-1] + 1, name)
                    break

    def _sounding(self, said: Sequence[str], *, near: bool) -> str:
        """`near`: it may differ a little; not where what was said is, or looks like, an ordinary word."""
        sound = sound_of("".join(said))
        exact = self._sounds.get(sound, "")
        if exact or not near or not sound:
            return exact
        known = self._near.get((sound[0], len(said)), ())
        return next((name.text for name in known if _is_near(name.sound, sound)), "")


def _is_near(known: str, sound: str) -> bool:
    most = 0 if len(known) < _MIDDLE else 2 if len(known) >= _LONG else 1
    return bool(most) and apart(known, sound, most=most) <= most


def _together(line: Line, places: Sequence[int]) -> bool:
    """A hyphen may stand between two words of one name; a comma or a full stop may not."""
    return all(line.mark(between) == "-" for before, after in pairwise(places) for between in range(before + 1, after))


def _words(line: Line) -> list[int]:
    return [place for place, token in enumerate(line.tokens) if token.is_word]
