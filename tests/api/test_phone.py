"""Ringing, hanging up, asking how it goes: through the real doors, with the phone booth behind them."""

import asyncio

import pytest

from kitt_rtc.api.dialling import DialPlan
from kitt_rtc.api.guard import GuardOptions
from kitt_rtc.calls.switchboard import CallOrder
from kitt_rtc.engines.booth_call import Pace
from kitt_rtc.engines.booth_caller import CallerScript
from kitt_rtc.media.mix import loudness
from kitt_rtc.model.audio import FRAME_BYTES, AudioFrame
from kitt_rtc.model.errors import EngineTimeout
from kitt_rtc.model.facts import CallEnded, LanguageSwitched, LegJoined, LegLeft, PhoneStatusChanged, UtteranceHeard
from kitt_rtc.model.speech import Role
from kitt_rtc.ports import DialOrder, DialReceipt, Telephony
from tests.fakes.phone_house import GOODBYE, NUMBER, PhonePlan, open_phones, pause, speech

RINGS_FOR_EVER = PhonePlan(pace=Pace(tick_seconds=0.001, ring_seconds=3_600.0))


async def test_E12_rings_a_telephone_and_starts_a_support_call_with_the_technician_in_it():
    async with open_phones(PhonePlan(lines=["La pompe fuit."])) as house:
        told = await house.dial(technician_id="TECH042", technician_name="Jean", session_id="session_1")
        assert told == {
            "success": True,
            "call_sid": told["call_sid"],
            "session_id": "session_1",
            "status": "initiated",
        }
        story = await house.story("session_1", UtteranceHeard)
        joined = next(entry.fact for entry in story if isinstance(entry.fact, LegJoined))
        heard = story[-1].fact
        assert joined.speaker is not None
        assert (joined.transport, joined.speaker.id, joined.speaker.role) == ("twilio", "TECH042", Role.TECHNICIAN)
        assert isinstance(heard, UtteranceHeard)
        assert (heard.utterance.text, heard.utterance.speaker.name) == ("La pompe fuit.", "Jean")
        assert house.switchboard.find("session_1").call.conversation.playbook == "support"


async def test_E12_names_a_live_session_and_the_telephone_joins_it():
    async with open_phones() as house:
        await house.switchboard.start(CallOrder("session_rep", "coaching"))
        told = await house.dial(session_id="session_rep", role="customer")
        assert told["session_id"] == "session_rep"
        story = await house.story("session_rep", LegJoined)
        speaker = story[-1].fact.speaker
        assert (speaker.id, speaker.role) == ("CUSTOMER", Role.CUSTOMER)


async def test_R02_a_telephone_that_joins_may_be_in_another_language_than_the_call():
    async with open_phones() as house:
        await house.switchboard.start(CallOrder("session_rep", "coaching", language="fr"))
        await house.dial(session_id="session_rep", role="customer", language="en")
        switched = (await house.story("session_rep", LanguageSwitched))[-1].fact
    assert switched == LanguageSwitched("CUSTOMER", "en", "fr", "declared")


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"phone_number": "0123456789"}, 422, "phone_number"),
        ({"phone_number": "+33 1 99 00 12 34"}, 422, "phone_number"),
        ({"phone_number": 33199001234}, 422, "phone_number"),
        ({}, 422, "phone_number"),
        ({"phone_number": NUMBER, "technician_id": "a b"}, 422, "technician_id"),
        ({"phone_number": NUMBER, "technician_name": "x" * 300}, 422, "technician_name"),
        ({"phone_number": NUMBER, "session_id": "../x"}, 422, "session_id"),
        ({"phone_number": NUMBER, "role": "supervisor"}, 422, "role"),
        ({"phone_number": "+33899701234"}, 403, None),
        ({"phone_number": "+2348031234567"}, 403, None),
    ],
)
async def test_E12_a_form_that_will_not_do_rings_nobody(body: dict[str, object], status: int, field: str | None):
    async with open_phones() as house:
        answer = await house.client.post("/twilio/initiate-call", json=body)
        assert answer.status == status
        error = (await answer.json())["error"]
        assert [fault["field"] for fault in error.get("fields", [])] == ([field] if field else [])
        assert not house.booth.calls
        assert not house.switchboard.live()


