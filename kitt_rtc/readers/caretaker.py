"""Deletes the calls and the recordings that are older than they may be. One for the server, run as long as it lives."""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kitt_rtc.metrics import Metrics, word
from kitt_rtc.model.errors import EngineError
from kitt_rtc.ports import Recordings, Store, Tapes

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


class _Kept(Protocol):
    async def forget(self, *, before: float) -> int: ...


@dataclass(slots=True)
class _Sound:
    """A folder of files that are kept beside the calls, and for how long."""

    name: str
    files: _Kept | None
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
        now: Callable[[], float] = time.time,
    ) -> None:
        """`now` is the wall clock, in seconds since 1970."""
        self._store = store
        self._metrics = metrics
        self._options = options or CaretakerOptions()
        self._now = now
        self._recordings = _Sound("recordings", recordings, self._days(recordings, self._options.recording_days))
        self._tapes = _Sound("tapes", tapes, self._days(tapes, self._options.tape_days))
        self._failing = False

    async def run(self) -> None:
        """Round after round, until cancelled. Returns at once when everything is kept for ever."""
        while self._options.retention_days > 0 or self._recordings.days > 0 or self._tapes.days > 0:
            await self.tidy_recordings()
            await self.tidy_tapes()
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
        return await self._tidy_sound(self._recordings)

    async def tidy_tapes(self) -> int:
        """One round; how many tapes were deleted. Before their calls too."""
        return await self._tidy_sound(self._tapes)

    async def _tidy_sound(self, sound: _Sound) -> int:
        if sound.files is None or sound.days == 0:
            return 0
        try:
            forgotten = await sound.files.forget(before=self._now() - sound.days * _DAY_SECONDS)
        except EngineError as error:
            if not sound.failing:
                told = {"code": error.code, "cause": error.message}
                logger.warning("old %s could not be deleted", sound.name, extra=told)
            sound.failing = True
            return 0
        sound.failing = False
        if forgotten:
            logger.info("old %s were deleted", sound.name, extra={sound.name: forgotten})
        return forgotten

    def _days(self, files: _Kept | None, own: float) -> float:
        """The shorter of both: what was last written when its call ended does not outlive it."""
        limits = [days for days in (own, self._options.retention_days) if days > 0]
        return min(limits, default=0.0) if files is not None else 0.0
