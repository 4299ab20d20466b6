"""The knowledge base over Qdrant: its local mode in a folder, or a server by URL.

The law: Qdrant never runs on the event loop (a local search is arithmetic, a remote one is waiting), and a folder has
one owner: one process, one thread.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from kitt_rtc.engines.collection import BATCH, Collection
from kitt_rtc.engines.finders import Asked, Finder, LocalFinder, ServerFinder
from kitt_rtc.engines.ledger import digest_of, with_edition
from kitt_rtc.engines.lexicon import Lexicon, Unit
from kitt_rtc.engines.meaning import HOSTED, MeaningScale
from kitt_rtc.engines.points import Meanings, Point, make_points, passage_of, point_id
from kitt_rtc.engines.qdrant_faults import in_our_words, open_folder, open_server, vendor_errors
from kitt_rtc.engines.relevance import Term, query_weights, score
from kitt_rtc.engines.reranking import weighed
from kitt_rtc.engines.twins import likeness
from kitt_rtc.engines.validity import dropped
from kitt_rtc.model.document import Document, Twin
from kitt_rtc.model.errors import EngineError, EngineRefused, EngineTimeout, EngineUnavailable
from kitt_rtc.model.findings import Dropped, Findings
from kitt_rtc.model.insight import Passage, ScorePart
from kitt_rtc.model.query import Query
from kitt_rtc.ports import Embedder, Vector

_log = logging.getLogger(__name__)

_ENGINE = "qdrant"
_SCHEMA = "kitt-rtc knowledge 2"
_MAX_WAITING = 64
_MOST_WORDINGS = 4
"""Of one query."""
_TWIN = 0.8
"""Passages that share so much of their runs of words say the same."""
_TWIN_STEMS = 24
"""The heaviest stems of a passage: who shares them may be its twin."""
_TWINS_LOOKED_AT = 3

Done = TypeVar("Done")
_Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class QdrantOptions:
    folder: str = "var/knowledge"
    """For the local mode; used when `url` is empty."""
    url: str = ""
    api_key: str = ""
    collection: str = "kitt_articles"
    seconds: float = 5.0
    """A search, or a request to the server, that takes longer fails."""
    embed_model: str = ""
    """Name of the embedder's model: the vectors of another one need another index."""
    meaning: MeaningScale = HOSTED
    """How its vectors are made and read."""


@dataclass(frozen=True, slots=True)
class _Wording:
    """A wording of a question, and its numbers."""

    units: Sequence[Unit]
    names: Sequence[Unit]
    letters: Vector
    meaning: Vector | None = None


