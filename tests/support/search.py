"""Ask a knowledge base as a test does: words in, passages out."""

from kitt_rtc.model.insight import Passage
from kitt_rtc.model.query import Query
from kitt_rtc.ports import KnowledgeBase


async def search(knowledge: KnowledgeBase, text: str, *, limit: int = 3) -> list[Passage]:
    """The best passages first."""
    return list((await knowledge.search(Query(text), limit=limit)).passages)
