"""The knowledge base over Qdrant: its local mode in a folder, or a server by URL.

The law: Qdrant never runs on the event loop (a local search is arithmetic, a remote one is waiting), and a folder has
one owner: one process, one thread.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pickle import UnpicklingError
from typing import Any, TypeVar

import numpy as np

from kitt_rtc.engines.lexicon import Lexicon, Unit
from kitt_rtc.engines.points import Point, make_points, passage_of, payload_of, point_id, text_of
from kitt_rtc.engines.relevance import Corpus, query_weights, score
from kitt_rtc.engines.validity import dropped
from kitt_rtc.model.document import Document, Edition
from kitt_rtc.model.errors import EngineError, EngineRefused, EngineTimeout, EngineUnavailable
from kitt_rtc.model.findings import Dropped, Findings
from kitt_rtc.model.insight import Passage, ScorePart
from kitt_rtc.model.query import Query
from kitt_rtc.ports import Embedder, Vector

_log = logging.getLogger(__name__)

_ENGINE = "qdrant"
_SCHEMA = "kitt-rtc knowledge 1"
_CANDIDATES = 24
"""Passages from each kind of search that are fused, then scored."""
_BATCH = 16
"""Points written in one go: a search waits no longer than that."""
_PAGE = 256
_MAX_WAITING = 64

Done = TypeVar("Done")


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
    """Name of the hosted embedder's model: the vectors of another one need another index."""
    meaning_floor: float = 0.2
    meaning_ceiling: float = 0.7
    """Cosines of the hosted embedder that count as 0 and as 1 in the score."""


@dataclass(frozen=True, slots=True)
class _Query:
    """A question and its numbers."""

    units: Sequence[Unit]
    letters: Vector
    meaning: Vector | None = None


