"""A few threads and a short line in front of them, for embedded engines that compute.

The law: whoever waits can be cancelled at once, has a deadline, and is turned away when the line is full. A computation
that has begun runs to its end in its thread; only nobody waits for it any more.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from kitt_rtc.model.errors import EngineTimeout, EngineUnavailable

Result = TypeVar("Result")


class Workers:
    """Threads of one engine."""

    def __init__(self, engine: str, *, threads: int, waiting: int) -> None:
        """`threads` work at once, `waiting` more may stand in line."""
        self.turned_away = 0
        """Pieces of work that found the line full."""
        self._engine = engine
        self._room = threading.BoundedSemaphore(threads + waiting)
        self._executor = ThreadPoolExecutor(max_workers=threads, thread_name_prefix=engine)
        self._closed = False

    async def run(self, work: Callable[[], Result], *, seconds: float) -> Result:
        """The result of `work` in a thread. Raises EngineTimeout, EngineUnavailable, or what `work` raises."""
        if self._closed:
            raise EngineUnavailable(self._engine, f"{self._engine} has been closed")
        if not self._room.acquire(blocking=False):
            self.turned_away += 1
            raise EngineUnavailable(self._engine, f"{self._engine} has more to do than it can", retryable=True)
        job = self._executor.submit(work)
        job.add_done_callback(lambda _: self._room.release())
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.wrap_future(job)
        except TimeoutError as error:
            raise EngineTimeout(
                self._engine, f"{self._engine} took longer than {seconds:g} s", retryable=True
            ) from error

    async def close(self) -> None:
        """Forget who stands in line, and wait for what has begun."""
        self._closed = True
        await asyncio.to_thread(self._executor.shutdown, cancel_futures=True)
