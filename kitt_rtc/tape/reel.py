"""What is to be taped of one call, between those who make it and the disk.

The law: nobody waits for it. A reel that is full takes nothing more and counts what it did not take; a reel that is not
on costs a look at a flag.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from kitt_rtc.model.audio import Clock
from kitt_rtc.tape.records import Lost, Record

MOST_RECORDS = 8_192
"""Ten seconds of eight voices, 6 MB: a disk that is away for longer has lost something, and the tape says how much."""

_reel: ContextVar["Reel | None"] = ContextVar("reel", default=None)


class Reel:
    """Of one call."""

    def __init__(self, clock: Clock, *, most: int = MOST_RECORDS) -> None:
        self.on = False
        """Is this call taped?"""
        self.lost = 0
        """Records that found no room, all together."""
        self.clock = clock
        self._most = most
        self._records: deque[Record] = deque()
        self._lost = 0
        """Since the last record that did."""

    def put(self, record: Record) -> None:
        """Keep a record to be written; when there is no room it is counted in its place."""
        if not self.on:
            return
        if len(self._records) >= self._most:
            self.lost += 1
            self._lost += 1
            return
        if self._lost:
            self._records.append(Lost(self._lost))
            self._lost = 0
        self._records.append(record)

    def take(self) -> Sequence[Record]:
        """All that waits, in its order; it waits no more."""
        taken = tuple(self._records)
        self._records.clear()
        if self._lost:
            taken, self._lost = (*taken, Lost(self._lost)), 0
        return taken

    def stop(self) -> None:
        """Nothing more is taped of this call."""
        self.on = False
        self._records.clear()


@contextmanager
def taped_on(reel: Reel | None) -> Iterator[None]:
    """What engines answer in here belongs on this reel; None: on none."""
    token = _reel.set(reel)
    try:
        yield
    finally:
        _reel.reset(token)


def turning() -> Reel | None:
    """The reel that what is asked here and now belongs on; None where nothing is taped."""
    reel = _reel.get()
    return reel if reel is not None and reel.on else None
