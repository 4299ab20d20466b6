"""People at their desks: rung over real sockets for a telephone that calls in, the phone booth behind it."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import numpy as np
import pytest
from aiohttp import WSServerHandshakeError

from kitt_rtc.api.dialling import masked_number
from kitt_rtc.api.guard import GuardOptions
from kitt_rtc.calls.conductor import Conductor
from kitt_rtc.calls.receptionist import ReceptionistOptions
from kitt_rtc.calls.switchboard import CallOrder
from kitt_rtc.engines.booth_call import BoothCall
from kitt_rtc.engines.booth_caller import CallerScript
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.facts import (
    CallEnded,
    CallOffered,
    HelpWanted,
    InsightGiven,
    LanguageSwitched,
    LegJoined,
    Trouble,
    UtteranceHeard,
)
from kitt_rtc.model.speech import Role, Speaker, Utterance
from tests.fakes.desk_page import desk_page
from tests.fakes.leg import HandLeg
from tests.fakes.phone_house import SENTENCE, PhoneHouse, PhonePlan, open_phones, speech
from tests.support.until import until

STAYS = CallerScript(b"")
QUICK = ReceptionistOptions(message_seconds=0.3)


class Voice:
    """Says every text as a tone of 700 hertz, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    async def speak(self, text: str, *, language: str) -> AsyncIterator[bytes]:
        self.asked.append((text, language))
        yield speech(0.3, hertz=700.0)


def hertz_of(pcm: bytes, rate: int) -> float:
    samples = np.frombuffer(pcm, "<i2").astype(float)
    return float(np.abs(np.fft.rfft(samples)).argmax() * rate / max(1, len(samples)))


def loud_hertz(call: BoothCall) -> set[int]:
    """What the caller heard, by tenths of a second that are not silent, to the hundred hertz."""
    pcm, tenth = call.caller.heard, 1_600
    pieces = [pcm[start : start + tenth] for start in range(0, len(pcm) - tenth, tenth)]
    return {round(hertz_of(piece, 8_000), -2) for piece in pieces if np.abs(np.frombuffer(piece, "<i2")).max() > 500}


def rings(house: PhoneHouse, script: CallerScript = STAYS) -> BoothCall:
    return house.booth.call_in(
        house.base + "/twilio/voice", script, status_url=house.base + "/twilio/status", number="+33612345689"
    )


def come(conductor: Conductor, speaker_id: str, role: Role = Role.SUPPORT_AGENT) -> HandLeg:
    """Somebody comes into the call by a leg that the test holds."""
    leg = HandLeg(conductor.call.clock, role, leg_id=f"leg-{speaker_id}")
    leg.speaker = Speaker(speaker_id, role)
    conductor.invite(leg)
    return leg


async def test_every_desk_rings_and_the_first_to_accept_has_the_call():
    async with open_phones() as house, AsyncExitStack() as stack:
        ana, ben, cleo = [
            await stack.enter_async_context(desk_page(house.client, name)) for name in ("ana", "ben", "cleo")
        ]
        call = rings(house)
        ring = await ana.told("ring")
        assert ring | {"call": ""} == {
            "type": "ring", "call": "", "playbook": "support", "language": "fr", "from": "+33 …89", "note": "",
            "seconds": 30.0,
        }  # fmt: skip
        await cleo.decline()
        accepted = await ben.accept()
        assert await ana.told("stop") == {"type": "stop", "call": ring["call"], "reason": "taken"}
        assert house.guard.holder(accepted["token"]).call_id == accepted["call"] == ring["call"]
        await ana.say(type="accept", call=ring["call"])
        assert (await ana.told("stop"))["reason"] == "gone"
        conductor = house.switchboard.find(ring["call"])
        await until(lambda: conductor.call.legs)
        await until(lambda: 400 in loud_hertz(call))  # French ring-back, 440 hertz
        come(conductor, "ben")
        story = await house.story(ring["call"], LegJoined, 2)
        offered = [entry.fact for entry in story if isinstance(entry.fact, CallOffered)]
        assert [(fact.rung, fact.accepted_by, fact.message) for fact in offered] == [
            (("ana", "ben", "cleo"), "ben", False)
        ]


async def test_whoever_has_taken_a_call_is_not_rung_until_they_have_left_it():
    async with open_phones() as house, desk_page(house.client, "ana") as ana:
        first = rings(house)
        accepted = await ana.accept()
        conductor = house.switchboard.find(accepted["call"])
        leg = come(conductor, "ana")
        await house.story(accepted["call"], LegJoined)
        async with desk_page(house.client, "ben") as ben:
            rings(house)
            second = await ben.told("ring")
            leg.leave()
            assert (await ana.told("ring"))["call"] == second["call"]
            first.hang_up()


async def test_a_caller_who_hangs_up_while_it_rings_is_gone():
    async with open_phones() as house, desk_page(house.client, "ana") as ana:
        call = rings(house)
        ring = await ana.told("ring")
        await house.story(ring["call"], LegJoined)
        call.hang_up()
        assert await ana.told("stop") == {"type": "stop", "call": ring["call"], "reason": "gone"}
        assert isinstance((await house.over(ring["call"]))[-1].fact, CallEnded)


