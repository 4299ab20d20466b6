import asyncio
from collections.abc import Coroutine
from typing import Any

from kitt_rtc.calls.floor import Floor
from kitt_rtc.model.speech import Role
from tests.support.clock import JumpingLoop

TECH, AGENT = Role.TECHNICIAN, Role.SUPPORT_AGENT


def on_a_jumping_clock(play: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(play)


def now() -> float:
    return asyncio.get_running_loop().time()


async def test_it_knows_who_speaks():
    floor = Floor()
    assert not floor.taken_by(*Role)
    floor.note("leg_1", TECH, speaking=True)
    floor.note("leg_2", AGENT, speaking=True)
    floor.note("leg_2", AGENT, speaking=False)
    assert floor.taken_by(TECH)
    assert not floor.taken_by(AGENT)
    assert floor.taken_by(AGENT, TECH)


async def test_two_of_a_role_speak_until_both_are_silent():
    floor = Floor()
    for leg in ("leg_1", "leg_2"):
        floor.note(leg, TECH, speaking=True)
        floor.note(leg, TECH, speaking=True)
    floor.note("leg_1", TECH, speaking=False)
    assert floor.taken_by(TECH)
    floor.note("leg_2", TECH, speaking=False)
    assert not floor.taken_by(TECH)


async def test_who_waits_for_a_voice_is_woken_by_it_and_by_no_other():
    floor = Floor()
    waiting = asyncio.create_task(floor.taken(TECH))
    await asyncio.sleep(0)
    floor.note("leg_2", AGENT, speaking=True)
    await asyncio.sleep(0)
    assert not waiting.done()
    floor.note("leg_1", TECH, speaking=True)
    async with asyncio.timeout(1.0):
        await waiting


def test_it_is_free_at_once_where_nobody_has_spoken_yet():
    async def play() -> None:
        began = now()
        await Floor().free(TECH, seconds=5.0)
        assert now() - began < 1.0

    on_a_jumping_clock(play())


def test_it_is_free_once_it_was_quiet_for_long_enough():
    async def play() -> None:
        floor = Floor()
        floor.note("leg_1", TECH, speaking=True)
        began = now()
        async with asyncio.TaskGroup() as group:
            waiting = group.create_task(floor.free(TECH, AGENT, seconds=5.0))
            await asyncio.sleep(3.0)
            floor.note("leg_1", TECH, speaking=False)
            await asyncio.sleep(4.0)
            floor.note("leg_2", AGENT, speaking=True)
            await asyncio.sleep(1.0)
            floor.note("leg_2", AGENT, speaking=False)
            assert not waiting.done()
        assert 13.0 <= now() - began < 14.0

    on_a_jumping_clock(play())


def test_the_voice_of_another_role_keeps_nobody_waiting():
    async def play() -> None:
        floor = Floor()
        floor.note("leg_1", Role.CUSTOMER, speaking=True)
        began = now()
        await floor.free(TECH, seconds=5.0)
        assert now() - began < 1.0

    on_a_jumping_clock(play())
