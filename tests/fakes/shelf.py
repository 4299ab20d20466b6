"""A knowledge base in memory for those who look after it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from kitt_rtc.engines.ledger import with_edition
from kitt_rtc.model.document import Document, Twin
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.findings import Findings
from kitt_rtc.model.insight import Passage
from kitt_rtc.model.query import Query
from kitt_rtc.ports import Fetched


@dataclass
class DictShelf:
    """Fits `ports.KnowledgeShelf`; finds everything that is in it."""

    held: dict[str, tuple[Document, Sequence[Passage]]] = field(default_factory=dict)
    failure: EngineError | None = None

    async def search(self, query: Query, *, limit: int) -> Findings:
        self._work()
        return Findings(tuple(one for _, passages in self.held.values() for one in passages)[:limit])

    async def replace(
        self, source: str, passages: Sequence[Passage], *, told: Callable[[int], None] | None = None
    ) -> None:
        self._work()
        known = self.held.pop(source, None)
        if passages:
            placed = [replace(passage, source=source) for passage in passages]
            self.held[source] = with_edition(known[0] if known else None, source, placed, 1_000.0), placed

    async def count(self) -> int:
        self._work()
        return sum(len(passages) for _, passages in self.held.values())

    async def documents(self) -> list[Document]:
        self._work()
        return [document for document, _ in self.held.values()]

    async def passages(self, source: str) -> list[Passage]:
        return list(self.held[source][1]) if source in self.held else []

    async def holds(self, source: str, passages: Sequence[Passage]) -> bool:
        self._work()
        return False

    async def twins(self, source: str, passages: Sequence[Passage]) -> list[Twin]:
        return []

    def _work(self) -> None:
        if self.failure is not None:
            raise self.failure


class OnePage:
    """Fits `ports.PageFetcher`: the same page, wherever."""

    async def fetch(self, address: str) -> Fetched:
        return Fetched("/pump", "text/html", b"<title>Pump</title><p>The pump is dry.</p>")
