"""What a search brought, as it is answered from and as a trace tells it."""

from collections.abc import Collection
from dataclasses import dataclass

from kitt_rtc.model.findings import Dropped, Findings
from kitt_rtc.model.insight import Passage
from kitt_rtc.model.query import Query
from kitt_rtc.model.trace import Found
from kitt_rtc.ports import KnowledgeBase

_TRACED = 12
"""So many passages a trace names."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What was asked, and what came of it."""

    queries: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()
    """Best first, each once."""
    dropped: tuple[Dropped, ...] = ()
    """What the base itself passed over."""

    def reaching(self, least: float) -> list[Passage]:
        return [passage for passage in self.passages if passage.score >= least]


async def look_up(knowledge: KnowledgeBase, query: Query, *, limit: int) -> Looked:
    """Raises what the knowledge base raises."""
    findings: Findings = await knowledge.search(query, limit=limit)
    return Looked((query.text, *query.also), findings.passages, findings.dropped)


def traced(looked: Looked, *, least: float, told: Collection[str], answer: str, otherwise: str) -> tuple[Found, ...]:
    """Each passage with why it was dropped. `answer`: the one that is said; `otherwise`: why a good one is not."""
    came = [_found(passage, _dropped(passage, least, told, answer, otherwise)) for passage in looked.passages]
    passed_over = [_found(one.passage, one.rule) for one in looked.dropped]
    return tuple((came + passed_over)[:_TRACED])


def _found(passage: Passage, dropped: str) -> Found:
    return Found(
        passage_id=passage.id,
        title=passage.title,
        source=passage.source,
        score=passage.score,
        section=passage.section,
        language=passage.language,
        version=passage.version,
        dropped=dropped,
    )


def _dropped(passage: Passage, least: float, told: Collection[str], answer: str, otherwise: str) -> str:
    if passage.id == answer:
        return ""
    if passage.score < least:
        return "below"
    return "told" if passage.id in told else otherwise
