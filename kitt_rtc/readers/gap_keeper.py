"""Journal to the log of gaps: what nobody could answer is counted. One for all calls.

The law: a call never waits for it, and no number of a person goes into it, nor the name of anybody known to be in the
call. A name that is only spoken of (in neither the roster nor the profile, nor said with "je m'appelle") is not known.
"""

import logging
import time
from collections.abc import Callable, Collection
from hashlib import blake2b

from kitt_rtc.journal import Journal
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.facts import GapFound
from kitt_rtc.model.lack import Asked, Lack
from kitt_rtc.ports import Lacks
from kitt_rtc.readers.masking import masked
from kitt_rtc.readers.names import nameless, names_of

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
                await self._note(journal.call_id, entry.fact, names_of(tuple(journal.entries())))

    async def _note(self, call_id: str, gap: GapFound, names: Collection[str]) -> None:
        now, mark = round(self._now(), 3), f"{call_id}|{'|'.join(gap.because)}"
        lack = Lack(
            id=f"gap_{blake2b(mark.encode(), digest_size=8).hexdigest()}",
            language=gap.language,
            reason=gap.reason,
            title=gap.title,
            score=gap.score,
            asked=(Asked(call_id, nameless(masked(gap.question), names), now),),
        )
        try:
            await self._lacks.note(lack)
        except EngineError as error:
            logger.warning("a gap was not counted", extra={"call": call_id, "code": error.code})
