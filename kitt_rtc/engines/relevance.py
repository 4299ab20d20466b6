"""How well a passage fits a query: a number from 0 to 1 that may be compared between queries and shown as a percentage.

Fused ranks are not a confidence, so the knowledge base scores its candidates by this formula:

    score = trust(weight found) * (COVERAGE * covered + LIKENESS * alike)

* `covered`: of the query's meaningful words, weighted by how rare each is in the base, the part that the passage has;
  a word counts in full when the article's title has it and its text is about it. What the passage does not have
  speaks against it, but no more than CHATTER in all: on the telephone people also talk of ladders and coffee.
* `alike`: the cosine of the letter vectors over what a good pair reaches.
* `trust`: 1 - exp(-weight found / EVIDENCE): one common word found out of one proves nothing.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zlib import crc32

from kitt_rtc.engines.lexicon import Unit

COVERAGE = 0.8
LIKENESS = 0.2
GOOD_COSINE = 0.5
"""The letter cosine that a question and its article reach when they speak the same language."""
EVIDENCE = 0.8
"""In words that only one passage has: so much found is believed to two thirds."""
CHATTER = 2.0
"""In the same words: however much is said that the passage does not have, it weighs less than this."""
NAME = 0.35
"""Of its weight, what the name of a product counts when the passage is about that product: it proves no fault."""
OTHER = 1.0
"""Of its weight, what a product or an error code that the passage is not about says against it, chatter or not."""
TITLE = 0.55
"""What a word in the title adds; the rest comes from the text."""

_CODE = re.compile(r"[a-z]{1,3}[0-9]{1,4}")
_TITLE_TIMES = 3
"""A word of the title counts as often."""
_SATURATION = 1.2
_LENGTH_SHARE = 0.5
_MEAN_UNITS = 130.0
"""BM25's constants; the mean is fixed so that a passage's numbers do not depend on the others."""
_ABOUT = 1.6
"""The weight in a passage from which it is about the word."""
_LEAST_WEIGHT = 0.3
"""Even a word that every passage has says that the question belongs here."""
_UNKNOWN = 0.8
"""A word that no passage and no glossary line knows may be the other language's: it speaks against with less."""
_SOFT = 0.35

Weights = dict[int, float]
"""By hashed feature: what a sparse vector holds."""


def place_of(feature: str) -> int:
    """The same in every process."""
    return crc32(feature.encode())


def passage_weights(title: Sequence[Unit], text: Sequence[Unit], product: Sequence[Unit] = ()) -> Weights:
    """The sparse vector of a passage. `product`: the names of what it is about."""
    counts: Counter[int] = Counter()
    for units, times in ((title, _TITLE_TIMES), (text, 1)):
        for feature in _features(units):
            counts[place_of(feature)] += times
    length = (_TITLE_TIMES * len(title) + len(text)) / _MEAN_UNITS
    damping = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * length)
    weights = {place: times * (_SATURATION + 1) / (times + damping) for place, times in counts.items()}
    names = [unit for unit in product if not (unit.glossed or unit.soft)]
    return weights | dict.fromkeys(_title_places(title), 1.0) | dict.fromkeys(_name_places(names), 1.0)


def _title_places(units: Iterable[Unit]) -> set[int]:
    """Features of a title stand in the vector a second time, under a name that no query asks for."""
    return {place_of("^" + feature) for unit in units for feature in unit.features}


def _name_places(units: Iterable[Unit]) -> set[int]:
    """Features of a product's name stand in the vector once more, under a name that no query asks for."""
    return {place_of("@" + feature) for unit in units for feature in unit.features}


def query_weights(query: Sequence[Unit]) -> Weights:
    """The sparse vector of a query."""
    weights: Weights = {}
    for unit in query:
        for feature in _features([unit]):
            weights[place_of(feature)] = _SOFT if unit.soft else 1.0
    return weights


def _features(units: Iterable[Unit]) -> Iterator[str]:
    """Of each unit, and of a phrase's words too."""
    for unit in units:
        yield from unit.features
        yield from _features(unit.parts)


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a query as passages are asked for it."""

    weight: float
    """How much it says: 1 when a single passage has it, least when all have it."""
    places: tuple[int, ...]
    """Any of them in a passage's sparse vector is the word found."""
    titled: frozenset[int]
    """Any of these is the word found in its title."""
    named: frozenset[int] = frozenset()
    """Any of these is the word found in the name of its product; empty for a word that names no product."""
    code: bool = False
    """Does it stand for one fault: "e05"?"""


class Corpus:
    """In how many passages each feature stands."""

    def __init__(self) -> None:
        self._passages: Counter[int] = Counter()
        self._total = 0

    def add(self, places: Iterable[int]) -> None:
        self._passages.update(tuple(places))
        self._total += 1

    def drop(self, places: Iterable[int]) -> None:
        self._passages.subtract(tuple(places))
        self._total -= 1

    def terms(self, query: Iterable[Unit], names: Iterable[Unit] = ()) -> list[Term]:
        """Each unit once; a phrase that no passage has is taken as its words. Of `names` those of products are kept."""
        parts = (unit.parts if unit.parts and not self._holding(unit) else (unit,) for unit in query)
        units = dict.fromkeys(part for some in parts for part in some)
        return [*map(self._term, units), *map(self._term, filter(self._names_a_product, dict.fromkeys(names)))]

    def _term(self, unit: Unit) -> Term:
        names = frozenset(_name_places([unit])) if self._names_a_product(unit) else frozenset[int]()
        code = any(map(_CODE.fullmatch, unit.features)) and not names
        return Term(
            self._weight(unit), tuple(map(place_of, unit.features)), frozenset(_title_places([unit])), names, code
        )

    def _names_a_product(self, unit: Unit) -> bool:
        return any(self._passages[place] for place in _name_places([unit]))

    def _weight(self, unit: Unit) -> float:
        holding = self._holding(unit)
        weight = max(_LEAST_WEIGHT, self._rarity(max(1, holding)) / self._rarity(1))
        if not holding and not unit.glossed:
            weight *= _UNKNOWN
        return weight * _SOFT if unit.soft else weight

    def _holding(self, unit: Unit) -> int:
        return max(self._passages[place_of(feature)] for feature in unit.features)

    def _rarity(self, holding: int) -> float:
        return math.log(1 + (max(self._total, holding) - holding + 0.5) / (holding + 0.5))


def score(query: Sequence[Term], passage: Mapping[int, float], cosine: float) -> tuple[float, float]:
    """What the words add and what the letters add, together 0 to 1.

    `passage` is its sparse vector, `cosine` that of the two letter vectors.
    """
    asked = found = against = 0.0
    for term in query:
        held = max(passage.get(place, 0.0) for place in term.places)
        titled = not passage.keys().isdisjoint(term.titled)
        weight, has = term.weight, (1 - TITLE) * min(1.0, held / _ABOUT) + TITLE * titled
        if term.named:
            named = not passage.keys().isdisjoint(term.named)
            weight, has = NAME * weight, float(named)
            against += 0.0 if named else OTHER * term.weight
        elif term.code and not has:
            against += OTHER * weight
        asked += weight
        found += weight * has
    if not found:
        return 0.0, 0.0
    missed = CHATTER * (1 - math.exp((found - asked) / CHATTER)) + against
    alike = min(1.0, max(0.0, cosine) / GOOD_COSINE)
    trust = 1 - math.exp(-found / EVIDENCE)
    return trust * COVERAGE * found / (found + missed), trust * LIKENESS * alike
