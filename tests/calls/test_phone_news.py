"""What is heard of telephone calls, and what is made of it when nothing is heard."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from kitt_rtc.calls.switchboard import CallOrder
from kitt_rtc.engines.booth_call import Pace
from kitt_rtc.model.errors import EngineTimeout, EngineUnavailable
from kitt_rtc.model.facts import CallEnded, LegJoined, PhoneStatusChanged
from kitt_rtc.ports import DialOrder, DialReceipt, Telephony
from tests.fakes.phone_house import GOODBYE, PhoneHouse, PhonePlan, open_phones

FOR_EVER = Pace(tick_seconds=0.001, ring_seconds=3_600.0)


class Mute:
    """A network whose callbacks never come; `away` makes it fail as well."""

    simulated = True

    def __init__(self, real: Telephony) -> None:
        self._real = real
        self.away = False

    async def dial(self, order: DialOrder) -> DialReceipt:
        return await self._real.dial(replace(order, status_url=""))

    async def hang_up(self, call_sid: str) -> str:
        if self.away:
            raise EngineUnavailable("twilio", "away", retryable=True)
        return await self._real.hang_up(call_sid)

    async def status(self, call_sid: str) -> str:
        if self.away:
            raise EngineTimeout("twilio", "away", retryable=True)
        return await self._real.status(call_sid)


@asynccontextmanager
async def watched(house: PhoneHouse) -> AsyncIterator[None]:
    watch = asyncio.create_task(house.news.watch(every=0.01))
    try:
        yield
    finally:
        watch.cancel()
        await asyncio.wait([watch])


async def test_E15_without_callbacks_the_network_is_asked():
    async with open_phones(PhonePlan(telephony=Mute)) as house, watched(house):
        told = await house.dial(phone_number="+33199000002")
        story = await house.over(told["session_id"])
    statuses = [entry.fact.status for entry in story if isinstance(entry.fact, PhoneStatusChanged)]
    assert statuses[-1] == "busy"
    assert isinstance(story[-1].fact, CallEnded)


async def test_a_telephone_whose_call_ended_while_it_rang_is_hung_up():
    async with open_phones(PhonePlan(telephony=Mute, pace=FOR_EVER)) as house, watched(house):
        _, call = await house.rung(session_id="session_1")
        await house.switchboard.end("session_1")
        await call.over.wait()
        assert call.status == "canceled"


async def test_a_network_that_is_away_changes_nothing():
    async with open_phones(PhonePlan(telephony=Mute, pace=FOR_EVER)) as house:
        told = await house.dial(session_id="session_1")
        line = house.phones.find(told["call_sid"])
        away = Mute(house.news.telephony)
        away.away = True
        news = replace(house.news, telephony=away)
        await news.ask(line)
        await news.hang_up(line)
        assert line.status == "initiated"
        assert house.switchboard.live()


async def test_the_end_of_a_telephone_ends_only_the_call_that_was_begun_for_it():
    async with open_phones(PhonePlan(script=GOODBYE)) as house:
        await house.switchboard.start(CallOrder("session_rep", "coaching"))
        _, call = await house.rung(session_id="session_rep")
        await house.story("session_rep", LegJoined)
        house.news.take(house.phones.find(call.facts.sid), "completed")
        assert house.switchboard.find("session_rep").call.conversation.ended is None
        await call.over.wait()
