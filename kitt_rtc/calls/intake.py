"""Segments wait here to be written down: technicians and clients first, each rank in the order spoken (contract T22).

Bounded: when it is full, the oldest of the least important is shed, and somebody is told.
"""

import asyncio
import heapq
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from kitt_rtc.model.speech import Segment

CAPACITY = 16


@dataclass(order=True, slots=True)
class _Place:
    rank: int
    order: int
    segment: Segment = field(compare=False)


class Intake:
    """A waiting room with ranks: `async for segment in intake`, by any number of scribes."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._waiting: list[_Place] = []
        self._came = 0
        self._bell = asyncio.Event()
        self._closed = False

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, segment: Segment, *, rank: int) -> Segment | None:
        """Have a segment wait. Returns the one that had to go for it, when the room was full."""
        self._came += 1
        heapq.heappush(self._waiting, _Place(rank, self._came, segment))
        self._bell.set()
        if len(self._waiting) <= self._capacity:
            return None
        shed = max(self._waiting, key=lambda place: (place.rank, -place.order))
        self._waiting.remove(shed)
        heapq.heapify(self._waiting)
        return shed.segment

    def close(self) -> None:
        """Nothing more comes: those who wait are served, then the scribes stop."""
        self._closed = True
        self._bell.set()

    async def __aiter__(self) -> AsyncIterator[Segment]:
        while True:
            while self._waiting:
                yield heapq.heappop(self._waiting).segment
            if self._closed:
                return
            self._bell.clear()
            await self._bell.wait()
