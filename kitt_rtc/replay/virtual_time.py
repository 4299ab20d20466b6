"""A loop whose clock jumps to the next timer: an hour of a call passes in no time, in its order.

The law: while somebody outside is asked (a language model on a network), the clock goes as fast as theirs, so that an
answer comes when it would have come; the rest of the time it jumps.
"""

import asyncio
import selectors
import time
from collections.abc import Iterator
from contextlib import contextmanager

_LOOK_SECONDS = 0.05
"""Real time between two looks at what somebody outside has answered."""


class _Jumping(selectors.DefaultSelector):
    ahead = 0.0
    """Virtual seconds since the loop began."""
    held = 0
    """So many are being waited for who live in real time."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self.held:
            began = time.monotonic()
            found = super().select(_LOOK_SECONDS if timeout is None else min(timeout, _LOOK_SECONDS))
            self.ahead += time.monotonic() - began
            return found
        found = super().select(timeout if timeout is None else 0)
        if timeout and not found:
            self.ahead += timeout
        return found


class VirtualLoop(asyncio.SelectorEventLoop):
    """`asyncio.Runner(loop_factory=VirtualLoop)`; its clock begins at zero."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.ahead

    @contextmanager
    def real_time(self) -> Iterator[None]:
        """While somebody is asked who lives in it."""
        self._jumping.held += 1
        try:
            yield
        finally:
            self._jumping.held -= 1
