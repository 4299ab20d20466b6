"""Which words of two pieces of advice stand for one thing: by sense, by stem, or by their letters across languages."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from kitt_rtc.pipeline.senses import Sense
from kitt_rtc.pipeline.units import Unit

_WIDER = {"when": "moment", "span": "moment", "device": "device", "part": "device", "place": "where", "money": "amount"}
"""By section the vague word that may stand for any of it: "device" for "camera"."""
_SAME_BEGINNING, _LEAST_LETTERS, _ALIKE = 5, 4, 0.8
"""Letters, and the part of the letters, by which words nobody listed are one in two languages."""
_OPPOSED, _SHORTEST_OPPOSED = ("un", "dis", "de", "des", "in", "im"), 3
"""Before a word of so many letters, these make its opposite."""


def alone(units: Sequence[Unit], among: Sequence[Unit]) -> list[Unit]:
    """Those that the others have in no form, nor as a word of a phrase."""
    return [unit for unit in units if not any(same(unit, one) for other in among for one in (other, *other.parts))]


def same(one: Unit, other: Unit) -> bool:
    """By sense, by stem, by what stands for any of its section; or by letters, where one is not listed."""
    if not one.senses.isdisjoint(other.senses) or (one.stem and one.stem == other.stem):
        return True
    if one.senses and other.senses:
        return not (one.senses.isdisjoint(_wider(other.senses)) and other.senses.isdisjoint(_wider(one.senses)))
    return bool(one.stem and other.stem) and _cognate(one, other)


@lru_cache(4_000)
def _wider(senses: frozenset[Sense]) -> frozenset[Sense]:
    return frozenset(("vague", _WIDER[section]) for section, _ in senses if section in _WIDER)


@lru_cache(20_000)
def _cognate(one: Unit, other: Unit) -> bool:
    letters = min(len(one.stem), len(other.stem))
    if letters < _LEAST_LETTERS or _opposite(one.words, other.words):
        return False
    short, long = sorted((one.words, other.words), key=len)
    if len(short) >= _SAME_BEGINNING and long.endswith(short):
        return True
    begun = letters >= _SAME_BEGINNING and one.stem[:_SAME_BEGINNING] == other.stem[:_SAME_BEGINNING]
    return begun or SequenceMatcher(None, one.words, other.words, autojunk=False).ratio() >= _ALIKE


def _opposite(one: str, other: str) -> bool:
    """Is it "arm" and "disarm"?"""
    short, long = sorted((one, other), key=len)
    return len(short) >= _SHORTEST_OPPOSED and any(long == f"{before}{short}" for before in _OPPOSED)


def opposites(mine: Sequence[Unit], theirs: Sequence[Unit]) -> bool:
    return any(_opposite(one.words, other.words) for one in mine for other in theirs)
