"""A call is left to another: at a desk, or on a telephone."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from kitt_rtc.calls.conductor import Conductor
from kitt_rtc.calls.receptionist import ReceptionistOptions
from kitt_rtc.calls.switchboard import CallOrder
from kitt_rtc.engines.booth_call import Pace
from kitt_rtc.engines.booth_caller import CallerScript
from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.media.mix import loudness
from kitt_rtc.model.audio import RATE
from kitt_rtc.model.facts import CallHandedOver, LegJoined, LegLeft, PhoneStatusChanged, Trouble, UtteranceHeard
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.transports.webrtc.caller import Caller
from tests.fakes import browser
from tests.fakes.desk_page import desk_page
from tests.fakes.leg import HandLeg
from tests.fakes.phone_house import NUMBER, PhoneHouse, PhonePlan, open_phones
from tests.support.until import until

STAYS = CallerScript(b"")
RINGS_FOR_EVER = PhonePlan(script=STAYS, pace=Pace(tick_seconds=0.001, ring_seconds=3_600.0))
BUSY = "+33199000002"


def leg_of(conductor: Conductor, speaker_id: str, role: Role) -> HandLeg:
    leg = HandLeg(conductor.call.clock, role, leg_id=f"leg-{speaker_id}")
    leg.speaker = Speaker(speaker_id, role)
    conductor.invite(leg)
    return leg


def hertz(ear: Earpiece, seconds: float = 0.5) -> float:
    """The loudest frequency of what is heard next; 0 when nothing is."""
    frames = [frame.pcm for _ in range(round(seconds * 50)) if (frame := ear.next()) is not None]
    if not frames:
        return 0.0
    samples = np.frombuffer(b"".join(frames), "<i2").astype(float)
    return float(np.abs(np.fft.rfft(samples)).argmax() * 16_000 / len(samples))


@asynccontextmanager
async def talking(plan: PhonePlan | None = None) -> AsyncIterator[tuple[PhoneHouse, Conductor, HandLeg, HandLeg]]:
    """A rep and a customer in a call that has been going on."""
    async with open_phones(plan or PhonePlan(script=STAYS)) as house:
        conductor = await house.switchboard.start(CallOrder("session_1", "coaching", "en"))
        rep, customer = leg_of(conductor, "rep-1", Role.REP), leg_of(conductor, "client", Role.CUSTOMER)
        said = Utterance("u1", customer.speaker, "What would it cost us?", "en", 1.0, 2.0)
        conductor.call.record(UtteranceHeard(said, 0.0))
        yield house, conductor, rep, customer


async def hands_over(house: PhoneHouse, **body: str) -> dict:
    answer = await house.client.post("/calls/session_1/hand-over", json={"by": "leg-rep-1", **body})
    assert answer.status == 200, await answer.text()
    return await answer.json()


async def test_a_call_is_handed_over_to_somebody_at_a_desk_with_a_note():
    async with (
        talking() as (house, conductor, _, customer),
        desk_page(house.client, "rep-2", role="rep") as other,
        desk_page(house.client, "rep-3", role="rep") as bystander,
    ):
        told = await hands_over(house, speaker_id="rep-2")
        assert told == {"success": True, "to": "rep-2", "note": told["note"]}
        assert "What would it cost us?" in told["note"]
        ring = await other.told("ring")
        assert (ring["call"], ring["note"]) == ("session_1", told["note"])
        await other.say(type="accept", call="session_1")
        await other.told("accepted")
        assert not any(isinstance(entry.fact, LegLeft) for entry in conductor.call.journal.entries())
        leg_of(conductor, "rep-2", Role.REP)
        story = await house.story("session_1", LegLeft)
        assert (story[-1].fact.leg_id, story[-1].fact.reason) == ("leg-rep-1", "handed_over")
        handed = [entry.fact for entry in story if isinstance(entry.fact, CallHandedOver)]
        assert handed == [CallHandedOver("rep-1", "rep-2", told["note"])]
        assert set(conductor.call.legs) == {"leg-client", "leg-rep-2"}
        assert not customer.earpiece.closed
        await house.switchboard.end("session_1")
        house.reception.close()
        assert await bystander.closed() == 1012  # nobody rang there


async def test_while_the_other_is_rung_the_giver_hears_it_and_the_client_once_the_giver_has_gone():
    async with (
        talking() as (house, conductor, rep, customer),
        desk_page(house.client, "rep-2", role="rep") as other,
    ):
        await hands_over(house, speaker_id="rep-2", note="Wants a price.")
        assert (await other.told("ring"))["note"] == "Wants a price."
        await until(lambda: hertz(rep.earpiece, 0.02))
        assert hertz(rep.earpiece) in (pytest.approx(440, abs=5), pytest.approx(480, abs=5))
        assert hertz(customer.earpiece) == 0.0
        rep.leave()
        await house.story("session_1", LegLeft)
        await until(lambda: hertz(customer.earpiece, 0.02))
        assert hertz(customer.earpiece) in (pytest.approx(440, abs=5), pytest.approx(480, abs=5))
        await other.say(type="accept", call="session_1")
        leg_of(conductor, "rep-2", Role.REP)
        await house.story("session_1", CallHandedOver)
        await until(lambda: hertz(customer.earpiece, 0.02) == 0.0)


async def test_when_the_other_declines_the_giver_keeps_the_call():
    async with (
        talking() as (house, conductor, rep, _),
        desk_page(house.client, "rep-2", role="rep") as other,
    ):
        await hands_over(house, speaker_id="rep-2")
        await other.decline()
        trouble = (await house.story("session_1", Trouble))[-1].fact
        assert (trouble.stage, trouble.code) == ("hand_over", "nobody_came")
        assert "leg-rep-1" in conductor.call.legs
        assert not rep.earpiece.closed


async def test_who_accepts_and_does_not_come_has_not_come():
    plan = PhonePlan(receptionist=ReceptionistOptions(join_seconds=0.05))
    async with talking(plan) as (house, conductor, _, _), desk_page(house.client, "rep-2", role="rep") as other:
        await hands_over(house, speaker_id="rep-2")
        await other.accept()
        trouble = (await house.story("session_1", Trouble))[-1].fact
        assert trouble.code == "nobody_came"
        await hands_over(house, speaker_id="rep-2")  # and may be asked again
        await other.told("ring")
        assert "leg-rep-1" in conductor.call.legs


async def test_a_call_is_handed_over_to_a_number():
    async with talking() as (house, conductor, _, _):
        told = await hands_over(house, phone_number=NUMBER, note="Wants a price.")
        story = await house.story("session_1", LegLeft)
        assert (story[-1].fact.leg_id, story[-1].fact.reason) == ("leg-rep-1", "handed_over")
        handed = next(entry.fact for entry in story if isinstance(entry.fact, CallHandedOver))
        assert (handed.by, handed.to, handed.note) == ("rep-1", told["to"], "Wants a price.")
        (telephone,) = [leg for leg in conductor.call.legs.values() if leg.transport == "twilio"]
        assert telephone.speaker == Speaker(told["to"], Role.REP)


async def test_who_hands_over_by_telephone_is_hung_up():
    async with talking() as (house, conductor, _, _), desk_page(house.client, "rep-3", role="rep") as other:
        told = await hands_over(house, phone_number=NUMBER)
        await house.story("session_1", CallHandedOver)
        (line,) = house.booth.calls.values()
        (telephone,) = [leg for leg in conductor.call.legs.values() if leg.transport == "twilio"]
        await hands_over(house, by=telephone.id, speaker_id="rep-3")
        await other.accept()
        leg_of(conductor, "rep-3", Role.REP)
        story = await house.story("session_1", LegLeft, 2)
        assert (story[-1].fact.leg_id, story[-1].fact.reason) == (telephone.id, "handed_over")
        await line.over.wait()
        assert (line.status, len(line.streams)) == ("completed", 1)
        assert told["to"] == telephone.speaker.id
        assert set(conductor.call.legs) == {"leg-client", "leg-rep-3"}


@pytest.mark.parametrize(("number", "handed"), [("+33199000005", False), (NUMBER, True)], ids=["machine", "person"])
async def test_nobody_is_left_alone_with_a_machine(number: str, handed: bool):
    plan = PhonePlan(
        script=STAYS, options={"machine_detection": True}, receptionist=ReceptionistOptions(machine_seconds=3_600.0)
    )
    async with talking(plan) as (house, conductor, _, _):
        await hands_over(house, phone_number=number)
        await house.story("session_1", LegLeft)
        story = await house.story("session_1", CallHandedOver if handed else Trouble)
        assert any(isinstance(entry.fact, CallHandedOver) for entry in story) is handed
        assert ("leg-rep-1" in conductor.call.legs) is not handed
        assert len(conductor.call.legs) == 2


async def test_a_number_that_is_busy_leaves_the_call_where_it_is_and_sounds_busy():
    async with talking() as (house, conductor, rep, customer):
        await hands_over(house, phone_number=BUSY)
        trouble = (await house.story("session_1", Trouble))[-1].fact
        assert (trouble.stage, trouble.code) == ("hand_over", "nobody_came")
        assert set(conductor.call.legs) == {"leg-rep-1", "leg-client"}
        assert hertz(rep.earpiece) in (pytest.approx(480, abs=5), pytest.approx(620, abs=5))
        assert hertz(customer.earpiece) == 0.0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"by": "leg-rep-1"}, 422),
        ({"by": "leg-rep-1", "phone_number": NUMBER, "speaker_id": "rep-2"}, 422),
        ({"by": "nobody", "phone_number": NUMBER}, 422),
        ({"by": "leg-rep-1", "phone_number": "0123"}, 422),
        ({"by": "leg-rep-1", "phone_number": "+33899701234"}, 403),
        ({"by": "leg-rep-1", "speaker_id": "rep-2"}, 409),
        ({"by": "leg-rep-1", "speaker_id": "client"}, 409),
        ({"by": "leg-rep-1", "phone_number": NUMBER, "note": "x" * 3_000}, 422),
    ],
)
async def test_what_cannot_be_done_is_refused_and_rings_nobody(body: dict[str, str], status: int):
    async with talking() as (house, conductor, _, _):
        answer = await house.client.post("/calls/session_1/hand-over", json=body)
        assert answer.status == status, await answer.text()
        assert not house.booth.calls
        assert len(conductor.call.legs) == 2


# Ringing a telephone, heard by who rings it.


async def test_who_rings_a_telephone_hears_it_ring_until_it_is_answered_or_over():
    async with open_phones(RINGS_FOR_EVER) as house:
        conductor = await house.switchboard.start(CallOrder("session_1", "coaching", "fr"))
        rep = leg_of(conductor, "rep-1", Role.REP)
        told, call = await house.rung(session_id="session_1", role="customer")
        await until(lambda: hertz(rep.earpiece, 0.02))
        assert hertz(rep.earpiece) == pytest.approx(440, abs=5)
        await house.client.post("/twilio/end-call", json={"call_sid": told["call_sid"], "session_id": "session_1"})
        await until(lambda: hertz(rep.earpiece, 0.02) == 0.0)
        await call.over.wait()


async def test_a_rep_hears_it_ring_in_the_browser():
    async with open_phones(RINGS_FOR_EVER) as house, Caller() as rep:
        await house.switchboard.start(CallOrder("session_1", "coaching", "fr"))

        async def exchange(sdp: str) -> str:
            body = {"session_id": "session_1", "role": "rep", "speaker": "rep-1", "sdp": sdp}
            return str((await (await house.client.post("/rtc/offer", json=body)).json())["sdp"])

        await rep.call(exchange)
        await house.dial(session_id="session_1", role="customer")
        second = 2 * RATE
        await browser.until(lambda: loudness(rep.heard[-second:]) > 0.02)
        assert browser.loudest_hertz(rep.heard[-second:]) == pytest.approx(440, abs=10)
        await house.switchboard.end("session_1")


async def test_a_telephone_that_is_answered_rings_no_more():
    async with open_phones(PhonePlan(script=STAYS, pace=Pace(tick_seconds=0.001, ring_seconds=2.0))) as house:
        conductor = await house.switchboard.start(CallOrder("session_1", "coaching", "fr"))
        rep = leg_of(conductor, "rep-1", Role.REP)
        await house.dial(session_id="session_1", role="customer")
        await until(lambda: hertz(rep.earpiece, 0.02))
        await house.story("session_1", LegJoined, 2)
        await until(lambda: hertz(rep.earpiece, 0.2) == 0.0)


async def test_a_call_that_is_cancelled_before_it_is_answered_never_has_a_leg():
    async with open_phones(RINGS_FOR_EVER) as house:
        told, call = await house.rung(session_id="session_1")
        answer = await house.client.post(
            "/twilio/end-call", json={"call_sid": told["call_sid"], "session_id": "session_1"}
        )
        assert answer.status == 200
        await call.over.wait()
        whole = await house.over("session_1")
        statuses = [entry.fact.status for entry in whole if isinstance(entry.fact, PhoneStatusChanged)]
        assert (statuses[-1], call.status) == ("canceled", "canceled")
        assert not any(isinstance(entry.fact, LegJoined) for entry in whole)
        assert not call.streams
