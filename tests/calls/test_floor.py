import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from kitt_rtc.calls.floor import Floor
from kitt_rtc.model.speech import Amid, Role
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


# Who spoke just before, and around a word.


def talks(floor: Floor, leg_id: str, start: float, end: float) -> None:
    """Frame by frame, as a listener tells it."""
    for number in range(round((end - start) * 50)):
        at = start + number * 0.02
        floor.hear(leg_id, at, at + 0.02)


def test_what_the_other_side_said_last_is_known_without_its_short_gaps():
    floor = Floor()
    assert floor.other("leg_1") is None
    talks(floor, "leg_1", 0.0, 1.0)
    talks(floor, "leg_1", 1.2, 2.0)
    assert floor.other("leg_1") is None
    last = floor.other("leg_2")
    assert last is not None
    assert (last.start, last.end) == pytest.approx((0.0, 2.0))
    talks(floor, "leg_1", 2.6, 3.0)
    last = floor.other("leg_2")
    assert last is not None
    assert last.start == pytest.approx(2.6)


def test_of_several_others_it_is_the_one_who_spoke_last():
    floor = Floor()
    talks(floor, "leg_1", 4.0, 5.0)
    talks(floor, "leg_3", 1.0, 2.0)
    last = floor.other("leg_2")
    assert last is not None
    assert last.end == pytest.approx(5.0)


def test_a_word_through_which_the_other_side_speaks_is_amid():
    floor = Floor()
    talks(floor, "leg_1", 0.0, 5.0)
    assert floor.amid("leg_2", 3.0, 3.8) == Amid()
    assert floor.amid("leg_1", 3.0, 3.8) is None


def test_where_the_other_side_ended_a_sentence_shortly_before_is_told_too():
    floor = Floor()
    talks(floor, "leg_1", 0.0, 1.0)
    talks(floor, "leg_1", 2.0, 5.0)
    amid = floor.amid("leg_2", 3.0, 3.8)
    assert amid is not None
    assert amid.paused_at == pytest.approx(1.0)
    assert floor.amid("leg_2", 4.2, 4.8) == Amid()


def test_a_word_in_a_breath_of_the_other_side_is_amid_and_where_they_paused_is_told():
    floor = Floor()
    talks(floor, "leg_1", 0.0, 2.7)
    talks(floor, "leg_1", 3.7, 5.0)
    amid = floor.amid("leg_2", 3.0, 3.8)
    assert amid is not None
    assert amid.paused_at == pytest.approx(2.7)


def test_a_word_after_which_the_other_side_is_silent_is_not_amid():
    floor = Floor()
    talks(floor, "leg_1", 0.0, 2.7)
    assert floor.amid("leg_2", 3.0, 3.8) is None


def test_a_word_to_which_the_other_side_replies_is_not_amid():
    floor = Floor()
    talks(floor, "leg_1", 0.0, 1.0)
    talks(floor, "leg_1", 3.9, 5.0)
    assert floor.amid("leg_2", 3.0, 3.8) is None


def test_who_has_hardly_begun_does_not_hold_the_floor():
    floor = Floor()
    talks(floor, "leg_1", 2.7, 3.2)
    assert floor.amid("leg_2", 3.0, 3.1) is None


def test_a_voice_that_nobody_listens_to_any_more_is_nobodys_other_side():
    floor = Floor()
    talks(floor, "leg_1", 0.0, 1.0)
    floor.forget("leg_1")
    assert floor.other("leg_2") is None
    assert floor.amid("leg_2", 0.5, 0.8) is None


def waited_after_a_voice_of(seconds: float) -> float:
    """How long somebody waits for five seconds of silence when this voice has just ended, in the other side's talk."""
    waited = []

    async def play() -> None:
        floor = Floor()
        talks(floor, "leg_2", 0.0, 9.0)
        floor.note("leg_1", TECH, speaking=True)
        talks(floor, "leg_1", 3.0, 3.0 + seconds)
        floor.note("leg_1", TECH, speaking=False)
        began = now()
        await floor.free(TECH, seconds=5.0)
        waited.append(now() - began)

    on_a_jumping_clock(play())
    return waited[0]


def test_who_waits_for_silence_does_not_wait_for_a_sign_of_listening():
    assert waited_after_a_voice_of(0.5) < 1.0
    assert waited_after_a_voice_of(1.5) >= 5.0


async def test_a_short_voice_amid_others_is_still_a_voice_that_interrupts():
    floor = Floor()
    talks(floor, "leg_2", 0.0, 9.0)
    waiting = asyncio.create_task(floor.taken(TECH))
    floor.note("leg_1", TECH, speaking=True)
    async with asyncio.timeout(1.0):
        await waiting
