"""A loop whose clock jumps to the next timer: hours of a call pass in no time, in their order."""

import asyncio
import selectors


class _Jumping(selectors.DefaultSelector):
    """Waits for nothing that has a time: it says that the time has come."""

    ahead = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(timeout if timeout is None else 0)
        if timeout and not found:
            self.ahead += timeout
        return found


class JumpingLoop(asyncio.SelectorEventLoop):
    """`asyncio.Runner(loop_factory=JumpingLoop)`. Not for what waits for threads or for somebody else."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return super().time() + self._jumping.ahead

    def stand_still(self, seconds: float) -> None:
        """Somebody keeps the loop busy for so long: its timers are late afterwards."""
        self._jumping.ahead += seconds


class StillLoop(JumpingLoop):
    """Its clock moves by jumps alone, from zero: what a test reckons takes no time at all."""

    def time(self) -> float:
        return self._jumping.ahead
