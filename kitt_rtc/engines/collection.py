"""A collection of Qdrant and the ledger of its documents beside it: everything that is asked of the client.

The law: every method waits or computes, so none is called on the event loop.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from kitt_rtc.engines.ledger import document_of, entry_of, ledger_id
from kitt_rtc.engines.points import Point, passage_of, payload_of, point_id
from kitt_rtc.engines.relevance import Weights
from kitt_rtc.model.document import Document
from kitt_rtc.model.insight import Passage
from kitt_rtc.ports import Vector

BATCH = 16
"""Points written in one go: a search waits no longer than that."""
_PAGE = 256


class Collection:
    """By its name, at this client. `indexed`: the client is a server's, which wants to be told what is asked for."""

    def __init__(self, client: Any, name: str, *, indexed: bool) -> None:
        self._client = client
        self._name = name
        self._ledger = f"{name}_documents"
        self._copy = f"{name}_copy"
        self._indexed = indexed

    def label(self) -> Mapping[str, Any] | None:
        """What it was made with; None when there is no such collection."""
        if not self._client.collection_exists(self._name):
            return None
        return self._client.get_collection(self._name).config.metadata or {}

    def create(self, dense: Mapping[str, int], label: Mapping[str, str]) -> None:
        """Empty; `dense`: the sizes of its dense vectors by name."""
        from qdrant_client import models

        self._client.create_collection(
            self._name,
            vectors_config={
                name: models.VectorParams(size=size, distance=models.Distance.COSINE) for name, size in dense.items()
            },
            sparse_vectors_config={"stems": models.SparseVectorParams(modifier=models.Modifier.IDF)},
            metadata=dict(label),
        )
        if not self._client.collection_exists(self._ledger):
            self._client.create_collection(self._ledger, vectors_config={})
        kinds = models.PayloadSchemaType
        wanted = {
            "source": kinds.KEYWORD,
            "product": kinds.KEYWORD,
            "from_day": kinds.INTEGER,
            "until_day": kinds.INTEGER,
        }
        for field, kind in wanted.items() if self._indexed else ():
            self._client.create_payload_index(self._name, field, field_schema=kind)

    def delete(self) -> None:
        """The passages; the ledger stays."""
        self._client.delete_collection(self._name)

    def close(self) -> None:
        self._client.close()

    # the copy of all passages, while they are indexed again

    def keep(self, passages: Iterable[Passage]) -> None:
        """Their words alone; in the place of an earlier copy."""
        from qdrant_client import models

        self.drop_copy()
        self._client.create_collection(self._copy, vectors_config={})
        rows = [models.PointStruct(id=point_id(one), vector={}, payload=payload_of(one)) for one in passages]
        for start in range(0, len(rows), _PAGE):
            self._client.upsert(self._copy, points=rows[start : start + _PAGE], wait=True)

    def copied(self) -> list[Passage] | None:
        """None where there is no copy: nobody was stopped while indexing again."""
        if not self._client.collection_exists(self._copy):
            return None
        return [passage_of(record.payload) for record in self._pages(self._copy)]

    def drop_copy(self) -> None:
        if self._client.collection_exists(self._copy):
            self._client.delete_collection(self._copy)

    # passages

    def count(self) -> int:
        return int(self._client.count(self._name, exact=True).count)

    def all(self, *, where: Any = None, payload: bool | Sequence[str] = False, stems: bool = False) -> Iterator[Any]:
        """Every record, or those that a filter lets through."""
        offset: Any = None
        while True:
            records, offset = self._client.scroll(
                self._name,
                scroll_filter=where,
                limit=_PAGE,
                offset=offset,
                with_payload=payload,
                with_vectors=["stems"] if stems else False,
            )
            yield from records
            if offset is None:
                return

    def put(self, points: Sequence[Point]) -> None:
        from qdrant_client import models

        rows = []
        for point in points:
            stems = models.SparseVector(indices=list(point.stems), values=list(point.stems.values()))
            vectors: dict[str, Any] = {"letters": list(point.letters), "stems": stems}
            if point.meaning is not None:
                vectors["meaning"] = list(point.meaning)
            rows.append(models.PointStruct(id=point.id, vector=vectors, payload=payload_of(point.passage)))
        self._client.upsert(self._name, points=rows, wait=True)

    def relabel(self, known_as: str, passage: Passage) -> None:
        """Another version, date or product of the same words."""
        self._client.overwrite_payload(self._name, payload=payload_of(passage), points=[known_as], wait=True)

    def remove(self, ids: Sequence[str]) -> None:
        from qdrant_client import models

        self._client.delete(self._name, points_selector=models.PointIdsList(points=list(ids)), wait=True)

    def fetch(self, ids: Sequence[str], *, vectors: bool | Sequence[str] = True, payload: bool = True) -> list[Any]:
        """In the order of the ids; what is gone is left out."""
        records = self._client.retrieve(self._name, list(ids), with_payload=payload, with_vectors=vectors)
        found = {str(record.id): record for record in records}
        return [found[known_as] for known_as in ids if known_as in found]

    def products(self) -> list[str]:
        """What passages say they are of, each once."""
        return [str(hit.value) for hit in self._client.facet(self._name, key="product", limit=10_000).hits]

    # searching

    def near(self, vector: Vector | Weights, using: str, limit: int, *, where: Any = None) -> list[str]:
        """The passages nearest to a vector, best first."""
        query = _sparse(vector) if isinstance(vector, dict) else list(vector)
        found = self._client.query_points(
            self._name, query=query, using=using, limit=limit, query_filter=where, with_payload=False
        ).points
        return [str(point.id) for point in found]

    def fused(
        self, stems: Sequence[Weights], dense: Mapping[str, Vector], *, limit: int, each: int, where: Any = None
    ) -> list[str]:
        """Searches by words and by vectors, made one by reciprocal ranks in one request."""
        from qdrant_client import models

        prefetch = [
            models.Prefetch(query=_sparse(weights), using="stems", limit=each, filter=where) for weights in stems
        ]
        prefetch += [
            models.Prefetch(query=list(vector), using=name, limit=each, filter=where) for name, vector in dense.items()
        ]
        found = self._client.query_points(
            self._name,
            prefetch=prefetch,
            query=models.FusionQuery(fusion=models.Fusion.RRF),
            limit=limit,
            with_payload=False,
        ).points
        return [str(point.id) for point in found]

    # the ledger

    def documents(self) -> list[Document]:
        entries = (document_of(record.payload) for record in self._pages(self._ledger))
        return sorted(entries, key=lambda document: document.source)

    def document(self, source: str) -> Document | None:
        found = self._client.retrieve(self._ledger, [ledger_id(source)], with_payload=True)
        return document_of(found[0].payload) if found else None

    def note(self, document: Document) -> None:
        from qdrant_client import models

        row = models.PointStruct(id=ledger_id(document.source), vector={}, payload=entry_of(document))
        self._client.upsert(self._ledger, points=[row], wait=True)

    def forget(self, source: str) -> None:
        from qdrant_client import models

        self._client.delete(self._ledger, points_selector=models.PointIdsList(points=[ledger_id(source)]), wait=True)

    def _pages(self, name: str) -> Iterator[Any]:
        """Every record of a collection without vectors."""
        offset: Any = None
        while True:
            records, offset = self._client.scroll(name, limit=_PAGE, offset=offset, with_payload=True)
            yield from records
            if offset is None:
                return


def from_source(source: str) -> Any:
    """A filter."""
    from qdrant_client import models

    return models.Filter(must=[models.FieldCondition(key="source", match=models.MatchValue(value=source))])


def elsewhere(source: str) -> Any:
    """A filter: everything but this source."""
    return _filter(must_not=from_source(source).must)


def valid_on(day: int, products: Iterable[str] | None = None) -> Any:
    """A filter: what is valid on a day (20261129) and of one of these products, if any are named."""
    from qdrant_client import models

    must: list[Any] = [
        models.FieldCondition(key="from_day", range=models.Range(lte=day)),
        models.FieldCondition(key="until_day", range=models.Range(gte=day)),
    ]
    if products is not None:
        must.append(models.FieldCondition(key="product", match=models.MatchAny(any=list(products))))
    return _filter(must=must)


def _filter(**conditions: Any) -> Any:
    from qdrant_client import models

    return models.Filter(**conditions)


def _sparse(weights: Weights) -> Any:
    from qdrant_client import models

    return models.SparseVector(indices=list(weights), values=list(weights.values()))
