"""How well a passage fits a query: a number from 0 to 1 that may be compared between queries and shown as a percentage.

Fused ranks are not a confidence, so the knowledge base scores its candidates by this formula:

    score = trust(weight found) * (COVERAGE * covered + LIKENESS * alike)

* `covered`: of the query's meaningful words, weighted by how rare each is in the base, the part that the passage has;
  a word counts in full when the article's title has it and its text is about it.
* `alike`: the cosine of the letter vectors over what a good pair reaches.
* `trust`: 1 - exp(-weight found / EVIDENCE): one common word found out of one proves nothing.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from zlib import crc32

from kitt_rtc.engines.lexicon import Unit

COVERAGE = 0.8
LIKENESS = 0.2
GOOD_COSINE = 0.5
"""The letter cosine that a question and its article reach when they speak the same language."""
EVIDENCE = 0.9
"""In words that only one passage has: so much found is believed to two thirds."""
TITLE = 0.35
"""What a word in the title adds; the rest comes from the text."""

_TITLE_TIMES = 3
"""A word of the title counts as often."""
_SATURATION = 1.2
_LENGTH_SHARE = 0.5
_MEAN_UNITS = 130.0
"""BM25's constants; the mean is fixed so that a passage's numbers do not depend on the others."""
_ABOUT = 1.3
"""The weight in a passage from which it is about the word."""
_LEAST_WEIGHT = 0.3
"""Even a word that every passage has says that the question belongs here."""
_UNKNOWN = 0.6
"""A word that no passage and no glossary line knows may be the other language's: it speaks against with less."""
_SOFT = 0.35

Weights = dict[int, float]
"""By hashed feature: what a sparse vector holds."""


def place_of(feature: str) -> int:
    """The same in every process."""
    return crc32(feature.encode())


def passage_weights(title: Sequence[Unit], text: Sequence[Unit]) -> Weights:
    """The sparse vector of a passage."""
    counts: Counter[int] = Counter()
    for units, times in ((title, _TITLE_TIMES), (text, 1)):
        for unit in units:
            for feature in unit.features:
                counts[place_of(feature)] += times
    length = (_TITLE_TIMES * len(title) + len(text)) / _MEAN_UNITS
    damping = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * length)
    weights = {place: times * (_SATURATION + 1) / (times + damping) for place, times in counts.items()}
    return weights | dict.fromkeys(_title_places(title), 1.0)


def _title_places(units: Iterable[Unit]) -> set[int]:
    """Features of a title stand in the vector a second time, under a name that no query asks for."""
    return {place_of("^" + feature) for unit in units for feature in unit.features}


def query_weights(query: Sequence[Unit]) -> Weights:
    """The sparse vector of a query."""
    weights: Weights = {}
    for unit in query:
        for feature in unit.features:
            weights[place_of(feature)] = _SOFT if unit.soft else 1.0
    return weights


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

    def weight(self, unit: Unit) -> float:
        """How much this word says: 1 when a single passage has it, least when all have it."""
        holding = max(self._passages[place_of(feature)] for feature in unit.features)
        weight = max(_LEAST_WEIGHT, self._rarity(max(1, holding)) / self._rarity(1))
        if not holding and not unit.glossed:
            weight *= _UNKNOWN
        return weight * _SOFT if unit.soft else weight

    def _rarity(self, holding: int) -> float:
        return math.log(1 + (max(self._total, holding) - holding + 0.5) / (holding + 0.5))


def score(query: Sequence[Unit], passage: Mapping[int, float], cosine: float, corpus: Corpus) -> float:
    """0 to 1. `passage` is its sparse vector, `cosine` that of the two letter vectors."""
    asked = found = 0.0
    for unit in dict.fromkeys(query):
        weight = corpus.weight(unit)
        held = max(passage.get(place_of(feature), 0.0) for feature in unit.features)
        titled = not passage.keys().isdisjoint(_title_places([unit]))
        asked += weight
        found += weight * ((1 - TITLE) * min(1.0, held / _ABOUT) + TITLE * titled)
    if asked == 0.0:
        return 0.0
    alike = min(1.0, max(0.0, cosine) / GOOD_COSINE)
    trust = 1 - math.exp(-found / EVIDENCE)
    return trust * (COVERAGE * found / asked + LIKENESS * alike)