async def test_when_all_decline_the_caller_leaves_a_message_and_the_coach_is_quiet():
    voice = Voice()
    plan = PhonePlan(voice=voice, receptionist=QUICK, lines=["Rappelez-moi."], script=CallerScript(SENTENCE))
    async with open_phones(plan) as house, desk_page(house.client, "ana") as ana, desk_page(house.client, "ben") as ben:
        call = rings(house)
        ring = await ana.decline()
        await ben.decline()
        story = await house.story(ring["call"], CallOffered)
        assert story[-1].fact.message
        conductor = house.switchboard.find(ring["call"])
        assert conductor.call.conversation.quiet_reason == "message"
        said = Utterance("u1", Speaker("TECH", Role.TECHNICIAN), "La pompe fuit.", "fr", 1.0, 2.0)
        conductor.call.record(UtteranceHeard(said, 0.0))
        whole = await house.over(ring["call"])
        await call.over.wait()
        assert [language for _, language in voice.asked] == ["fr", "fr"]
        assert "message" in voice.asked[0][0]
        assert {700, 1_000} <= loud_hertz(call)
        assert not any(isinstance(entry.fact, InsightGiven) for entry in whole)
        assert (call.status, whole[-1].fact.reason) == ("completed", "hung_up")


async def test_R02_a_caller_is_asked_for_a_message_in_the_language_they_speak():
    voice = Voice()
    plan = PhonePlan(voice=voice, receptionist=QUICK, lines=["Call me back."], script=CallerScript(SENTENCE))
    async with open_phones(plan) as house, desk_page(house.client, "ana") as ana, desk_page(house.client, "ben") as ben:
        rings(house)
        ring = await ana.decline()
        caller = (await house.story(ring["call"], LegJoined))[-1].fact.speaker
        house.switchboard.find(ring["call"]).call.record(LanguageSwitched(caller.id, "en", "fr", "repeated"))
        await ben.decline()
        await house.over(ring["call"])
    assert [language for _, language in voice.asked] == ["en", "en"]


async def test_a_message_is_written_down():
    plan = PhonePlan(receptionist=ReceptionistOptions(message_seconds=1.0), lines=["Rappelez-moi."])
    async with open_phones(plan) as house, desk_page(house.client, "ana") as ana:
        rings(house, CallerScript(SENTENCE))
        ring = await ana.decline()
        whole = await house.over(ring["call"])
        assert [entry.fact.utterance.text for entry in whole if isinstance(entry.fact, UtteranceHeard)] == [
            "Rappelez-moi."
        ]


async def test_whoever_comes_while_a_message_is_left_takes_the_call():
    plan = PhonePlan(receptionist=ReceptionistOptions(message_seconds=3_600.0))
    async with open_phones(plan) as house, desk_page(house.client, "ana") as ana:
        call = rings(house)
        ring = await ana.decline()
        await house.story(ring["call"], LegJoined)
        await until(lambda: 1_000 in loud_hertz(call))
        conductor = house.switchboard.find(ring["call"])
        come(conductor, "ana")
        await house.story(ring["call"], LegJoined, 2)
        assert conductor.call.conversation.quiet_reason == ""


async def test_a_desk_that_does_not_answer_stops_ringing_and_no_message_is_taken_where_the_house_takes_none():
    plan = PhonePlan(receptionist=ReceptionistOptions(ring_seconds=0.05, voicemail=False))
    async with open_phones(plan) as house, desk_page(house.client, "ana") as ana:
        rings(house)
        ring = await ana.told("ring")
        assert (await ana.told("stop"))["reason"] == "timeout"
        story = await house.story(ring["call"], CallOffered)
        assert (story[-1].fact.accepted_by, story[-1].fact.message) == ("", False)


async def test_where_nobody_ever_waits_the_system_listens_to_a_technician_alone():
    async with open_phones(PhonePlan(lines=["La pompe fuit."])) as house:
        rings(house, CallerScript(SENTENCE, hang_up_when_done=True))
        await until(house.switchboard.live)
        whole = await house.over(house.switchboard.live()[0].call.id)
        assert not any(isinstance(entry.fact, CallOffered) for entry in whole)
        assert any(isinstance(entry.fact, InsightGiven) for entry in whole)


@pytest.mark.parametrize("helps_aloud", [False, True])
async def test_where_somebody_used_to_wait_a_technician_leaves_a_message_or_is_helped_aloud(helps_aloud: bool):
    plan = PhonePlan(
        lines=["La pompe fuit."], receptionist=ReceptionistOptions(message_seconds=0.3, helps_aloud=helps_aloud)
    )
    async with open_phones(plan) as house:
        async with desk_page(house.client, "ana") as ana:
            await ana.leave()
        call = rings(house, CallerScript(SENTENCE, hang_up_when_done=helps_aloud))
        await until(house.switchboard.live)
        whole = await house.over(house.switchboard.live()[0].call.id)
        await call.over.wait()
        offered = [entry.fact for entry in whole if isinstance(entry.fact, CallOffered)]
        assert [(fact.rung, fact.message) for fact in offered] == ([] if helps_aloud else [((), True)])
        assert (1_000 in loud_hertz(call)) is not helps_aloud


