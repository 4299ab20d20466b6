"""The pace of sound, on a clock that jumps."""

import asyncio

import pytest

from kitt_rtc.media.pace import Pace
from tests.support.clock import StillLoop


def test_what_came_while_the_loop_stood_still_is_taken_in_before_the_next_moment():
    came: list[str] = []

    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, StillLoop)
        pace = Pace()
        await pace.wait()
        loop.stand_still(0.060)
        loop.call_soon(loop.call_soon, came.append, "sound")  # a socket's callback, and then its reader's task
        await pace.wait()
        assert came == ["sound"]

    with asyncio.Runner(loop_factory=StillLoop) as runner:
        runner.run(scenario())


def test_after_a_rest_the_first_moment_is_now_and_the_next_twenty_milliseconds_later():
    async def scenario() -> tuple[float, float, float]:
        loop = asyncio.get_running_loop()
        pace = Pace()
        await pace.wait()
        pace.rest()
        await asyncio.sleep(1.007)
        await pace.wait()
        first = loop.time()
        missed = await pace.wait()
        return first, loop.time(), missed

    with asyncio.Runner(loop_factory=StillLoop) as runner:
        assert runner.run(scenario()) == pytest.approx((1.007, 1.027, 0))
