"""The story of one call, in order, and how to follow it.

A list and a bell. A follower keeps a number, not a queue: a slow one lags, costs nothing, loses nothing, and can come
back later with the last number it saw.
"""

import asyncio
from bisect import bisect_left
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
        self.inherited = len(self._entries)
        """Entries that were there before this journal: who acts on news, and tells no story, begins behind them."""
        self._bell = asyncio.Event()
        self._closed = False
        self._kept_at: list[tuple[int, float]] = []
        """Up to which entry the story was on disk, and since when."""
        self._kept: int | None = None
        """The last entry on disk; None while nobody writes the story down."""

    @property
    def now(self) -> float:
        """Seconds since the call began."""
        return self._clock()

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

    async def follow(self, after: int = 0, *, kept: bool = False) -> AsyncIterator[Entry]:
        """What there is, then what comes, until the journal closes.

        With `kept`, an entry is told once it is on disk: what the world has been told outlives the process.
        """
        seen = max(0, after)
        while True:
            bell = self._bell
            while seen < self._told(kept):
                entry = self._entries[seen]
                seen += 1
                yield entry
            if self._closed and seen >= len(self._entries):
                return
            await bell.wait()

    def keep(self, seq: int) -> None:
        """The entries up to this one are on disk; those behind it are being written."""
        self._kept = seq
        self._kept_at.append((seq, self._clock()))
        self._ring()

    def kept_at(self, seq: int) -> float | None:
        """When this entry came to be on disk, in seconds since the call began; None where nobody has seen that."""
        place = bisect_left(self._kept_at, seq, key=lambda kept: kept[0])
        return self._kept_at[place][1] if place < len(self._kept_at) else None

    def keep_nothing(self) -> None:
        """Nobody writes the story down at the moment: it is told at once, for the call goes on."""
        self._kept = None
        self._ring()

    def _told(self, kept: bool) -> int:
        return len(self._entries) if self._kept is None or not kept else self._kept

    def close(self) -> None:
        """No more facts. Followers read to the end and stop."""
        self._closed = True
        self._ring()

    def _ring(self) -> None:
        self._bell.set()
        self._bell = asyncio.Event()
