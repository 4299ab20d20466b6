"""Journal to proposed articles: what a call that ended well has to teach. One for all calls.

The law: it proposes and never publishes; a call never waits for it.
"""

import asyncio
import logging
import time
from collections.abc import Callable

from kitt_rtc.journal import Journal
from kitt_rtc.model.errors import EngineError
from kitt_rtc.ports import ProposedArticles
from kitt_rtc.readers.article_writer import proposals

logger = logging.getLogger(__name__)


class Learner:
    """Fits `ports.Reader`."""

    def __init__(self, articles: ProposedArticles, *, now: Callable[[], float] = time.time) -> None:
        """`now` is seconds since 1970."""
        self._articles = articles
        self._now = now

    async def read(self, journal: Journal) -> None:
        """To the end of the call: the last word on a trouble counts. A call that goes on elsewhere is read there."""
        async for _ in journal.follow(journal.last):
            pass
        written = await asyncio.to_thread(proposals, journal.entries(), now=round(self._now(), 3))
        for article in written:
            try:
                await self._articles.propose(article)
            except EngineError as error:
                logger.warning("an article was not proposed", extra={"call": journal.call_id, "code": error.code})
