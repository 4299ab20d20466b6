"""The story of one call, in order, and how to follow it.

A list and a bell. A follower keeps a number, not a queue: a slow one lags, costs nothing, loses nothing, and can come
back later with the last number it saw.
"""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence

from kitt_rtc.model.audio import Clock
from kitt_rtc.model.facts import Entry, Fact


class Journal:
    """The facts of one call. Appended to by the call alone; followed by anyone."""

    def __init__(self, call_id: str, clock: Clock, *, story: Iterable[Entry] = ()) -> None:
        """`story` is what was already known, for a call that goes on after a restart."""
        self.call_id = call_id
        self._clock = clock
        self._entries: list[Entry] = list(story)
        self._bell = asyncio.Event()
        self._closed = False

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def last(self) -> int:
        """The number of the newest entry; 0 before the first."""
        return len(self._entries)

    def append(self, fact: Fact) -> Entry:
        """Add a fact to the story. Raises RuntimeError once the journal is closed."""
        if self._closed:
            raise RuntimeError(f"the journal of {self.call_id} is closed")
        entry = Entry(seq=len(self._entries) + 1, at=round(self._clock(), 3), fact=fact)
        self._entries.append(entry)
        self._ring()
        return entry

    def entries(self, after: int = 0) -> Sequence[Entry]:
        """What is known so far, from behind number `after`."""
        return tuple(self._entries[max(0, after) :])

    async def follow(self, after: int = 0) -> AsyncIterator[Entry]:
        """What there is, then what comes, until the journal closes."""
        seen = max(0, after)
        while True:
            bell = self._bell
            while seen < len(self._entries):
                entry = self._entries[seen]
                seen += 1
                yield entry
            if self._closed:
                return
            if bell is self._bell:
                await bell.wait()

    def close(self) -> None:
        """No more facts. Followers read to the end and stop."""
        self._closed = True
        self._ring()

    def _ring(self) -> None:
        self._bell.set()
        self._bell = asyncio.Event()
