"""Two pieces of advice laid beside each other, word by word: what has each that the other has in no form?

The law: where both have something of their own, an object, a person, a day or a number, they are two ideas, however
alike they sound; where only one has, it is more detail on the same idea. What the one denies and the other says is two
ideas too. Where a sentence stands word for word but for one word, that word is what it is about; in a free retelling
one word alone proves little.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from kitt_rtc.model.words import fold
from kitt_rtc.pipeline.counterparts import alone, opposites, same
from kitt_rtc.pipeline.senses import EMPTY, LIGHT, spoken_in
from kitt_rtc.pipeline.units import Unit, units_in, units_of

_LOOSE = frozenset({"count", "general"})
"""Of these, those that are said in many ways: they count where the rest stands word for word."""
_NARROW = _LOOSE | frozenset(
    {"asked", "order", "rank", "age", "degree", "pace", "count", "number", "general", "direction", "stance"}
)
"""Sections whose words tell two ideas apart only beside another of their own section."""
_LIGHT_WEIGHT, _NARROW_WEIGHT, _VAGUE_WEIGHT = 0.25, 0.5, 0.4
"""Of such words in what is shared, beside 1 for the others."""
_GENERAL_ALONE, _DENIED_ALONE, _FIRST_ALONE = 0.6, 0.3, 0.5
"""In what one has alone: of a word for many things, of what is only forbidden, of a verb that nobody listed."""
_TRANSLATED = 0.5
"""In two languages no word is the same, and a translation is close: taken for so much word for word."""
_MUTUAL = 0.5
"""How much it counts that both have it, beside that the shorter one has."""


@dataclass(frozen=True, slots=True)
class Cuts:
    """Chosen by cross-validation over all labelled pairs (`python -m evals.coach.duplicates --crossed`)."""

    literal: float = 0.5
    """From so much word for word, the one word that is another is what the sentence is about."""
    apart: float = 0.5
    """There, so much that both have alone makes two ideas."""
    apart_retold: float = 1.1
    """In a free retelling, so much."""
    shared: float = 0.45
    """What must be shared."""
    shared_literal: float = 0.2
    """And more as more stands word for word."""


CUTS = Cuts()


@dataclass(frozen=True, slots=True)
class Alignment:
    """What two texts share, and what each has alone."""

    shared: float
    """The part of their weight, 0 to 1; of the shorter one, a little more."""
    apart: float
    """The weight that either has alone, of the one with less."""
    literal: float
    """The part that stands word for word in both, 0 to 1."""
    opposed: bool
    """Does one deny what the other says, or has each another of one kind: another number, another rank?"""

    def differs(self, cuts: Cuts = CUTS) -> bool:
        """Do they tell of two things?"""
        return self.opposed or self.apart >= (cuts.apart if self.literal >= cuts.literal else cuts.apart_retold)

    def same(self, cuts: Cuts = CUTS) -> bool:
        """Is it one idea, by the words alone?"""
        return not self.differs(cuts) and self.shared >= cuts.shared + cuts.shared_literal * self.literal


@lru_cache(4_000)
def align(one: str, other: str) -> Alignment:
    mine, theirs = units_of(one), units_of(other)
    own = alone(mine, theirs), alone(theirs, mine)
    apart = min(sum(map(_own, units)) for units in own)
    texts = _Texts.of(one, other)
    narrow = _narrow(own[0]) & _narrow(own[1]) - (frozenset() if texts.literal >= CUTS.literal else _LOOSE)
    denied = _denies(mine, theirs) or _denies(theirs, mine)
    opposed = bool(narrow) or denied or _counts_differ(mine, theirs) or opposites(*own)
    swapped = 1.0 if texts.swap_a_word() else 0.0
    return Alignment(_shared((mine, theirs), own), max(apart, swapped), texts.literal, opposed)


@dataclass(frozen=True, slots=True)
class _Texts:
    """Two texts, word for word."""

    words: tuple[Sequence[str], Sequence[str]]
    languages: tuple[str, str]
    matched: SequenceMatcher[str]

    @classmethod
    def of(cls, one: str, other: str) -> "_Texts":
        words = fold(one).split(), fold(other).split()
        languages = spoken_in(one), spoken_in(other)
        return cls(words, languages, SequenceMatcher(None, *words, autojunk=False))

    @property
    def literal(self) -> float:
        ratio = self.matched.ratio()
        translated = self.languages[0] != self.languages[1] if all(self.languages) else ratio == 0.0
        return _TRANSLATED if translated else ratio

    def swap_a_word(self) -> bool:
        """Does one stand in a place where the other has another, in a sentence otherwise the same?"""
        changes = [change for change in self.matched.get_opcodes() if change[0] != "equal"]
        if len(changes) != 1 or changes[0][0] != "replace":
            return False
        _, start, stop, their_start, their_stop = changes[0]
        places = self.words[0][start:stop], self.words[1][their_start:their_stop]
        if not all(sum(word not in EMPTY for word in place) == 1 for place in places):
            return False
        mine, theirs = (tuple(units_in(*place)) for place in zip(places, self.languages, strict=True))
        told = any(_own(unit) >= 1.0 for unit in (*mine, *theirs))
        return told and not any(same(one, other) for one in mine for other in theirs)


def _weight(unit: Unit) -> float:
    sections = {section for section, _ in unit.senses}
    if not sections.isdisjoint(LIGHT):
        return _LIGHT_WEIGHT
    if not sections or sections - _NARROW - {"vague"}:
        return 1.0
    return _VAGUE_WEIGHT if "vague" in sections else _NARROW_WEIGHT


def _own(unit: Unit) -> float:
    """What it weighs where only one has it."""
    if unit.first and any(section == "degree" for section, _ in unit.senses):
        return 1.0
    if _weight(unit) < 1.0:
        return _GENERAL_ALONE if any(section == "general" for section, _ in unit.senses) else 0.0
    if unit.denied:
        return _DENIED_ALONE
    return _FIRST_ALONE if unit.first and not unit.senses else 1.0


def _shared(units: Sequence[Sequence[Unit]], alone: Sequence[Sequence[Unit]]) -> float:
    whole = [sum(map(_weight, one)) for one in units]
    if not all(whole):
        return 0.0
    both = [all_of_it - sum(map(_weight, one)) for all_of_it, one in zip(whole, alone, strict=True)]
    of_the_shorter = max(part / max(1.0, all_of_it) for part, all_of_it in zip(both, whole, strict=True))
    return _MUTUAL * sum(both) / sum(whole) + (1 - _MUTUAL) * of_the_shorter


def _narrow(alone: Iterable[Unit]) -> frozenset[str]:
    return frozenset(section for unit in alone for section, _ in unit.senses if section in _NARROW)


def _counts_differ(mine: Sequence[Unit], theirs: Sequence[Unit]) -> bool:
    """Are there so many of a thing here, and so many there?"""
    counted = ((unit, [one.counted for one in theirs if one.counted and same(unit, one)]) for unit in mine)
    return any(unit.counted and counts and unit.counted not in counts for unit, counts in counted)


def _denies(units: Sequence[Unit], others: Sequence[Unit]) -> bool:
    """Does the one deny a word that it nowhere says, and that the other says and nowhere denies?"""
    said = [unit for unit in units if not unit.denied]
    denied = (unit for unit in units if unit.denied and not any(same(unit, one) for one in said))
    found = ([other.denied for other in others if same(unit, other)] for unit in denied)
    return any(denials and not any(denials) for denials in found)
