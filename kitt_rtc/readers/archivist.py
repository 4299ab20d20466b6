"""Journal to store. One for all calls.

The law: a call never waits for the disk. The archivist keeps a number, the last entry that is on disk, and tries
again with a growing pause while the store is away.
"""

import asyncio
import logging
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from kitt_rtc.journal import Journal
from kitt_rtc.metrics import Metrics, word
from kitt_rtc.model.audio import Clock
from kitt_rtc.model.errors import EngineError, EngineRefused
from kitt_rtc.model.facts import Entry
from kitt_rtc.ports import Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ArchivistOptions:
    batch: int = 200
    """Most entries in one append."""
    first_pause: float = 0.1
    """Seconds before the second attempt; each further pause is twice as long."""
    longest_pause: float = 2.0
    attempt_seconds: float = 10.0
    """An attempt that takes longer counts as failed; writing an entry twice is writing it once."""
    closing_seconds: float = 10.0
    """A closed call's last entries are tried this long; what is not on disk then is given up, and told."""


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the store has not taken yet."""

    entries: int
    """Facts of live calls that are not on disk."""
    seconds: float
    """How long the store has been away; 0 while it takes what it is given."""
    cause: str
    """Why, in a sentence; empty while the store takes what it is given."""


class Archivist:
    """Fits `ports.Reader`."""

    def __init__(
        self,
        store: Store,
        metrics: Metrics,
        options: ArchivistOptions | None = None,
        *,
        clock: Clock = time.monotonic,
    ) -> None:
        self._store = store
        self._metrics = metrics
        self._options = options or ArchivistOptions()
        self._clock = clock
        self._shelves: dict[str, _Shelf] = {}
        self._away_since: float | None = None
        self._cause = ""
        metrics.store_waiting.set_function(lambda: self.backlog().entries)

    async def read(self, journal: Journal) -> None:
        """Write a call's facts until its journal closes, and the rest of them within the closing time."""
        shelf = self._shelves[journal.call_id] = _Shelf(journal)
        if self._away_since is None:  # a call that begins while the store is away is told at once, as the others are
            journal.keep(shelf.kept)
        try:
            async for entry in journal.follow(shelf.kept):
                if entry.seq > shelf.kept and not await self._keep(shelf):
                    return
        finally:
            if shelf.kept < journal.last:
                self._give_up(shelf, journal.last - shelf.kept)
            del self._shelves[journal.call_id]
            journal.keep_nothing()

    def backlog(self) -> Backlog:
        """Whether the store is behind, for /health: a lock of a few seconds is no trouble, a full disk is."""
        waiting = sum(shelf.journal.last - shelf.kept for shelf in self._shelves.values())
        seconds = 0.0 if self._away_since is None else self._clock() - self._away_since
        return Backlog(waiting, seconds, self._cause)

    async def _keep(self, shelf: "_Shelf") -> bool:
        """Write what has come. False when the call is over and its time is up."""
        pause, size = self._options.first_pause, self._options.batch
        while batch := shelf.journal.entries(after=shelf.kept)[:size]:
            try:
                await self._append(shelf, batch)
            except EngineRefused:
                if len(batch) == 1:
                    self._give_up(shelf, 1)
                    shelf.kept = batch[0].seq
                size = 1
            except (EngineError, TimeoutError):
                if not await self._rest(shelf, pause):
                    return False
                pause = min(2 * pause, self._options.longest_pause)
            else:
                pause = self._options.first_pause
        return True

    async def _append(self, shelf: "_Shelf", batch: Sequence[Entry]) -> None:
        try:
            async with asyncio.timeout(self._attempt_seconds(shelf)):
                await self._store.append(shelf.journal.call_id, batch)
        except EngineError as error:
            self._note_failure(error.code, error.message)
            raise
        except TimeoutError:
            self._note_failure("engine_timeout", "the store does not answer")
            raise
        shelf.kept = batch[-1].seq
        shelf.journal.keep(shelf.kept)
        self._note_success()

    async def _rest(self, shelf: "_Shelf", pause: float) -> bool:
        """Pause, a little less or more than told so that calls do not return in step. False when time is up."""
        seconds = pause * random.uniform(0.5, 1.0)  # noqa: S311 (not a secret)
        left = self._time_left(shelf)
        if left is None:
            await _pause(shelf.journal, seconds)
            return True
        await asyncio.sleep(min(seconds, left))
        return left > seconds

    def _time_left(self, shelf: "_Shelf") -> float | None:
        """Seconds for the rest of a closed call; None while it lives."""
        if not shelf.journal.closed:
            return None
        if shelf.deadline is None:
            shelf.deadline = self._clock() + self._options.closing_seconds
        return max(0.0, shelf.deadline - self._clock())

    def _attempt_seconds(self, shelf: "_Shelf") -> float:
        left = self._time_left(shelf)
        return self._options.attempt_seconds if left is None else min(left, self._options.attempt_seconds)

    def _give_up(self, shelf: "_Shelf", lost: int) -> None:
        self._metrics.store_lost.inc(lost)
        logger.error(
            "facts are not on disk and were given up",
            extra={"call": shelf.journal.call_id, "entries": lost, "after": shelf.kept, "cause": self._cause},
        )

    def _note_failure(self, code: str, message: str) -> None:
        self._metrics.store_failures.labels(word(code)).inc()
        self._cause = message
        if self._away_since is None:
            self._away_since = self._clock()
            logger.warning("the store is away; facts wait in memory", extra={"code": code, "cause": message})
            for shelf in self._shelves.values():
                shelf.journal.keep_nothing()

    def _note_success(self) -> None:
        if self._away_since is not None:
            away = round(self._clock() - self._away_since, 1)
            logger.info("the store is back", extra={"seconds": away})
        self._away_since = None
        self._cause = ""


class _Shelf:
    """How far one call is written."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.kept = journal.inherited
        """The last entry on disk."""
        self.deadline: float | None = None


async def _pause(journal: Journal, seconds: float) -> None:
    """Some seconds, or until the journal closes."""
    try:
        async with asyncio.timeout(seconds):
            async for _ in journal.follow(after=journal.last):
                pass
    except TimeoutError:
        pass