class Qdrant:
    """Fits `KnowledgeBase`. Opened by its first use; `close` frees the folder."""

    def __init__(
        self, lexicon: Lexicon, options: QdrantOptions | None = None, *, embedder: Embedder | None = None
    ) -> None:
        """`embedder`: a hosted one, for search by meaning beside the lexicon's search by words."""
        self._lexicon = lexicon
        self._options = options or QdrantOptions()
        self._embedder = embedder
        self._worker = ThreadPoolExecutor(4 if self._options.url else 1, thread_name_prefix=_ENGINE)
        self._waiting = 0
        self._opening, self._writing = asyncio.Lock(), asyncio.Lock()
        self._client: Any = None
        self._corpus = Corpus()
        self._ready = self._closed = False

    async def search(self, query: Query, *, limit: int) -> Findings:
        """The best passages first, with the score of `relevance`; none for a query without a meaningful word."""
        await self.open()
        if limit < 1:
            return Findings()
        try:
            async with asyncio.timeout(self._options.seconds):
                asked = await self._work(partial(self._read, query.text))
                if not asked.units:
                    return Findings()
                asked = replace(asked, meaning=await self._meaning_of(query.text))
                return _chosen(await self._work(partial(self._search, asked)), query, limit)
        except TimeoutError as error:
            raise EngineTimeout(_ENGINE, "The knowledge base took too long to answer", retryable=True) from error

    async def replace(self, source: str, passages: Sequence[Passage]) -> None:
        """Put these in the place of everything that came from this source. The old is found until the new is there."""
        await self.open()
        async with self._writing:
            wanted = _by_id(source, passages)
            held = await self._work(partial(self._ids, source))
            new = [passage for known_as, passage in wanted.items() if known_as not in held]
            for start in range(0, len(new), _BATCH):
                points = await self._points(new[start : start + _BATCH])
                await self._work(partial(self._put, points))
            gone = sorted(held - wanted.keys())
            if gone:
                await self._work(partial(self._remove, gone))

    async def holds(self, source: str, passages: Sequence[Passage]) -> bool:
        """Are exactly these what the base has from this source? Then there is nothing to replace."""
        await self.open()
        held = await self._work(partial(self._ids, source))
        return held == _by_id(source, passages).keys()

    async def documents(self) -> list[Document]:
        await self.open()
        return await self._work(self._documents)

    async def passages(self, source: str) -> list[Passage]:
        await self.open()
        return await self._work(partial(self._of_source, source))

    async def count(self) -> int:
        await self.open()
        return await self._work(lambda: int(self._client.count(self._options.collection, exact=True).count))

    async def open(self) -> None:
        """Make ready; harmless when ready. Raises EngineUnavailable, or EngineRefused for a foreign collection."""
        async with self._opening:
            if self._closed:
                raise EngineUnavailable(_ENGINE, "The knowledge base is closed")
            if self._ready:
                return
            outdated = await self._work(self._connect)
            if outdated is not None:
                points = await self._points(outdated)  # before anything is deleted: an embedder may fail
                await self._work(partial(self._make_anew, points))
            await self._work(self._count_features)
            self._ready = True

    async def close(self) -> None:
        """Free the folder; harmless when closed."""
        async with self._opening:
            self._closed = True
            if self._client is not None:
                await asyncio.get_running_loop().run_in_executor(self._worker, self._translated, self._client.close)
                self._client = None
            self._worker.shutdown(wait=False)

    async def _points(self, passages: Sequence[Passage]) -> list[Point]:
        meanings = await self._embedder.embed([text_of(passage) for passage in passages]) if self._embedder else None
        return await asyncio.to_thread(make_points, self._lexicon, passages, meanings)

    async def _meaning_of(self, query: str) -> Vector | None:
        """A hosted embedder that is away costs its part of the search, not the search."""
        if not self._embedder:
            return None
        try:
            return (await self._embedder.embed([query]))[0]
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
            from qdrant_client.common.client_exceptions import QdrantException
            from qdrant_client.http.exceptions import ApiException
        except ImportError as error:
            raise EngineUnavailable(_ENGINE, "qdrant-client is not installed: pip install qdrant-client") from error
        try:
            return job()
        except (ApiException, QdrantException, OSError, sqlite3.Error, RuntimeError, ValueError) as error:
            raise self._in_our_words(error) from error

    def _in_our_words(self, error: Exception) -> EngineError:
        place = "Qdrant's server (QDRANT_URL)" if self._options.url else f"the folder {self._options.folder}"
        status = getattr(error, "status_code", None)
        if "already accessed" in str(error):
            return EngineUnavailable(
                _ENGINE,
                f"Another process uses {place}. Stop it, give this one its own DATA_FOLDER, "
                "or run a Qdrant server for both and set QDRANT_URL.",
            )
        if status in {401, 403}:
            return EngineRefused(_ENGINE, f"{place} refuses the key: check QDRANT_API_KEY")
        if status == 404:
            self._ready = False  # somebody deleted the collection; the next use makes it again
            return EngineUnavailable(_ENGINE, f"The collection is gone from {place}; ingest again", retryable=True)
        if status is not None and status < 500 and status != 429:
            return EngineRefused(_ENGINE, f"{place} refuses the request with status {status}")
        if self._options.url:
            return EngineUnavailable(_ENGINE, f"{place} does not answer; is it running?", retryable=True)
        if isinstance(error, OSError | sqlite3.Error):
            detail = f"{place} cannot be read or written ({type(error).__name__}): check its rights and the free space"
            return EngineUnavailable(_ENGINE, detail, retryable=True)
        return EngineUnavailable(_ENGINE, f"{place} cannot be used ({type(error).__name__})")

    @property
    def _fingerprint(self) -> str:
        hosted = f"{self._options.embed_model}/{self._embedder.size}" if self._embedder else "-"
        return f"{self._lexicon.fingerprint} {hosted}"

    def _connect(self) -> list[Passage] | None:
        """None when the collection is ready; the passages to index again when it was made with other numbers."""
        name = self._options.collection
        if self._client is None:
            self._client = self._open_server() if self._options.url else self._open_folder()
        if not self._client.collection_exists(name):
            self._create()
            return None
        label = self._client.get_collection(name).config.metadata or {}
        if "schema" not in label:
            raise EngineRefused(
                _ENGINE, f"The collection {name} was not made by KITT RTC: set QDRANT_COLLECTION to another name"
            )
        if label == {"schema": _SCHEMA, "fingerprint": self._fingerprint}:
            return None
        return [passage_of(point.payload) for point in self._all(with_payload=True)]

    def _open_server(self) -> Any:
        from qdrant_client import QdrantClient

        return QdrantClient(
            url=self._options.url,
            api_key=self._options.api_key or None,
            timeout=max(1, round(self._options.seconds)),
            check_compatibility=False,
        )

    def _open_folder(self) -> Any:
        from qdrant_client import QdrantClient

        try:
            return QdrantClient(path=self._options.folder)
        except (ValueError, KeyError, TypeError, AttributeError, UnpicklingError, EOFError) as error:
            folder = self._options.folder
            raise EngineUnavailable(
                _ENGINE, f"The knowledge base in {folder} is damaged: delete the folder and ingest again"
            ) from error

    def _create(self) -> None:
        from qdrant_client import models

        dense = {"letters": self._lexicon.size}
        if self._embedder:
            dense["meaning"] = self._embedder.size
        self._client.create_collection(
            self._options.collection,
            vectors_config={
                name: models.VectorParams(size=size, distance=models.Distance.COSINE) for name, size in dense.items()
            },
            sparse_vectors_config={"stems": models.SparseVectorParams(modifier=models.Modifier.IDF)},
            metadata={"schema": _SCHEMA, "fingerprint": self._fingerprint},
        )
        if self._options.url:
            self._client.create_payload_index(
                self._options.collection, "source", field_schema=models.PayloadSchemaType.KEYWORD
            )

    def _make_anew(self, points: Sequence[Point]) -> None:
        _log.warning(
            "the knowledge base was made with other words or another embedder: all its passages are indexed again",
            extra={"collection": self._options.collection, "passages": len(points)},
        )
        self._client.delete_collection(self._options.collection)
        self._create()
        for start in range(0, len(points), _BATCH):
            self._upsert(points[start : start + _BATCH])

    def _count_features(self) -> None:
        corpus = Corpus()
        for point in self._all(with_vectors=["stems"]):
            corpus.add(point.vector["stems"].indices)
        self._corpus = corpus

    def _all(self, **wanted: Any) -> Iterator[Any]:
        wanted = {"with_payload": False} | wanted
        offset: Any = None
        while True:
            records, offset = self._client.scroll(self._options.collection, limit=_PAGE, offset=offset, **wanted)
            yield from records
            if offset is None:
                return

    def _ids(self, source: str) -> set[str]:
        return {str(record.id) for record in self._all(scroll_filter=_of(source))}

    def _put(self, points: Sequence[Point]) -> None:
        self._upsert(points)
        for point in points:
            self._corpus.add(point.stems)

    def _upsert(self, points: Sequence[Point]) -> None:
        from qdrant_client import models

        rows = []
        for point in points:
            stems = models.SparseVector(indices=list(point.stems), values=list(point.stems.values()))
            vectors: dict[str, Any] = {"letters": list(point.letters), "stems": stems}
            if point.meaning is not None:
                vectors["meaning"] = list(point.meaning)
            rows.append(models.PointStruct(id=point.id, vector=vectors, payload=payload_of(point.passage)))
        self._client.upsert(self._options.collection, points=rows, wait=True)

    def _remove(self, ids: Sequence[str]) -> None:
        from qdrant_client import models

        for record in self._client.retrieve(self._options.collection, ids, with_vectors=["stems"]):
            self._corpus.drop(record.vector["stems"].indices)
        self._client.delete(self._options.collection, points_selector=models.PointIdsList(points=list(ids)), wait=True)

    def _read(self, query: str) -> _Query:
        return _Query(self._lexicon.units(query), self._lexicon.vector(query))

    def _search(self, asked: _Query) -> list[Passage]:
        from qdrant_client import models

        stems = query_weights(asked.units)
        sparse = models.SparseVector(indices=list(stems), values=list(stems.values()))
        prefetch = [
            models.Prefetch(query=sparse, using="stems", limit=_CANDIDATES),
            models.Prefetch(query=list(asked.letters), using="letters", limit=_CANDIDATES),
        ]
        if asked.meaning is not None:
            prefetch.append(models.Prefetch(query=list(asked.meaning), using="meaning", limit=_CANDIDATES))
        found = self._client.query_points(
            self._options.collection,
            prefetch=prefetch,
            query=models.FusionQuery(fusion=models.Fusion.RRF),
            limit=_CANDIDATES,
            with_payload=True,
            with_vectors=True,
        ).points
        scored = [_weighed(passage_of(point.payload), self._parts(asked, point.vector)) for point in found]
        return sorted(scored, key=lambda passage: -passage.score)  # equal scores stay in the fused order

    def _parts(self, asked: _Query, vectors: Any) -> Iterator[ScorePart]:
        stems = dict(zip(vectors["stems"].indices, vectors["stems"].values, strict=True))
        words, letters = score(asked.units, stems, float(np.dot(asked.letters, vectors["letters"])), self._corpus)
        yield ScorePart("words", round(words, 4))
        yield ScorePart("letters", round(letters, 4))
        if asked.meaning is None:
            return
        cosine = float(np.dot(asked.meaning, vectors["meaning"]))
        floor, ceiling = self._options.meaning_floor, self._options.meaning_ceiling
        meant = min(1.0, max(0.0, (cosine - floor) / (ceiling - floor)))
        yield ScorePart("meaning", round(max(0.0, meant - words - letters), 4))

    def _of_source(self, source: str) -> list[Passage]:
        found = self._all(scroll_filter=_of(source), with_payload=True)
        return sorted((passage_of(point.payload) for point in found), key=lambda passage: _number(passage.id))

    def _documents(self) -> list[Document]:
        held: dict[str, list[Passage]] = {}
        for point in self._all(with_payload=True):
            passage = passage_of(point.payload)
            held.setdefault(passage.source, []).append(passage)
        return [_document(source, held[source]) for source in sorted(held)]


