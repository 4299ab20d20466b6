"""Desks without sockets: who is rung, who comes late, who reads nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from kitt_rtc.calls.reception import (
    MAX_SEATS,
    MAX_UNREAD,
    MAX_WISHES,
    Accepted,
    Help,
    Notice,
    Outcome,
    Reception,
    Ring,
    Seat,
    Stop,
    Wanted,
)
from kitt_rtc.model.errors import CallOver, TooManyRequests
from kitt_rtc.model.speech import Role, Speaker
from tests.support.until import until

REPS = Wanted(Role.REP)


def person(name: str, role: Role = Role.REP) -> Speaker:
    return Speaker(name, role)


def ring(call_id: str = "c", seconds: float = 30.0) -> Ring:
    return Ring(call_id, "coaching", "en", seconds=seconds)


async def next_of(seat: Seat) -> Notice:
    async for notice in seat.notices():
        return notice
    raise AssertionError("the seat was left")


@asynccontextmanager
async def offering(reception: Reception, call_id: str = "c") -> AsyncIterator[asyncio.Task[Outcome]]:
    task = asyncio.create_task(reception.offer(ring(call_id), REPS))
    await asyncio.sleep(0)
    yield task
    reception.withdraw(call_id)
    await task


async def test_only_those_of_the_role_who_are_available_are_rung():
    reception = Reception()
    ana, ben, cleo = (
        reception.sit(person(name, role))
        for name, role in (("ana", Role.REP), ("ben", Role.REP), ("cleo", Role.SUPPORT_AGENT))
    )
    reception.make_available(ben, False)
    async with offering(reception) as offer:
        assert await next_of(ana) == ring()
        reception.accept(cleo, "c")
        assert await next_of(cleo) == Stop("c", "gone")
        reception.accept(ana, "c")
        assert await next_of(ana) == Accepted("c", "coaching", "en")
        outcome = await offer
        assert (outcome.rung, outcome.accepted_by) == (("ana",), ana.speaker)


async def test_whoever_sits_down_while_it_rings_is_rung_too():
    reception = Reception()
    reception.sit(person("ana"))
    async with offering(reception) as offer:
        ben = reception.sit(person("ben"))
        assert await next_of(ben) == ring()
        reception.accept(ben, "c")
        assert (await offer).accepted_by == ben.speaker


async def test_when_the_last_desk_is_left_nobody_has_taken_it():
    reception = Reception()
    ana, ben = reception.sit(person("ana")), reception.sit(person("ben"))
    async with offering(reception) as offer:
        reception.rise(ana)
        reception.make_available(ben, False)
        outcome = await offer
        assert (outcome.rung, outcome.accepted_by) == (("ana", "ben"), None)


async def test_nobody_at_a_desk_is_an_outcome_at_once():
    assert (await Reception().offer(ring(), REPS)).rung == ()


async def test_who_has_accepted_is_not_rung_for_another_call_until_they_are_free():
    reception = Reception()
    ana = reception.sit(person("ana"))
    async with offering(reception) as offer:
        reception.accept(ana, "c")
        await offer
    assert not reception.waiting(REPS)
    reception.free("c", "ana")
    assert list(reception.waiting(REPS)) == [ana]


async def test_a_desk_that_reads_nothing_is_left():
    reception = Reception()
    ana = reception.sit(person("ana"))
    for number in range(MAX_UNREAD + 1):
        reception.accept(ana, f"call-{number}")
    assert ana.left == "slow"
    assert [notice async for notice in ana.notices()] == []


async def test_there_are_so_many_desks_and_no_more():
    reception = Reception()
    seats = [reception.sit(person(f"rep-{number}")) for number in range(MAX_SEATS)]
    with pytest.raises(TooManyRequests):
        reception.sit(person("late"))
    reception.rise(seats[0])
    reception.rise(seats[0])
    reception.sit(person("late"))


async def test_a_house_that_closes_stops_what_rings_and_leaves_every_desk():
    reception = Reception()
    ana = reception.sit(person("ana"))
    async with offering(reception) as offer:
        reception.close()
        assert (await offer).accepted_by is None
        assert [notice async for notice in ana.notices()] == [ring(), Stop("c", "gone")]
        assert ana.left == "closed"


async def test_a_call_may_wish_for_so_much_and_nothing_once_it_is_over():
    reception = Reception()
    wishes = reception.begin("c")
    for _ in range(MAX_WISHES):
        reception.wish("c", Help())
    with pytest.raises(TooManyRequests):
        reception.wish("c", Help())
    assert wishes.full()
    reception.forget("c")
    with pytest.raises(CallOver):
        reception.wish("c", Help())


async def test_two_calls_ring_side_by_side_and_one_desk_takes_one():
    reception = Reception()
    ana, ben = reception.sit(person("ana")), reception.sit(person("ben"))
    async with offering(reception, "one") as one, offering(reception, "two") as two:
        reception.accept(ana, "one")
        await one
        reception.accept(ben, "two")
        await until(two.done)
        assert two.result().accepted_by == ben.speaker
