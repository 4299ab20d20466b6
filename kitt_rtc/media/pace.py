"""The pace of sound: a moment every twenty milliseconds, on a steady clock.

The law: what makes one moment late delays no other, and no stall ends in a burst of more than a tenth of a second.
"""

import asyncio

from kitt_rtc.model.audio import FRAME_SECONDS

_LATE_SECONDS = 0.100
"""Less than this is caught up with; after a longer stall what was missed is left out rather than sent in a burst."""
_STALLED_SECONDS = 0.005
_TURNS = 3
"""Of the loop, from a packet in a socket to its sound in an ear."""


class Pace:
    """Kept by whoever empties an earpiece."""

    def __init__(self) -> None:
        self._due: float | None = None

    async def wait(self) -> int:
        """Until the next moment; how many were left out before it. The first is now."""
        clock = asyncio.get_running_loop().time
        now = clock()
        if self._due is None:
            self._due = now
            return 0
        self._due += FRAME_SECONDS
        late = now - self._due
        missed = int(late / FRAME_SECONDS) if late > _LATE_SECONDS else 0
        self._due += missed * FRAME_SECONDS
        await asyncio.sleep(self._due - now)
        if clock() - self._due > _STALLED_SECONDS:
            await self._let_others()
        return missed

    def rest(self) -> None:
        """There is nothing to keep pace with: the next moment is whenever it is waited for."""
        self._due = None

    async def _let_others(self) -> None:
        """While the loop stood still sound has come, and lies in sockets: it is taken in before it is asked for."""
        for _ in range(_TURNS):
            await asyncio.sleep(0)
