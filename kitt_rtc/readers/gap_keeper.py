"""Journal to the log of gaps: what nobody could answer is counted. One for all calls.

The law: a call never waits for it, and no name or number of a person goes into it.
"""

import logging
import time
from collections.abc import Callable
from hashlib import blake2b

from kitt_rtc.journal import Journal
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.facts import GapFound
from kitt_rtc.model.lack import Lack
from kitt_rtc.ports import Lacks
from kitt_rtc.readers.masking import masked

logger = logging.getLogger(__name__)


class GapKeeper:
    """Fits `ports.Reader`."""

    def __init__(self, lacks: Lacks, *, now: Callable[[], float] = time.time) -> None:
        """`now` is seconds since 1970."""
        self._lacks = lacks
        self._now = now

    async def read(self, journal: Journal) -> None:
        """Until the journal closes; those of an earlier process were counted by it."""
        async for entry in journal.follow(journal.inherited):
            if isinstance(entry.fact, GapFound):
                await self._note(journal.call_id, entry.fact)

    async def _note(self, call_id: str, gap: GapFound) -> None:
        now, mark = round(self._now(), 3), f"{call_id}|{'|'.join(gap.because)}"
        lack = Lack(
            id=f"gap_{blake2b(mark.encode(), digest_size=8).hexdigest()}",
            question=masked(gap.question),
            language=gap.language,
            reason=gap.reason,
            title=gap.title,
            score=gap.score,
            calls=(call_id,),
            first_at=now,
            last_at=now,
        )
        try:
            await self._lacks.note(lack)
        except EngineError as error:
            logger.warning("a gap was not counted", extra={"call": call_id, "code": error.code})
