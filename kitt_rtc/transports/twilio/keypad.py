"""The keys that somebody on the telephone presses: `async for keys in keypad`.

Keys that follow each other quickly are one thing that was said, a number or a code, and are told together.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator

from kitt_rtc.transports.twilio.counters import LineCounters

MOST_KEYS = 64
TOGETHER_SECONDS = 1.0
"""A pause of this length ends what was pressed."""


class Keypad:
    """Bounded: the oldest keys are dropped, and counted, when nobody reads them."""

    def __init__(self, counters: LineCounters) -> None:
        self._counters = counters
        self._pressed: deque[str] = deque(maxlen=MOST_KEYS)
        self._bell = asyncio.Event()
        self._closed = False

    def press(self, key: str) -> None:
        """Never waits."""
        if len(self._pressed) == MOST_KEYS:
            self._counters.digits_dropped += 1
        self._pressed.append(key)
        self._bell.set()

    def close(self) -> None:
        """No more keys come: what was pressed is told, then the reading ends."""
        self._closed = True
        self._bell.set()

    async def __aiter__(self) -> AsyncIterator[str]:
        while True:
            await self._settle()
            if self._pressed:
                keys = "".join(self._pressed)
                self._pressed.clear()
                yield keys
            elif self._closed:
                return

    async def _settle(self) -> None:
        """Until keys were pressed and none follows, or there is no room for more, or nothing comes any more."""
        while not self._closed and len(self._pressed) < MOST_KEYS:
            self._bell.clear()
            try:
                async with asyncio.timeout(TOGETHER_SECONDS if self._pressed else None):
                    await self._bell.wait()
            except TimeoutError:
                return
