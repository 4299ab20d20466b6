"""Turns at the engine for all calls of a house: places, deadlines, cancelling, captions."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from kitt_rtc.calls.scheduler import Load, Scheduler, SchedulerOptions, TurnLost
from kitt_rtc.calls.waiting import WaitingOptions
from kitt_rtc.metrics import Metrics
from tests.support.clock import StillLoop


@dataclass
class Desk:
    """An engine that takes as long as it is told, and who was at it."""

    scheduler: Scheduler
    began: list[tuple[str, float]] = field(default_factory=list)
    lost: list[tuple[str, str, float]] = field(default_factory=list)

    async def write(self, name: str, *, rank: int = 0, takes: float = 1.0, live: bool = True) -> None:
        """A turn of the call that the name begins with."""
        now = asyncio.get_running_loop().time
        try:
            async with self.scheduler.turn(name.split(maxsplit=1)[0], rank=rank, seconds=2.0, live=live):
                self.began.append((name, now()))
                await asyncio.sleep(takes)
        except TurnLost as lost:
            self.lost.append((name, lost.reason, now()))

    @property
    def order(self) -> Sequence[str]:
        return [name for name, _ in self.began]


def desk(places: int = 1, metrics: Metrics | None = None, **waiting: Any) -> Desk:
    return Desk(Scheduler(lambda: places, SchedulerOptions(waiting=WaitingOptions(**waiting)), metrics))


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """On a clock that jumps."""
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        runner.run(scenario())


async def together(*work: Coroutine[Any, Any, None]) -> None:
    async with asyncio.TaskGroup() as group:
        for one in work:
            group.create_task(one)


def test_no_more_are_written_down_at_once_than_the_engine_can():
    async def scenario() -> None:
        at = desk(places=2)
        await together(*(at.write(f"call_{number}") for number in range(5)))
        assert [began for _, began in at.began] == [0.0, 0.0, 1.0, 1.0, 2.0]

    run(scenario)


def test_T22_of_all_calls_technicians_and_clients_come_first():
    async def scenario() -> None:
        at = desk()
        await together(
            at.write("a first"),
            at.write("a agent", rank=1),
            at.write("b agent", rank=1),
            at.write("b technician"),
            at.write("a technician"),
        )
        assert at.order == ["a first", "b technician", "a technician", "b agent", "a agent"]

    run(scenario)


def test_one_talkative_call_does_not_keep_the_others_waiting():
    async def scenario() -> None:
        at = desk()
        await together(*(at.write(f"talkative {number}") for number in range(8)), at.write("quiet"))
        assert at.order.index("quiet") == 1

    run(scenario)


def test_T22_an_agent_is_heard_in_the_end_however_many_technicians_speak():
    async def scenario() -> None:
        at = desk(most_of_a_call=64)

        async def technicians() -> None:
            async with asyncio.TaskGroup() as group:
                for number in range(30):
                    group.create_task(at.write(f"b {number}"))
                    await asyncio.sleep(1.0)

        await together(at.write("b first"), at.write("a agent", rank=1), technicians())
        (heard,) = [began for name, began in at.began if name == "a agent"]
        assert heard <= 10.0

    run(scenario)


def test_words_that_would_come_too_late_are_given_up_and_it_is_said_why():
    async def scenario() -> None:
        at = desk(metrics=(metrics := Metrics()))
        await together(at.write("a", takes=60.0), at.write("b"), at.write("upload", live=False))
        assert at.lost == [("b", "too_late", 20.0)]
        assert at.order == ["a", "upload"]
        assert b'kitt_turns_lost_total{reason="too_late"} 1.0' in metrics.render()[0]

    run(scenario)


def test_when_too_many_wait_the_least_important_is_shed_at_once_and_counted():
    async def scenario() -> None:
        at = desk(metrics=(metrics := Metrics()), most_of_a_call=2)
        await together(
            at.write("a first", takes=10.0), at.write("a agent", rank=1), *(at.write(f"a {n}") for n in range(2))
        )
        assert at.lost == [("a agent", "overload", 0.0)]
        assert at.order == ["a first", "a 0", "a 1"]
        assert b'kitt_turns_lost_total{reason="overload"} 1.0' in metrics.render()[0]

    run(scenario)


def test_who_is_cancelled_while_waiting_or_writing_leaves_no_hole():
    async def scenario() -> None:
        at = desk()
        writing = asyncio.create_task(at.write("a", takes=100.0))
        waiting = asyncio.create_task(at.write("b"))
        last = asyncio.create_task(at.write("c"))
        await asyncio.sleep(1.0)
        waiting.cancel()
        writing.cancel()
        await asyncio.wait([writing, waiting, last])
        assert at.began == [("a", 0.0), ("c", 1.0)]
        assert at.scheduler.spare()

    run(scenario)


def test_who_is_cancelled_in_the_moment_of_getting_a_place_passes_it_on():
    async def scenario() -> None:
        at = desk()
        async with at.scheduler.turn("a", rank=0, seconds=1.0):
            second = asyncio.create_task(at.write("b"))
            third = asyncio.create_task(at.write("c"))
            await asyncio.sleep(0.1)
        second.cancel()  # it has been given the place, and has not run yet
        await asyncio.wait([second, third])
        assert at.order == ["c"]
        assert at.scheduler.spare()

    run(scenario)


def test_what_fails_frees_its_place():
    async def scenario() -> None:
        scheduler = Scheduler(lambda: 1)
        with pytest.raises(ZeroDivisionError):
            async with scheduler.turn("a", rank=0, seconds=1.0):
                raise ZeroDivisionError
        assert scheduler.spare()

    run(scenario)


def test_places_may_become_fewer_and_more_as_the_engine_changes():
    async def scenario() -> None:
        places = 3
        at = Desk(Scheduler(lambda: places))
        async with asyncio.TaskGroup() as group:
            for number in range(9):
                group.create_task(at.write(f"call_{number}"))
            await asyncio.sleep(0.5)
            places = 1
            await asyncio.sleep(1.0)
            assert len(at.began) == 4
            places = 5
        assert [began for _, began in at.began] == [0.0, 0.0, 0.0, 1.0, 2.0, 2.0, 2.0, 2.0, 2.0]

    run(scenario)


def test_captions_take_what_is_to_spare_and_never_the_last_of_several_places():
    async def scenario() -> None:
        at = desk(places=2)
        with at.scheduler.caption() as granted:
            assert granted
            with at.scheduler.caption() as another:
                assert not another
            await at.write("a")  # passes beside the caption
        assert at.began == [("a", 0.0)]

    run(scenario)


def test_captions_stop_while_anybody_waits_and_while_the_only_place_is_taken():
    async def scenario() -> None:
        at = desk()
        writing = [asyncio.create_task(at.write(name)) for name in ("a", "b")]
        await asyncio.sleep(0.5)
        assert not at.scheduler.spare()
        await asyncio.sleep(1.0)
        assert not at.scheduler.spare()
        await asyncio.wait(writing)
        assert at.scheduler.spare()

    run(scenario)


def test_an_utterance_that_waited_for_a_caption_goes_on_when_it_is_done():
    async def scenario() -> None:
        at = desk()
        with at.scheduler.caption():
            waiting = asyncio.create_task(at.write("a"))
            await asyncio.sleep(0.3)
        await waiting
        assert at.began == [("a", 0.3)]

    run(scenario)


def test_how_a_call_stands_is_known():
    async def scenario() -> None:
        at = desk()
        tasks = [asyncio.create_task(at.write(name, takes=4.0)) for name in ("a 1", "a 2", "b")]
        await asyncio.sleep(3.0)
        assert at.scheduler.load("a") == Load(waited=3.0, held=3.0, crowd=2, places=1)
        assert at.scheduler.load("b") == Load(waited=3.0, held=0.0, crowd=2, places=1)
        await asyncio.wait(tasks)
        assert at.scheduler.load("a") == Load()

    run(scenario)