async def test_E12_a_hundred_orders_at_once_ring_no_more_than_the_plan_allows():
    async with open_phones(PhonePlan(pace=RINGS_FOR_EVER.pace, dial_plan=DialPlan(per_minute=10))) as house:
        answers = await asyncio.gather(
            *(house.client.post("/twilio/initiate-call", json={"phone_number": NUMBER}) for _ in range(100))
        )
        assert sorted(answer.status for answer in answers) == [200] * 10 + [429] * 90
        assert len(house.booth.calls) == 10


async def test_E12_the_same_person_is_not_rung_twice_for_the_same_call():
    async with open_phones(RINGS_FOR_EVER) as house:
        await house.dial(session_id="session_1")
        answer = await house.client.post(
            "/twilio/initiate-call", json={"phone_number": NUMBER, "session_id": "session_1"}
        )
        assert answer.status == 409
        assert len(house.booth.calls) == 1


async def test_E12_whoever_did_not_answer_may_be_rung_again():
    async with open_phones() as house:
        await house.switchboard.start(CallOrder("session_1", "support"))
        busy = "+33199000002"
        told = await house.dial(session_id="session_1", phone_number=busy)
        await house.booth.calls[told["call_sid"]].over.wait()
        again = await house.dial(session_id="session_1")
        assert again["call_sid"] != told["call_sid"]


async def test_E12_a_call_token_rings_into_its_own_call_only():
    async with open_phones(PhonePlan(guard=GuardOptions(api_key="k" * 32))) as house:
        await house.switchboard.start(CallOrder("session_1", "support"))
        headers = {"Authorization": f"Bearer {house.guard.token_for('session_1')}"}
        for session_id, status in (("session_2", 404), ("", 404), ("session_1", 200)):
            answer = await house.client.post(
                "/twilio/initiate-call", json={"phone_number": NUMBER, "session_id": session_id}, headers=headers
            )
            assert answer.status == status
        stranger = await house.client.post("/twilio/initiate-call", json={"phone_number": NUMBER})
        assert stranger.status == 401
        assert len(house.booth.calls) == 1


class LosesAnswers:
    """A network that takes every order and loses its answer on the way back."""

    def __init__(self, real: Telephony) -> None:
        self._real = real
        self.simulated = True

    async def dial(self, order: DialOrder) -> DialReceipt:
        await self._real.dial(order)
        raise EngineTimeout("twilio", "the telephone network did not answer within 5 seconds")

    async def hang_up(self, call_sid: str) -> str:
        return await self._real.hang_up(call_sid)

    async def status(self, call_sid: str) -> str:
        return await self._real.status(call_sid)


async def test_an_order_whose_answer_is_lost_is_told_and_its_orphan_is_hung_up():
    async with open_phones(PhonePlan(pace=RINGS_FOR_EVER.pace, telephony=LosesAnswers)) as house:
        answer = await house.client.post("/twilio/initiate-call", json={"phone_number": NUMBER})
        assert answer.status == 504
        assert (await answer.json())["error"]["code"] == "engine_timeout"
        (orphan,) = house.booth.calls.values()
        await orphan.over.wait()
        assert orphan.status == "canceled"
        assert not orphan.streams


async def test_E13_hangs_up_and_tells_the_duration_and_the_figures():
    async with open_phones() as house:
        told, call = await house.rung(technician_id="TECH001", session_id="session_1")
        await house.story("session_1", UtteranceHeard)
        body = {"call_sid": told["call_sid"], "session_id": "session_1"}
        answer = await house.client.post("/twilio/end-call", json=body)
        ended = await answer.json()
        assert answer.status == 200
        assert (ended["success"], ended["call_sid"], ended["status"]) == (True, told["call_sid"], "completed")
        assert ended["duration"] > 0
        assert set(ended) == {"success", "call_sid", "status", "duration", "session_stats"}
        stats = ended["session_stats"]
        assert set(stats) == {"total_segments", "speakers"}
        assert stats["total_segments"] == 1
        assert stats["speakers"]["TECH001"]["segment_count"] == 1
        assert stats["speakers"]["TECH001"]["speaker_role"] == "technician"
        assert stats["speakers"]["TECH001"]["role"] == "technician"
        await call.over.wait()
        assert call.status == "completed"
        again = await (await house.client.post("/twilio/end-call", json=body)).json()
        assert again == ended