class Qdrant:
    """Fits `KnowledgeShelf`. Opened by its first use; `close` frees the folder."""

    def __init__(
        self,
        lexicon: Lexicon,
        options: QdrantOptions | None = None,
        *,
        embedder: Embedder | None = None,
        finder: Callable[[Collection], Finder] | None = None,
        today: Callable[[], date] = date.today,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`embedder`: for search by meaning beside the lexicon's search by words.

        `finder`: who finds candidates; None: as fits a folder or a server. `today` decides what is valid, `now`
        (seconds since 1970) dates editions.
        """
        self._lexicon = lexicon
        self._options = options or QdrantOptions()
        self._embedder = embedder
        self._make_finder = finder or (ServerFinder if self._options.url else LocalFinder)
        self._today, self._now = today, now
        self._worker = ThreadPoolExecutor(4 if self._options.url else 1, thread_name_prefix=_ENGINE)
        self._waiting = 0
        self._opening, self._writing = asyncio.Lock(), asyncio.Lock()
        self._collection: Collection | None = None
        self._finder: Finder | None = None
        self._ready = self._closed = False
        self.indexing = ""
        """How far it is while everything is indexed again; empty otherwise."""

    async def search(self, query: Query, *, limit: int) -> Findings:
        """The best passages first, with the score of `relevance`; none for a query without a meaningful word."""
        await self.open()
        if limit < 1:
            return Findings()
        try:
            async with asyncio.timeout(self._options.seconds):
                wordings = await self._work(partial(self._read, query))
                if not wordings:
                    return Findings()
                meanings = await self._meanings_of(query) if self._embedder else None
                return await self._work(partial(self._search, query, wordings, meanings, limit))
        except TimeoutError as error:
            raise EngineTimeout(_ENGINE, "The knowledge base took too long to answer", retryable=True) from error

    async def replace(
        self, source: str, passages: Sequence[Passage], *, told: Callable[[int], None] | None = None
    ) -> None:
        """Put these in the place of everything that came from this source. The old is found until the new is there.

        What says the same words as before keeps its numbers.
        """
        await self.open()
        async with self._writing:
            wanted = _by_id(source, passages)
            held = await self._work(partial(self._held, source))
            new = [passage for known_as, passage in wanted.items() if known_as not in held]
            for start in range(0, len(new), BATCH):
                points = await self._points(new[start : start + BATCH])
                await self._work(partial(self._put, points))
                if told:
                    told(len(passages) - len(new) + start + len(points))
            for known_as in wanted.keys() & held.keys():
                if wanted[known_as] != held[known_as]:
                    await self._work(partial(self._relabel, known_as, wanted[known_as]))
            gone = sorted(held.keys() - wanted.keys())
            if gone:
                await self._work(partial(self._remove, gone))
            await self._work(partial(self._note, source, list(wanted.values())))

    async def holds(self, source: str, passages: Sequence[Passage]) -> bool:
        """Is exactly this what the base has from this source? Then there is nothing to replace."""
        await self.open()
        wanted = _by_id(source, passages)
        return await self._work(partial(self._holds, source, wanted))

    async def documents(self) -> list[Document]:
        await self.open()
        return await self._work(self._shelf.documents)

    async def passages(self, source: str) -> list[Passage]:
        await self.open()
        held = await self._work(partial(self._held, source))
        return sorted(held.values(), key=lambda passage: _number(passage.id))

    async def twins(self, source: str, passages: Sequence[Passage]) -> list[Twin]:
        await self.open()
        found: list[Twin] = []
        for passage in _by_id(source, passages).values():
            (point,) = await asyncio.to_thread(make_points, self._lexicon, [passage])
            found += await self._work(partial(self._twins, point))
        return found

    async def count(self) -> int:
        await self.open()
        return await self._work(self._shelf.count)

    async def open(self) -> None:
        """Make ready; harmless when ready. Raises EngineUnavailable, or EngineRefused for a foreign collection."""
        if self.indexing:
            raise EngineUnavailable(_ENGINE, self.indexing, retryable=True)  # nobody in a call waits for minutes
        async with self._opening:
            if self._closed:
                raise EngineUnavailable(_ENGINE, "The knowledge base is closed")
            if self._ready:
                return
            outdated = await self._work(self._connect)
            if outdated is not None:
                await self._index_again(outdated)
            await self._work(self._found.load)
            self._ready = True

    async def close(self) -> None:
        """Free the folder; harmless when closed."""
        async with self._opening:
            self._closed = True
            if self._collection is not None:
                await asyncio.get_running_loop().run_in_executor(self._worker, self._translated, self._collection.close)
                self._collection = None
            self._worker.shutdown(wait=False)

    async def _points(self, passages: Sequence[Passage]) -> list[Point]:
        return await asyncio.to_thread(make_points, self._lexicon, passages, await self._meanings(passages))

    async def _meanings(self, passages: Sequence[Passage]) -> Meanings:
        if self._embedder is None:
            return None
        vectors = await self._embedder.embed([self._options.meaning.text_of(passage) for passage in passages])
        return np.asarray(vectors, np.float32)

    async def _index_again(self, passages: Sequence[Passage]) -> None:
        """Vectors first, for an embedder may fail. Then what is deleted lies in a copy until all is there again."""
        _log.warning(
            "the knowledge base was made with other words or another embedder: all its passages are indexed again",
            extra={"collection": self._options.collection, "passages": len(passages)},
        )
        steps = [passages[start : start + BATCH] for start in range(0, len(passages), BATCH)]
        meanings: list[Meanings] = []
        try:
            for step in steps:
                self.indexing = _progress(len(meanings), 2 * len(steps))
                meanings.append(await self._meanings(step))
            await self._work(partial(self._clear, passages))
            for number, (step, meant) in enumerate(zip(steps, meanings, strict=True)):
                self.indexing = _progress(len(steps) + number, 2 * len(steps))
                points = await asyncio.to_thread(make_points, self._lexicon, step, meant)
                await self._work(partial(self._shelf.put, points))
            await self._work(partial(self._note_all, passages))
        finally:
            self.indexing = ""

    async def _meanings_of(self, query: Query) -> list[Vector] | None:
        """An embedder that is away costs its part of the search, not the search."""
        assert self._embedder is not None
        try:
            return await self._embedder.embed(_texts(query))
        except EngineError as error:
            _log.warning("searching without meaning", extra={"engine": error.engine, "code": error.code})
            return None

    async def _work(self, job: Callable[[], Done]) -> Done:
        """Run a job in the worker, its exceptions in our words. When too many wait, more are refused."""
        if self._waiting >= _MAX_WAITING:
            raise EngineUnavailable(_ENGINE, "Too many searches wait for the knowledge base", retryable=True)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._worker, self._translated, job)
        finally:
            self._waiting -= 1

    # From here on, the worker's side: all that touches the client.

    def _translated(self, job: Callable[[], Done]) -> Done:
        try:
            return job()
        except vendor_errors() as error:
            told = in_our_words(error, _ENGINE, url=self._options.url, folder=self._options.folder)
            if getattr(error, "status_code", None) == 404:
                self._ready = False  # somebody deleted the collection; the next use makes it again
            raise told from error

    @property
    def _shelf(self) -> Collection:
        assert self._collection is not None
        return self._collection

    @property
    def _found(self) -> Finder:
        assert self._finder is not None
        return self._finder

    @property
    def _label(self) -> dict[str, str]:
        options = self._options
        meant = f"{options.embed_model}/{self._embedder.size}/{options.meaning.opening}" if self._embedder else "-"
        return {"schema": _SCHEMA, "fingerprint": f"{self._lexicon.fingerprint} {meant}"}

    def _connect(self) -> list[Passage] | None:
        """None when the collection is ready; the passages to index again when it was made with other numbers."""
        options = self._options
        if self._collection is None:
            client = (
                open_server(options.url, options.api_key, seconds=options.seconds)
                if options.url
                else open_folder(_ENGINE, options.folder)
            )
            self._collection = Collection(client, options.collection, indexed=bool(options.url))
            self._finder = self._make_finder(self._collection)
        label, copied = self._shelf.label(), self._shelf.copied()
        if copied is not None and label in (None, self._label):
            return copied  # stopped while everything was indexed again
        if label is None:
            self._create()
            return None
        if "schema" not in label:
            raise EngineRefused(
                _ENGINE,
                f"The collection {options.collection} was not made by KITT RTC: set QDRANT_COLLECTION to another name",
            )
        if label == self._label:
            return None
        return [passage_of(point.payload) for point in self._shelf.all(payload=True)]

    def _create(self) -> None:
        dense = {"letters": self._lexicon.size}
        if self._embedder:
            dense["meaning"] = self._embedder.size
        self._shelf.create(dense, self._label)

    def _clear(self, passages: Sequence[Passage]) -> None:
        """Where it is cleared already, these came from the copy."""
        if self._shelf.label() not in (None, self._label):
            self._shelf.keep(passages)
        self._shelf.delete()
        self._create()

    def _note_all(self, passages: Sequence[Passage]) -> None:
        by_source: dict[str, list[Passage]] = {}
        for passage in passages:
            by_source.setdefault(passage.source, []).append(passage)
        for source, own in by_source.items():
            self._note(source, own)
        self._shelf.drop_copy()

    def _held(self, source: str) -> dict[str, Passage]:
        ids = sorted(self._found.of(source))
        return {str(point.id): passage_of(point.payload) for point in self._shelf.fetch(ids, vectors=False)}

    def _holds(self, source: str, wanted: dict[str, Passage]) -> bool:
        """By the ledger where the passages say of which edition they are, else one by one."""
        known = self._shelf.document(source)
        if known is None or known.newest.digest != digest_of(list(wanted.values())):
            return not wanted and known is None
        return known.newest.passages == len(wanted) and self._found.of(source) == wanted.keys()

    def _put(self, points: Sequence[Point]) -> None:
        self._shelf.put(points)
        self._found.added(points)

    def _relabel(self, known_as: str, passage: Passage) -> None:
        self._shelf.relabel(known_as, passage)
        self._found.relabelled(known_as, passage)

    def _remove(self, ids: Sequence[str]) -> None:
        records = self._shelf.fetch(ids, vectors=["stems"], payload=False)
        self._shelf.remove(ids)
        self._found.removed(
            [str(record.id) for record in records], [record.vector["stems"].indices for record in records]
        )

    def _note(self, source: str, passages: Sequence[Passage]) -> None:
        if passages:
            self._shelf.note(with_edition(self._shelf.document(source), source, passages, self._now()))
        else:
            self._shelf.forget(source)

    def _twins(self, point: Point) -> list[Twin]:
        heaviest = sorted(point.stems, key=lambda place: -point.stems[place])[:_TWIN_STEMS]
        alike = self._found.like(
            {place: point.stems[place] for place in heaviest}, point.passage.source, _TWINS_LOOKED_AT
        )
        others = [passage_of(record.payload) for record in self._shelf.fetch(alike, vectors=False)]
        rated = [(likeness(point.passage.text, other.text), other) for other in others]
        return [
            Twin(point.passage.source, point.passage.id, other.source, other.id, round(rate, 3))
            for rate, other in rated
            if rate >= _TWIN
        ]

    def _read(self, query: Query) -> list[_Wording]:
        """The wordings that have a meaningful word."""
        lexicon = self._lexicon
        read = [_Wording(lexicon.units(text), lexicon.names(text), lexicon.vector(text)) for text in _texts(query)]
        return [wording for wording in read if wording.units]

    def _search(
        self, query: Query, wordings: Sequence[_Wording], meanings: Sequence[Vector] | None, limit: int
    ) -> Findings:
        today = self._today().isoformat()
        meaning = _mean(meanings) if meanings else None
        dense = {"letters": _mean([wording.letters for wording in wordings])}
        if meaning is not None:
            dense["meaning"] = meaning
        asked = Asked(query, today, [query_weights(wording.units) for wording in wordings], dense)
        records = self._shelf.fetch(self._found.candidates(asked))
        corpus = self._found.corpus
        terms = [(corpus.terms(wording.units, wording.names), np.asarray(wording.letters)) for wording in wordings]
        meant = np.asarray(meaning) if meaning is not None else None  # once, and not for every passage
        scored = [
            weighed(replace(passage_of(one.payload), parts=tuple(self._parts(terms, meant, one.vector))), query)
            for one in records
        ]
        return _chosen(sorted(scored, key=lambda passage: -passage.score), query, today, limit)

    def _parts(
        self, wordings: Sequence[tuple[Sequence[Term], _Numbers]], meaning: _Numbers | None, vectors: Any
    ) -> Iterator[ScorePart]:
        """By the wording it fits best."""
        stems = dict(zip(vectors["stems"].indices, vectors["stems"].values, strict=True))
        own = np.asarray(vectors["letters"])
        words, letters = max((score(terms, stems, float(own @ asked)) for terms, asked in wordings), key=sum)
        yield ScorePart("words", round(words, 4))
        yield ScorePart("letters", round(letters, 4))
        if meaning is not None:
            cosine = float(np.dot(meaning, vectors["meaning"]))
            yield ScorePart("meaning", round(self._options.meaning.part(cosine, words + letters), 4))


def _progress(done: int, of_all: int) -> str:
    return f"The knowledge base is indexed again, for other words or another embedder: {100 * done // of_all} %"


def _texts(query: Query) -> list[str]:
    return list(dict.fromkeys((query.text, *query.also)))[:_MOST_WORDINGS]


def _mean(vectors: Sequence[Vector]) -> Vector:
    """Of length one, as near to all of them as can be."""
    if len(vectors) == 1:
        return vectors[0]
    total = np.sum(np.asarray(vectors), axis=0)
    mean: list[float] = (total / (float(np.linalg.norm(total)) or 1.0)).tolist()
    return mean


def _chosen(found: Sequence[Passage], query: Query, today: str, limit: int) -> Findings:
    """Equal scores stay in the fused order."""
    judged = [(passage, dropped(passage, query, today)) for passage in found]
    good = [passage for passage, reason in judged if reason is None]
    bad = [reason for _, reason in judged if reason is not None]
    passed_over = (*bad, *(Dropped(passage, "limit") for passage in good[limit:]))
    return Findings(tuple(good[:limit]), tuple(sorted(passed_over, key=lambda one: -one.passage.score)))


def _number(passage_id: str) -> int:
    number = passage_id.rpartition("#")[2]
    return int(number) if number.isdecimal() else 0


def _by_id(source: str, passages: Sequence[Passage]) -> dict[str, Passage]:
    placed = (replace(passage, source=source, score=0.0, parts=()) for passage in passages)
    return {point_id(passage): passage for passage in placed}