def _by_id(source: str, passages: Sequence[Passage]) -> dict[str, Passage]:
    placed = (replace(passage, source=source, score=0.0) for passage in passages)
    return {point_id(passage): passage for passage in placed}


def _of(source: str) -> Any:
    from qdrant_client import models

    return models.Filter(must=[models.FieldCondition(key="source", match=models.MatchValue(value=source))])


def _number(passage_id: str) -> int:
    number = passage_id.rpartition("#")[2]
    return int(number) if number.isdecimal() else 0


def _weighed(passage: Passage, parts: Iterable[ScorePart]) -> Passage:
    parts = tuple(parts)
    return replace(passage, parts=parts, score=round(min(1.0, max(0.0, sum(part.value for part in parts))), 4))


def _chosen(found: Sequence[Passage], query: Query, limit: int) -> Findings:
    today = date.today().isoformat()
    passed = [(passage, dropped(passage, query, today)) for passage in found]
    good = [passage for passage, reason in passed if reason is None]
    bad = [reason for _, reason in passed if reason is not None]
    return Findings(tuple(good[:limit]), (*bad, *(Dropped(passage, "limit") for passage in good[limit:])))


def _document(source: str, passages: Sequence[Passage]) -> Document:
    first = passages[0]
    edition = Edition(first.version, first.digest, 0.0, len(passages))
    return Document(source, first.title, (edition,), first.language, first.product, first.valid_from, first.valid_until)
