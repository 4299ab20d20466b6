"""Who is next at the engine: by rank, then fairly between calls, then in order."""

import asyncio
from collections.abc import Callable

import pytest

from kitt_rtc.calls.waiting import Turn, WaitingOptions, WaitingRoom

Come = Callable[..., Turn]


@pytest.fixture
async def come() -> Come:
    """Makes turns that came one after the other, a hundredth of a second apart."""
    count = 0

    def turn(call_id: str = "call", rank: int = 0, *, seconds: float = 2.0, since: float | None = None) -> Turn:
        nonlocal count
        count += 1
        at = count / 100 if since is None else since
        return Turn(call_id, rank, seconds, at, asyncio.get_running_loop().create_future())

    return turn


def served(room: WaitingRoom, now: float = 1.0) -> list[Turn]:
    """Everybody, in the order they are served."""
    return list(iter(lambda: room.take(now), None))


async def test_T22_technicians_first_and_each_group_in_order(come: Come) -> None:
    room = WaitingRoom()
    agent, other_agent, technician, other_technician = (come(rank=rank) for rank in (1, 1, 0, 0))
    for turn in (agent, technician, other_agent, other_technician):
        assert room.add(turn) is None
    assert served(room) == [technician, other_technician, agent, other_agent]


async def test_among_equals_the_call_that_was_served_least_is_next(come: Come) -> None:
    room = WaitingRoom()
    talkative = [come("talkative") for _ in range(4)]
    for turn in talkative:
        room.add(turn)
    assert room.take(1.0) is talkative[0]
    quiet = [come("quiet") for _ in range(2)]
    for turn in quiet:
        room.add(turn)
    assert [turn.call_id for turn in served(room)] == ["quiet", "talkative", "quiet", "talkative", "talkative"]


async def test_a_call_is_reckoned_by_the_sound_it_had_written_down(come: Come) -> None:
    room = WaitingRoom()
    for turn in [come("long", seconds=9.0), come("long", seconds=9.0)]:
        room.add(turn)
    room.add(come("short", seconds=3.0))
    for _ in range(3):
        room.add(come("short", seconds=3.0))
    assert [turn.call_id for turn in served(room)] == ["long", "short", "short", "short", "long", "short"]


async def test_a_long_silence_earns_no_credit(come: Come) -> None:
    room = WaitingRoom()
    for _ in range(20):
        room.add(come("busy"))
        assert room.take(1.0) is not None
    for call_id in ("silent", "silent", "silent", "busy"):
        room.add(come(call_id))
    assert "busy" in [turn.call_id for turn in served(room)][:3]


async def test_one_turn_in_five_is_of_the_least_important_once_they_have_waited_long(come: Come) -> None:
    room = WaitingRoom(WaitingOptions(long_seconds=4.0, share=5))
    for turn in [*(come(rank=1, since=0.0) for _ in range(2)), *(come(rank=0, since=0.1) for _ in range(12))]:
        room.add(turn)
    assert [room.take(3.9).rank for _ in range(3)] == [0] * 3
    assert [room.take(5.0).rank for _ in range(10)] == [0, 0, 0, 0, 1, 0, 0, 0, 0, 1]


async def test_a_call_that_has_too_many_waiting_loses_the_oldest_of_its_least_important(come: Come) -> None:
    room = WaitingRoom(WaitingOptions(most_of_a_call=3))
    other = come("other", 1)
    room.add(other)
    agent, other_agent, technician = come(rank=1), come(rank=1), come(rank=0)
    for turn in (agent, other_agent, technician):
        assert room.add(turn) is None
    assert room.add(come(rank=0)) is agent
    assert other in list(room)


async def test_a_full_house_loses_the_least_important_of_the_call_with_most_waiting(come: Come) -> None:
    room = WaitingRoom(WaitingOptions(most=4))
    quiet, *talkative = come("quiet", 1), come("talkative", 1), come("talkative", 1), come("talkative")
    for turn in (quiet, *talkative):
        assert room.add(turn) is None
    assert room.add(come("third")) is talkative[0]
    assert len(room) == 4


async def test_who_leaves_is_not_served_and_may_leave_twice(come: Come) -> None:
    room = WaitingRoom()
    gone, here = come(), come()
    room.add(gone)
    room.add(here)
    room.leave(gone)
    room.leave(gone)
    assert served(room) == [here]
    assert room.take(1.0) is None
