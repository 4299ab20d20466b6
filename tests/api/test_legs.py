"""Hold and keys at the doors: a browser and a simulated telephone in one call, over real sockets."""

import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from kitt_rtc.calls.bridge import KEYS
from kitt_rtc.engines.booth_call import BoothCall, Pace
from kitt_rtc.engines.booth_caller import CallerScript, LineFaults
from kitt_rtc.model.facts import KeysPressed, LegHeld, LegJoined
from kitt_rtc.transports.webrtc.caller import Caller
from tests.fakes.browser import until
from tests.fakes.phone_house import PhoneHouse, PhonePlan, open_phones
from tests.sounds.made import loudest_hertz, rms, tone
from tests.support.keypad import keys_in

REAL = Pace(ring_seconds=0.01)
"""As fast as life: what is heard has its own frequency."""
REP_HERTZ, CLIENT_HERTZ = 700.0, 450.0
PHONE_RATE, PAGE_RATE = 8_000, 16_000


@dataclass
class Talk:
    """A rep in a browser and a client on a telephone, both speaking all the time."""

    house: PhoneHouse
    call_id: str
    rep: Caller
    client: BoothCall
    legs: dict[str, str] = field(default_factory=dict)
    """Leg ids by speaker role."""

    async def post(self, leg: str, what: str, body: dict[str, Any], *, status: int = 200) -> dict[str, Any]:
        path = f"/calls/{self.call_id}/legs/{self.legs.get(leg, leg)}/{what}"
        async with self.house.client.post(path, json=body) as answer:
            told = await answer.json()
            assert answer.status == status, told
            return dict(told)

    async def state(self) -> dict[str, dict[str, Any]]:
        """The legs of the call's state, by role."""
        async with self.house.client.get(f"/calls/{self.call_id}/state") as answer:
            return {leg["speaker_role"]: leg for leg in (await answer.json())["legs"]}

    def client_hears(self, seconds: float = 0.3) -> bytes:
        """The last of what came out of the telephone."""
        return self.client.caller.heard[-round(seconds * PHONE_RATE) * 2 :]

    def rep_hears(self, seconds: float = 0.3) -> bytes:
        return self.rep.heard[-round(seconds * PAGE_RATE) * 2 :]

    def facts(self, kind: type) -> list[Any]:
        entries = self.house.switchboard.find(self.call_id).call.journal.entries()
        return [entry.fact for entry in entries if isinstance(entry.fact, kind)]


def near(pcm: bytes, hertz: float, *, rate: int) -> bool:
    return rms(pcm) > 0.05 and abs(loudest_hertz(pcm, rate=rate) - hertz) < 10


@asynccontextmanager
async def talking(script: CallerScript | None = None, pace: Pace = REAL) -> AsyncIterator[Talk]:
    script = script or CallerScript(tone(30.0, hertz=CLIENT_HERTZ))
    async with open_phones(PhonePlan(script=script, pace=pace)) as house, Caller() as rep:
        async with house.client.post("/calls/start", json={"playbook": "coaching"}) as answer:
            call_id = (await answer.json())["session_id"]

        async def exchange(sdp: str) -> str:
            form = {"session_id": call_id, "role": "rep", "speaker": {"id": "REP1"}, "sdp": sdp, "type": "offer"}
            async with house.client.post("/rtc/offer", json=form) as answer:
                return str((await answer.json())["sdp"])

        await rep.call(exchange)
        _, client = await house.rung(session_id=call_id, role="customer")
        await house.story(call_id, LegJoined, 2)
        talk = Talk(house, call_id, rep, client)
        talk.legs = {fact.speaker.role.value: fact.leg_id for fact in talk.facts(LegJoined)}
        yield talk


async def test_a_client_on_hold_hears_music_and_is_not_heard_and_taken_back_both_talk_again() -> None:
    async with talking() as talk:
        await until(lambda: near(talk.rep_hears(), CLIENT_HERTZ, rate=PAGE_RATE))
        await talk.post("customer", "hold", {"held": True, "by": talk.legs["rep"]})
        await until(lambda: rms(talk.rep_hears()) < 0.001)
        await talk.rep.play(tone(1.0, hertz=REP_HERTZ))
        music = talk.client_hears(0.6)
        assert 0.005 < rms(music) < 0.06
        assert not near(music, REP_HERTZ, rate=PHONE_RATE)
        assert (await talk.state())["customer"]["held"] is True
        clears = talk.client.caller.clears
        told = await talk.post("customer", "hold", {"held": False})
        assert told == {"success": True, "leg_id": talk.legs["customer"], "held": False}
        await until(lambda: talk.client.caller.clears > clears)
        taken_back = len(talk.client.caller.heard)
        await until(lambda: len(talk.client.caller.heard) - taken_back > 0.4 * PHONE_RATE * 2)
        assert rms(talk.client_hears(0.3)) < 0.001  # the music is gone, and nobody speaks
        await until(lambda: near(talk.rep_hears(), CLIENT_HERTZ, rate=PAGE_RATE))
        await talk.rep.play(tone(1.0, hertz=REP_HERTZ))
        assert near(talk.client_hears(), REP_HERTZ, rate=PHONE_RATE)
        client = talk.legs["customer"]
        assert talk.facts(LegHeld) == [LegHeld(client, True, "REP1"), LegHeld(client, False)]
        assert (await talk.state())["customer"]["held"] is False


