"""The sales call: the rep in a browser-shaped peer, the client on a telephone of the booth, both really speaking."""

import asyncio
import csv
import io
from pathlib import Path

import pytest

from kitt_rtc import samples
from kitt_rtc.engines.booth_caller import WIRE_RATE, CallerScript
from kitt_rtc.engines.phonebooth import BOOTH_NUMBER, BoothOptions, PhoneBooth
from kitt_rtc.media.files import read_sound
from kitt_rtc.model.facts import ContextRead, InsightGiven, LegJoined, LegLeft, PhoneStatusChanged, UtteranceHeard
from kitt_rtc.model.speech import Role
from kitt_rtc.transports.webrtc.caller import Caller
from tests.support.desk import Desk, Story
from tests.support.ears import words_in
from tests.support.server import free_port, serving

pytestmark = pytest.mark.engines

SALES = samples.CALLS / "sales"
CLIENT_NUMBER = "+33199000009"
CARDS = ["pain.lost_time", "objection.price", "objection.competitor", "next_step"]


def said_by(role: Role, story: Story) -> str:
    return " ".join(
        heard.utterance.text.lower() for heard in story.all(UtteranceHeard) if heard.utterance.speaker.role is role
    )


async def the_rep_joins(desk: Desk, call_id: str, rep: Caller) -> None:
    async def exchange(sdp: str) -> str:
        offer = {"session_id": call_id, "role": "rep", "speaker": {"id": "REP001", "name": "Anna"}, "sdp": sdp}
        return str((await desk.post("/rtc/offer", {**offer, "type": "offer"}))["sdp"])

    await rep.call(exchange)


async def test_a_rep_and_a_client_are_heard_advised_and_summed_up(tmp_path: Path) -> None:
    client = CallerScript(speech=read_sound(SALES / "customer.ogg"))
    port = free_port()
    # The booth stands where Twilio would: the server is told of an account, and knows nothing of a simulation.
    async with PhoneBooth(BoothOptions(script=client)) as booth:
        account = {
            "twilio_account_sid": booth.account.sid,
            "twilio_auth_token": booth.account.token,
            "twilio_phone_number": BOOTH_NUMBER,
            "twilio_base_url": booth.base_url,
            "public_url": f"http://127.0.0.1:{port}",
        }
        async with serving(tmp_path, port=port, language="en", **account) as server, Caller(remember_seconds=120) as rep:
            desk = server.desk
            started = await desk.post("/calls/start", {"playbook": "coaching"})
            call_id = started["session_id"]
            assert started["warnings"] == []
            async with desk.following(call_id) as story:
                await the_rep_joins(desk, call_id, rep)
                dialled = await desk.post(
                    "/twilio/initiate-call",
                    {"phone_number": CLIENT_NUMBER, "session_id": call_id, "role": "customer", "technician_id": "C7"},
                )
                line = booth.calls[dialled["call_sid"]]
                await story.until(LegJoined, lambda leg: leg.transport == "twilio")
                async with asyncio.timeout(90):
                    await rep.play(read_sound(SALES / "rep.ogg"))
                await story.until(
                    UtteranceHeard,
                    lambda heard: heard.utterance.speaker.role is Role.CUSTOMER and "good" in heard.utterance.text[-12:],
                )
                ended = await desk.post(f"/calls/{call_id}/end")
                await story.end()
                await rep.left()
                async with asyncio.timeout(10):
                    await line.over.wait()
            resume, review = (await desk.post(f"/{kind}/{call_id}") for kind in ("resume", "summary"))
            table = await desk.text("/metrics")
            exports = {kind: await desk.text(f"/calls/{call_id}/transcript?format={kind}") for kind in ("csv", "srt", "vtt")}
            transcript = await desk.get(f"/calls/{call_id}/transcript")

    print(story, resume, review, ended, exports, transcript, table)
    assert 0
