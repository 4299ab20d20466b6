"""Who finds candidates: a server does all of it in one request; of a folder, its owner keeps the words in memory.

Qdrant's local mode multiplies a sparse query with every passage in Python, and looks at every payload for a filter:
170 ms a search at 1,000 passages. Both are looked up here instead; its dense search, one numpy product, stays.
"""

from collections.abc import Collection as Places
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from kitt_rtc.engines.collection import Collection, elsewhere, from_source, valid_on
from kitt_rtc.engines.fusion import fused
from kitt_rtc.engines.points import Point, day_number, passage_of
from kitt_rtc.engines.postings import Postings
from kitt_rtc.engines.register import Register
from kitt_rtc.engines.relevance import Corpus, Weights
from kitt_rtc.engines.validity import is_of
from kitt_rtc.model.insight import Passage
from kitt_rtc.model.query import Query
from kitt_rtc.ports import Vector

CANDIDATES = 24
"""Passages from each kind of search that are fused, then scored."""
_LABELS = ("source", "product", "valid_from", "valid_until")


@dataclass(frozen=True, slots=True)
class Asked:
    """A query in numbers."""

    query: Query
    today: str
    """As "2026-11-29"."""
    stems: Sequence[Weights]
    """Of each wording."""
    dense: Mapping[str, Vector] = field(default_factory=dict)
    """Of all wordings together, by the name of the vector: "letters", "meaning"."""


class Finder(Protocol):
    """Keeps what it needs of the collection; told of every change this process makes."""

    corpus: Corpus

    def load(self) -> None: ...
    def added(self, points: Sequence[Point]) -> None: ...
    def relabelled(self, known_as: str, passage: Passage) -> None: ...
    def removed(self, ids: Sequence[str], stems: Sequence[Places[int]]) -> None: ...
    def of(self, source: str) -> set[str]:
        """The ids of a document's points."""

    def candidates(self, asked: Asked) -> list[str]:
        """Best first: `CANDIDATES` of each search that are for this query, and the hidden that stand among them."""

    def like(self, stems: Weights, source: str, limit: int) -> list[str]:
        """Passages of other documents that hold the same rare words, best first."""


class LocalFinder:
    """For a folder, whose only owner we are."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self.corpus, self._postings, self._register = Corpus(), Postings(), Register()

    def load(self) -> None:
        self.corpus, self._postings, self._register = Corpus(), Postings(), Register()
        for record in self._collection.all(payload=_LABELS, stems=True):
            stems = record.vector["stems"]
            self._add(str(record.id), passage_of(record.payload), dict(zip(stems.indices, stems.values, strict=True)))

    def added(self, points: Sequence[Point]) -> None:
        for point in points:
            self._add(point.id, point.passage, point.stems)

    def _add(self, known_as: str, passage: Passage, stems: Weights) -> None:
        self.corpus.add(stems)
        self._postings.add(known_as, stems)
        self._register.add(known_as, passage)

    def relabelled(self, known_as: str, passage: Passage) -> None:
        self._register.add(known_as, passage)

    def removed(self, ids: Sequence[str], stems: Sequence[Places[int]]) -> None:
        for known_as, places in zip(ids, stems, strict=True):
            self.corpus.drop(places)
            self._postings.drop(known_as, places)
            self._register.drop(known_as)

    def of(self, source: str) -> set[str]:
        return self._register.of(source)

    def candidates(self, asked: Asked) -> list[str]:
        hidden = self._register.hidden(asked.query, asked.today)
        enough = CANDIDATES + len(hidden)
        rankings = [self._postings.best(stems, enough) for stems in asked.stems]
        rankings += [self._collection.near(vector, name, enough) for name, vector in asked.dense.items()]
        return fused([_until(ranking, hidden) for ranking in rankings])

    def like(self, stems: Weights, source: str, limit: int) -> list[str]:
        own = self._register.of(source)
        return [known_as for known_as in self._postings.best(stems, limit + len(own)) if known_as not in own][:limit]


class ServerFinder:
    """For a server, where other processes write too."""

    def __init__(self, collection: Collection) -> None:
        self._collection = collection
        self.corpus = Corpus()

    def load(self) -> None:
        self.corpus = Corpus()
        for record in self._collection.all(stems=True):
            self.corpus.add(record.vector["stems"].indices)

    def added(self, points: Sequence[Point]) -> None:
        for point in points:
            self.corpus.add(point.stems)

    def relabelled(self, known_as: str, passage: Passage) -> None:
        """The server knows."""

    def removed(self, ids: Sequence[str], stems: Sequence[Places[int]]) -> None:
        for places in stems:
            self.corpus.drop(places)

    def of(self, source: str) -> set[str]:
        return {str(record.id) for record in self._collection.all(where=from_source(source))}

    def candidates(self, asked: Asked) -> list[str]:
        """Two searches: what is for this query, and what would be found if all were."""
        wanted = asked.query.product
        products = [name for name in self._collection.products() if is_of(name, wanted)] if wanted else None
        where = valid_on(day_number(asked.query.on or asked.today, 0), products)
        search = self._collection.fused
        found = search(asked.stems, asked.dense, limit=CANDIDATES, each=CANDIDATES, where=where)
        everything = search(asked.stems, asked.dense, limit=CANDIDATES, each=CANDIDATES)
        return list(dict.fromkeys([*found, *everything]))

    def like(self, stems: Weights, source: str, limit: int) -> list[str]:
        return self._collection.near(stems, "stems", limit, where=elsewhere(source))


def _until(ranking: Sequence[str], hidden: set[str]) -> list[str]:
    """As far as there are enough that are not hidden."""
    left, cut = CANDIDATES, 0
    for known_as in ranking:
        if not left:
            break
        left -= known_as not in hidden
        cut += 1
    return list(ranking[:cut])
