"""A loop whose clock jumps to the next timer: an hour of a call passes in no time, in its order.

The law: while somebody outside is asked (a language model on a network), the clock goes as fast as theirs, so that an
answer comes when it would have come; while a thread of ours works it stands still; the rest of the time it jumps.
"""

import asyncio
import selectors
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, contextmanager
from typing import Any, TypeVar, TypeVarTuple, Unpack

Result = TypeVar("Result")
Opened = TypeVar("Opened")
Parts = TypeVarTuple("Parts")

_LOOK_SECONDS = 0.05
"""Real time between two looks at what somebody outside has answered."""


class _Jumping(selectors.DefaultSelector):
    ahead = 0.0
    """Virtual seconds since the loop began."""
    held = 0
    """So many are being waited for who live in real time."""
    still = 0
    """So many are being waited for whose work takes no time of the call."""

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if self.held:
            began = time.monotonic()
            found = super().select(_LOOK_SECONDS if timeout is None else min(timeout, _LOOK_SECONDS))
            self.ahead += time.monotonic() - began
            return found
        if self.still:
            return super().select(_LOOK_SECONDS if timeout is None else min(timeout, _LOOK_SECONDS))
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

    @contextmanager
    def standing_still(self) -> Iterator[None]:
        """While somebody works whose work takes no time of the call."""
        self._jumping.still += 1
        try:
            yield
        finally:
            self._jumping.still -= 1

    def run_in_executor(
        self, executor: Executor | None, func: "Callable[[Unpack[Parts]], Result]", *args: *Parts
    ) -> asyncio.Future[Result]:
        """A thread's work takes no time: what comes of a call does not depend on the machine it is replayed on."""
        self._jumping.still += 1
        work = super().run_in_executor(executor, func, *args)
        work.add_done_callback(self._worked)
        return work

    def _worked(self, _: asyncio.Future[Any]) -> None:
        self._jumping.still -= 1


def in_no_time(crew: AbstractAsyncContextManager[Opened], play: Callable[[Opened], Awaitable[Result]]) -> Result:
    """Run a call on a clock of its own, which stands still while the engines of its crew are opened and closed."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(_with(crew, play))


async def _with(crew: AbstractAsyncContextManager[Opened], play: Callable[[Opened], Awaitable[Result]]) -> Result:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    async with AsyncExitStack() as stack:
        with loop.standing_still():
            opened = await stack.enter_async_context(crew)
        played = await play(opened)
        stack.enter_context(loop.standing_still())
    return played