async def test_hold_of_nobody_of_a_supervisor_and_of_a_call_that_is_not_there() -> None:
    async with talking() as talk:
        told = await talk.post("phone-nobody", "hold", {"held": True}, status=404)
        assert told["error"]["code"] == "leg_not_found"
        told = await talk.post("phone-nobody", "keys", {"keys": "1"}, status=404)
        assert told["error"]["code"] == "leg_not_found"
        async with Caller() as boss:

            async def exchange(sdp: str) -> str:
                form = {"session_id": talk.call_id, "role": "supervisor", "sdp": sdp, "type": "offer"}
                async with talk.house.client.post("/rtc/offer", json=form) as answer:
                    return str((await answer.json())["sdp"])

            await boss.call(exchange)
            boss_leg = talk.facts(LegJoined)[-1].leg_id
            told = await talk.post(boss_leg, "hold", {"held": True}, status=409)
        assert told["error"]["code"] == "not_for_them"
        assert told["error"]["message"] == "a supervisor only listens, and cannot be put on hold"
        assert talk.facts(LegHeld) == []


async def test_a_machine_at_the_far_end_hears_the_keys_that_are_pressed_for_it() -> None:
    async with talking(CallerScript()) as talk:
        told = await talk.post("customer", "keys", {"keys": "0123456789"})
        assert told == {"success": True, "leg_id": talk.legs["customer"], "keys": "0123456789"}
        await talk.post("customer", "keys", {"keys": "*#ABCD"})
        ear = talk.house.switchboard.find(talk.call_id).call.legs[talk.legs["customer"]].earpiece
        await until(lambda: not ear.pending(KEYS))
        await talk.rep.play(bytes(16_000))  # the last of it is on its way
        assert keys_in(talk.client.caller.heard, rate=PHONE_RATE) == "0123456789*#ABCD"
        assert keys_in(talk.rep.heard, rate=PAGE_RATE) == ""
        client = talk.legs["customer"]
        assert talk.facts(KeysPressed) == [
            KeysPressed(client, "0123456789", sent=True),
            KeysPressed(client, "*#ABCD", sent=True),
        ]


@pytest.mark.parametrize("keys", ["", "1" * 33, "E", "1 2", "a", "１"])
async def test_what_is_no_key_is_refused_and_nothing_is_heard_of_it(keys: str) -> None:
    async with talking(CallerScript()) as talk:
        told = await talk.post("customer", "keys", {"keys": keys}, status=422)
        assert [fault["field"] for fault in told["error"]["fields"]] == ["keys"]
        assert talk.facts(KeysPressed) == []


async def test_keys_pressed_on_a_telephone_are_one_fact_and_never_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="kitt_rtc"):
        async with talking(CallerScript(digits="4929038471#")) as talk:
            await talk.house.story(talk.call_id, KeysPressed)
            await talk.post("customer", "keys", {"keys": "7391550264"})
            client = talk.legs["customer"]
            assert talk.facts(KeysPressed) == [
                KeysPressed(client, "4929038471#", sent=False),
                KeysPressed(client, "7391550264", sent=True),
            ]
    ours = [vars(record) for record in caplog.records if record.name.startswith("kitt_rtc")]
    told = json.dumps([record["msg"] for record in ours], default=str)
    told += json.dumps([value for record in ours for value in record.values() if isinstance(value, str)])
    assert "line closed" in told
    assert "4929038471" not in told
    assert "7391550264" not in told


async def test_the_state_tells_how_well_each_line_carries_its_voice() -> None:
    script = CallerScript(tone(30.0, hertz=CLIENT_HERTZ), faults=LineFaults(seed=3, drop=0.1))
    async with talking(script) as talk:
        call = talk.house.switchboard.find(talk.call_id).call
        page = call.legs[talk.legs["rep"]]
        await until(lambda: page.quality is not None and page.quality.round_trip_ms)
        state = await talk.state()
        rep, client = state["rep"]["quality"], state["customer"]["quality"]
        assert 0.03 < client["loss"] < 0.25
        assert 0.0 <= client["jitter_ms"] < 60.0
        assert rep["loss"] == 0.0
        assert 0.0 < rep["round_trip_ms"] < 500.0
