"""Word stems turned round: for each, the passages that hold it and how much each is about it.

The law: the same numbers as a sparse vector with inverse document frequency in Qdrant; only the passages that hold a
word of the query are looked at, where Qdrant's local mode multiplies the query with every passage one after another.
"""

import math
from array import array
from collections.abc import Collection, Mapping

import numpy as np

from kitt_rtc.engines.relevance import Weights


class Postings:
    """Of one local collection, in memory: some 1.2 kB a passage. Not safe to use from several threads."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._ids: list[str] = []
        self._free: list[int] = []
        self._holders: dict[int, tuple[array[int], array[float]]] = {}
        """By stem: rows, and the weight in each."""

    def add(self, known_as: str, stems: Weights) -> None:
        """A passage that is not there."""
        row = self._free.pop() if self._free else len(self._ids)
        self._ids[row : row + 1] = [known_as]
        self._rows[known_as] = row
        for place, weight in stems.items():
            rows, weights = self._holders.setdefault(place, (array("I"), array("f")))
            rows.append(row)
            weights.append(weight)

    def drop(self, known_as: str, places: Collection[int]) -> None:
        """`places`: the stems it was added with."""
        row = self._rows.pop(known_as)
        self._ids[row] = ""
        self._free.append(row)
        for place in places:
            rows, weights = self._holders[place]
            at = rows.index(row)
            del rows[at], weights[at]

    def best(self, asked: Mapping[int, float], limit: int) -> list[str]:
        """The passages that hold most of what is asked, best first."""
        scores = np.zeros(len(self._ids), np.float32)
        for place, weight in asked.items():
            if place in self._holders:
                rows, weights = self._holders[place]
                held = np.frombuffer(weights, np.float32)  # a view, let go before the array grows
                scores[np.frombuffer(rows, np.uint32)] += weight * self._rarity(len(rows)) * held
        found = np.flatnonzero(scores)
        if len(found) > limit:
            found = found[np.argpartition(-scores[found], limit)[:limit]]
        return [self._ids[row] for row in found[np.argsort(-scores[found], kind="stable")]]

    def _rarity(self, holders: int) -> float:
        return math.log(1 + (len(self._rows) - holders + 0.5) / (holders + 0.5))
