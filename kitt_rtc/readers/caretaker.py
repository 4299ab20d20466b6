"""Deletes the calls and the recordings that are older than they may be. One for the server, run as long as it lives."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from kitt_rtc.metrics import Metrics, word
from kitt_rtc.model.errors import EngineError
from kitt_rtc.ports import Recordings, Store

logger = logging.getLogger(__name__)

_DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class CaretakerOptions:
    retention_days: float = 90.0
    """Calls that ended longer ago are deleted; 0 keeps them for ever."""
    recording_days: float = 30.0
    """Recordings that ended longer ago are deleted; 0 keeps them as long as their calls."""
    every: float = 30.0
    """Seconds between two rounds. A round with nothing to delete costs one look into an index."""


class Caretaker:
    """Keeps the store and the recordings to their retention."""

    def __init__(
        self,
        store: Store,
        metrics: Metrics,
        options: CaretakerOptions | None = None,
        *,
        recordings: Recordings | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`now` is the wall clock, in seconds since 1970."""
        self._store = store
        self._metrics = metrics
        self._options = options or CaretakerOptions()
        self._now = now
        self._recordings = recordings
        self._failing = self._recordings_failing = False

    async def run(self) -> None:
        """Round after round, until cancelled. Returns at once when everything is kept for ever."""
        while self._options.retention_days > 0 or self._recording_days > 0:
            await self.tidy_recordings()
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
        if self._recordings is None or self._recording_days == 0:
            return 0
        try:
            forgotten = await self._recordings.forget(before=self._now() - self._recording_days * _DAY_SECONDS)
        except EngineError as error:
            if not self._recordings_failing:
                logger.warning(
                    "old recordings could not be deleted", extra={"code": error.code, "cause": error.message}
                )
            self._recordings_failing = True
            return 0
        self._recordings_failing = False
        if forgotten:
            logger.info("old recordings were deleted", extra={"recordings": forgotten})
        return forgotten

    @property
    def _recording_days(self) -> float:
        """The shorter of both: a recording was last written when its call ended, so it does not outlive it."""
        if self._recordings is None:
            return 0.0
        limits = [days for days in (self._options.recording_days, self._options.retention_days) if days > 0]
        return min(limits, default=0.0)