async def test_E13_an_unknown_pair_is_not_found():
    async with open_phones(RINGS_FOR_EVER) as house:
        told = await house.dial(session_id="session_1")
        await house.switchboard.start(CallOrder("session_2", "support"))
        for call_sid, session_id in (
            (told["call_sid"], "session_2"),
            ("CA" + "0" * 32, "session_1"),
            (told["call_sid"], "nobody"),
        ):
            answer = await house.client.post("/twilio/end-call", json={"call_sid": call_sid, "session_id": session_id})
            assert answer.status == 404
            assert (await answer.json())["error"]["message"] == "Session non trouvée"
        assert not any(call.over.is_set() for call in house.booth.calls.values())


async def test_E13_leaves_a_call_that_was_not_begun_for_the_telephone():
    async with open_phones() as house:
        await house.switchboard.start(CallOrder("session_rep", "coaching"))
        told, call = await house.rung(session_id="session_rep", role="customer")
        await house.story("session_rep", LegJoined)
        answer = await house.client.post(
            "/twilio/end-call", json={"call_sid": told["call_sid"], "session_id": "session_rep"}
        )
        assert answer.status == 200
        await house.story("session_rep", LegLeft)
        await call.over.wait()
        assert house.switchboard.find("session_rep").call.conversation.ended is None


async def test_E16_tells_the_last_known_status_and_when():
    async with open_phones(PhonePlan(script=GOODBYE)) as house:
        told, call = await house.rung(session_id="session_1")
        await call.over.wait()
        await house.over("session_1")
        answer = await (await house.client.get(f"/twilio/call-status/{told['call_sid']}")).json()
        assert answer["status"] == "completed"
        assert answer["session_id"] == "session_1"
        assert answer["updated_at"] == pytest.approx(call.ended_at, abs=2)
        assert answer["simulated"] is True


async def test_E16_an_unknown_call_is_not_found():
    async with open_phones() as house:
        answer = await house.client.get("/twilio/call-status/CA" + "0" * 32)
        assert answer.status == 404


async def test_a_telephone_that_is_not_answered_ends_the_call_that_was_begun_for_it():
    async with open_phones() as house:
        for number, status in (("+33199000002", "busy"), ("+33199000003", "no-answer"), ("+33199000004", "failed")):
            told = await house.dial(phone_number=number)
            story = await house.over(told["session_id"])
            assert [entry.fact.status for entry in story if isinstance(entry.fact, PhoneStatusChanged)][-1] == status
            assert isinstance(story[-1].fact, CallEnded)
            assert not any(isinstance(entry.fact, LegJoined) for entry in story)


async def test_F06_what_is_said_in_the_call_reaches_the_telephone():
    script = CallerScript(pause(0.5), hang_up_when_done=True)
    async with open_phones(PhonePlan(script=script, pace=Pace(ring_seconds=0.0), options={"greetings": {}})) as house:
        _, call = await house.rung(session_id="session_1")
        await house.story("session_1", LegJoined)
        (leg,) = house.switchboard.find("session_1").call.legs.values()
        sound = speech(0.4)
        for at in range(0, len(sound), FRAME_BYTES):
            await leg.earpiece.say(AudioFrame(sound[at : at + FRAME_BYTES], 0.0), source="narrator")
        await call.over.wait()
        heard = call.caller.heard
        assert len(call.caller.marks) == 1
    loud = [part for at in range(0, len(heard), 320) if loudness(part := heard[at : at + 320]) > 0.1]
    assert 19 <= len(loud) <= 21


async def test_the_network_is_told_nothing_of_whom_it_rings_but_ids():
    async with open_phones(RINGS_FOR_EVER) as house:
        _, call = await house.rung(technician_name="Jean </Say><Dial>", session_id="session_1")
        assert "Jean" not in call.facts.url + call.facts.callback
        assert "session_1" not in call.facts.url + call.facts.callback