async def test_a_voice_that_fails_leaves_the_beep():
    class Hoarse:
        async def speak(self, text: str, *, language: str) -> AsyncIterator[bytes]:
            raise EngineUnavailable("voice", "espeak is not installed")
            yield b""

    async with open_phones(PhonePlan(voice=Hoarse(), receptionist=QUICK)) as house:
        async with desk_page(house.client, "ana") as ana:
            call = rings(house)
            await ana.decline()
            await call.over.wait()
        assert 1_000 in loud_hertz(call)
        assert 700 not in loud_hertz(call)


async def test_a_customer_rings_the_reps_or_leaves_a_message():
    plan = PhonePlan(receptionist=QUICK, options={"incoming_playbook": "coaching"})
    async with open_phones(plan) as house:
        async with desk_page(house.client, "ana", role="rep") as ana, desk_page(house.client, "ben") as _:
            call = rings(house)
            ring = await ana.told("ring")
            assert ring["playbook"] == "coaching"
            joined = (await house.story(ring["call"], LegJoined))[-1].fact
            assert joined.speaker.role is Role.CUSTOMER
            await ana.say(type="available", available=False)
            whole = await house.over(ring["call"])
            assert [entry.fact.message for entry in whole if isinstance(entry.fact, CallOffered)] == [True]
            await call.over.wait()
        again = rings(house)
        await again.over.wait()
        assert 1_000 in loud_hertz(again)


async def test_a_person_who_is_wanted_is_rung_with_a_note():
    async with open_phones(PhonePlan(script=STAYS)) as house, desk_page(house.client, "ana") as ana:
        told = await house.dial()
        call_id = told["session_id"]
        await house.story(call_id, LegJoined)
        conductor = house.switchboard.find(call_id)
        said = Utterance("u1", Speaker("TECH001", Role.TECHNICIAN), "Où est la vanne ?", "fr", 1.0, 2.0)
        conductor.call.record(UtteranceHeard(said, 0.0))
        conductor.call.record(HelpWanted("asked_for", ("u1",)))
        ring = await ana.told("ring")
        assert "Où est la vanne ?" in ring["note"]
        await ana.say(type="accept", call=call_id)
        await ana.told("accepted")
        come(conductor, "ana")
        await house.story(call_id, LegJoined, 2)
        conductor.call.record(HelpWanted("asked_for", ("u1",)))
        conductor.call.record(Trouble("test", "end", ""))
        assert [
            entry.fact.code for entry in await house.story(call_id, Trouble) if isinstance(entry.fact, Trouble)
        ] == ["end"]


async def test_a_person_who_is_wanted_where_nobody_is_at_a_desk_is_trouble():
    async with open_phones(PhonePlan(script=STAYS)) as house:
        call_id = (await house.dial())["session_id"]
        house.switchboard.find(call_id).call.record(HelpWanted("no_answer"))
        trouble = (await house.story(call_id, Trouble))[-1].fact
        assert (trouble.stage, trouble.code) == ("reception", "nobody_came")


# The door itself.


@pytest.mark.parametrize("text", ["no json", "[]", '{"type": "sing"}', '{"type": "accept", "call": 7}', "x" * 2_000])
async def test_what_is_no_message_closes_the_socket(text: str):
    async with open_phones() as house, desk_page(house.client, "ana") as ana:
        await ana.say_text(text)
        assert await ana.closed() in {1008, 1009}
        await until(lambda: not house.reception.staffed(Role.REP))
        async with desk_page(house.client, "ben") as ben:
            rings(house)
            await ben.accept()


async def test_a_flood_of_messages_closes_the_socket():
    async with open_phones() as house, desk_page(house.client, "ana") as ana:
        for _ in range(40):
            await ana.say(type="available", available=True)
        assert await ana.closed() == 1008


async def test_a_house_that_closes_says_so_at_every_desk():
    async with open_phones() as house, desk_page(house.client, "ana") as ana:
        house.reception.close()
        assert await ana.closed() == 1012


async def test_only_the_operator_waits_for_calls():
    async with open_phones(PhonePlan(guard=GuardOptions(api_key="k" * 32))) as house:
        await house.switchboard.start(CallOrder("session_1", "support"))
        for token in ("", house.guard.token_for("session_1")):
            with pytest.raises(WSServerHandshakeError) as refusal:
                async with desk_page(house.client, "ana", token=token):
                    pass
            assert refusal.value.status in {401, 403}
        async with desk_page(house.client, "ana", token="k" * 32) as ana:
            rings(house)
            await ana.told("ring")


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+33612345689", "+33 …89"), ("+14155550123", "+1 …23"), ("anonymous", ""), ("", ""), ("+0000000", "")],
)
def test_a_number_is_shown_masked(number: str, shown: str):
    assert masked_number(number) == shown
