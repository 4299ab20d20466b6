"""Looking something up in the knowledge base: several phrasings, one list; and the list as a trace tells it."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from kitt_rtc.model.insight import Passage
from kitt_rtc.model.trace import Found
from kitt_rtc.ports import KnowledgeBase

_TRACED = 12
"""So many passages a trace names."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of it."""

    queries: tuple[str, ...] = ()
    passages: tuple[Passage, ...] = ()
    """Best first, each once, with the best score of all phrasings."""

    def reaching(self, least: float) -> list[Passage]:
        return [passage for passage in self.passages if passage.score >= least]


async def look_up(knowledge: KnowledgeBase, phrasings: Sequence[str], *, limit: int) -> Looked:
    """Raises what the knowledge base raises."""
    queries = tuple(dict.fromkeys(filter(None, phrasings)))
    lists = await asyncio.gather(*(knowledge.search(query, limit=limit) for query in queries))
    best: dict[str, Passage] = {}
    for passage in (passage for found in lists for passage in found):
        if passage.id not in best or passage.score > best[passage.id].score:
            best[passage.id] = passage
    return Looked(queries, tuple(sorted(best.values(), key=lambda passage: -passage.score)))


def traced(looked: Looked, *, least: float, told: Collection[str], answer: str, otherwise: str) -> tuple[Found, ...]:
    """Each passage with why it was dropped. `answer`: the one that is said; `otherwise`: why a good one is not."""
    return tuple(
        Found(
            passage_id=passage.id,
            title=passage.title,
            source=passage.source,
            score=passage.score,
            section=passage.section,
            language=passage.language,
            version=passage.version,
            dropped=_dropped(passage, least, told, answer, otherwise),
        )
        for passage in looked.passages[:_TRACED]
    )


def _dropped(passage: Passage, least: float, told: Collection[str], answer: str, otherwise: str) -> str:
    if passage.id == answer:
        return ""
    if passage.score < least:
        return "below"
    return "told" if passage.id in told else otherwise


def merged(one: Looked, other: Looked) -> Looked:
    """Two searches as one, for the trace."""
    known = {passage.id for passage in one.passages}
    more = tuple(passage for passage in other.passages if passage.id not in known)
    ranked = sorted((*one.passages, *more), key=lambda passage: -passage.score)
    return replace(one, queries=tuple(dict.fromkeys((*one.queries, *other.queries))), passages=tuple(ranked))
