"""Deletes the calls, and what is kept beside them, when they are older than they may be. One for the server."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kitt_rtc.metrics import Metrics, word
from kitt_rtc.model.errors import EngineError
from kitt_rtc.ports import Lacks, Recordings, Store, Tapes

logger = logging.getLogger(__name__)

_DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class CaretakerOptions:
    retention_days: float = 90.0
    """Calls that ended longer ago are deleted; 0 keeps them for ever."""
    recording_days: float = 30.0
    """Recordings that ended longer ago are deleted; 0 keeps them as long as their calls."""
    tape_days: float = 30.0
    """The same of tapes."""
    every: float = 30.0
    """Seconds between two rounds. A round with nothing to delete costs one look into an index."""


class _Forgetful(Protocol):
    async def forget(self, *, before: float) -> int: ...


@dataclass(slots=True)
class _Kept:
    """What is kept beside the calls, and for how long."""

    name: str
    things: _Forgetful | None
    days: float
    """0: for ever."""
    failing: bool = False


class Caretaker:
    """Keeps the store, the recordings and the tapes to their retention."""

    def __init__(
        self,
        store: Store,
        metrics: Metrics,
        options: CaretakerOptions | None = None,
        *,
        recordings: Recordings | None = None,
        tapes: Tapes | None = None,
        lacks: Lacks | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`now` is the wall clock, in seconds since 1970."""
        self._store = store
        self._metrics = metrics
        self._options = options or CaretakerOptions()
        self._now = now
        self._recordings = _Kept("recordings", recordings, self._days(recordings, self._options.recording_days))
        self._tapes = _Kept("tapes", tapes, self._days(tapes, self._options.tape_days))
        self._gaps = _Kept("gaps", lacks, self._days(lacks, 0.0))
        self._failing = False

    async def run(self) -> None:
        """Round after round, until cancelled. Returns at once when everything is kept for ever."""
        while self._options.retention_days > 0 or self._recordings.days > 0 or self._tapes.days > 0:
            await self.tidy_recordings()
            await self.tidy_tapes()
            await self.tidy_gaps()
            if self._options.retention_days > 0:
                await self.tidy()
            await asyncio.sleep(self._options.every)

    async def tidy(self) -> int:
        """One round; how many calls were deleted. A store that is away is tried again in the next round."""
        try:
            forgotten = await self._store.forget(before=self._now() - self._options.retention_days * _DAY_SECONDS)
        except EngineError as error:
            self._metrics.store_failures.labels(word(error.code)).inc()
            if not self._failing:
                logger.warning("old calls could not be deleted", extra={"code": error.code, "cause": error.message})
            self._failing = True
            return 0
        self._failing = False
        if forgotten:
            self._metrics.calls_forgotten.inc(forgotten)
            logger.info("old calls were deleted", extra={"calls": forgotten})
        return forgotten

    async def tidy_recordings(self) -> int:
        """One round; how many recordings were deleted. Before their calls: a call that is gone has no recording."""
        return await self._tidy_kept(self._recordings)

    async def tidy_tapes(self) -> int:
        """One round; how many tapes were deleted. Before their calls too."""
        return await self._tidy_kept(self._tapes)

    async def tidy_gaps(self) -> int:
        """One round; how many gaps went: what a call asked is kept as long as the call."""
        return await self._tidy_kept(self._gaps)

    async def _tidy_kept(self, kept: _Kept) -> int:
        if kept.things is None or kept.days == 0:
            return 0
        try:
            forgotten = await kept.things.forget(before=self._now() - kept.days * _DAY_SECONDS)
        except EngineError as error:
            if not kept.failing:
                told = {"code": error.code, "cause": error.message}
                logger.warning("old %s could not be deleted", kept.name, extra=told)
            kept.failing = True
            return 0
        kept.failing = False
        if forgotten:
            logger.info("old %s were deleted", kept.name, extra={kept.name: forgotten})
        return forgotten

    def _days(self, things: _Forgetful | None, own: float) -> float:
        """The shorter of both: what was last written when its call ended does not outlive it."""
        limits = [days for days in (own, self._options.retention_days) if days > 0]
        return min(limits, default=0.0) if things is not None else 0.0
