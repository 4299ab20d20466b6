"""The threads of an embedded engine: bounded, cancellable, with a deadline."""

import asyncio
import threading
from collections.abc import AsyncIterator

import pytest

from kitt_rtc.engines.workers import Workers
from kitt_rtc.model.errors import EngineTimeout, EngineUnavailable


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    workers = Workers("fake", threads=1, waiting=1)
    yield workers
    await workers.close()


async def test_work_is_done_in_another_thread(workers: Workers) -> None:
    assert await workers.run(threading.get_ident, seconds=5) != threading.get_ident()


async def test_what_the_work_raises_comes_through(workers: Workers) -> None:
    with pytest.raises(ZeroDivisionError):
        await workers.run(lambda: 1 // 0, seconds=5)


async def test_a_full_line_turns_people_away_and_says_to_come_back(workers: Workers) -> None:
    go_on = threading.Event()
    busy = [asyncio.create_task(workers.run(lambda: go_on.wait(5), seconds=5)) for _ in range(2)]
    await asyncio.sleep(0)
    with pytest.raises(EngineUnavailable) as turned_away:
        await workers.run(lambda: True, seconds=5)
    assert turned_away.value.retryable
    assert workers.turned_away == 1
    go_on.set()
    assert await asyncio.gather(*busy) == [True, True]
    assert await workers.run(lambda: "room again", seconds=5) == "room again"


async def test_a_deadline_counts_the_time_in_line(workers: Workers) -> None:
    go_on = threading.Event()
    busy = asyncio.create_task(workers.run(lambda: go_on.wait(5), seconds=5))
    await asyncio.sleep(0)
    done: list[str] = []
    with pytest.raises(EngineTimeout):
        await workers.run(lambda: done.append("late"), seconds=0.01)
    go_on.set()
    assert await busy
    await workers.close()
    assert done == []


async def test_who_waits_can_be_cancelled_while_the_thread_goes_on(workers: Workers) -> None:
    go_on = threading.Event()
    busy = asyncio.create_task(workers.run(lambda: go_on.wait(5), seconds=5))
    await asyncio.sleep(0)
    busy.cancel()
    with pytest.raises(asyncio.CancelledError):
        await busy
    go_on.set()
    assert await workers.run(lambda: "next", seconds=5) == "next"


async def test_nothing_is_taken_after_closing(workers: Workers) -> None:
    await workers.close()
    with pytest.raises(EngineUnavailable):
        await workers.run(lambda: True, seconds=5)
