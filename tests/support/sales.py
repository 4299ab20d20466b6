"""The sample sales call, really spoken: the rep in a browser-shaped peer, the client on a telephone."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kitt_rtc import samples
from kitt_rtc.engines.booth_caller import WIRE_RATE, CallerScript
from kitt_rtc.engines.phonebooth import BOOTH_NUMBER, BoothOptions, PhoneBooth
from kitt_rtc.media.files import read_sound
from kitt_rtc.model.facts import LegJoined, UtteranceHeard
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.toolbox import CLIENT_NUMBER
from kitt_rtc.transports.webrtc.caller import Caller
from tests.support.desk import Desk, Story
from tests.support.ears import words_in
from tests.support.server import free_port, serving

SALES = samples.CALLS / "sales"
REP = Speaker("REP001", Role.REP, "Anna")
CLIENT = Speaker("CLIENT7", Role.CUSTOMER, "Mr Miller")


@dataclass(frozen=True)
class SalesCall:
    """What the call brought."""

    story: Story
    ended: dict[str, Any]
    resume: dict[str, Any]
    review: dict[str, Any]
    transcripts: dict[str, str]
    messages: list[dict[str, Any]]
    metrics: str
    heard_by_rep: str
    heard_by_client: str
    phone_status: str
    """In the end: the network tells it while the call closes, in its story or just behind it."""

    def said_by(self, speaker: Speaker) -> str:
        said = [heard.utterance for heard in self.story.all(UtteranceHeard)]
        return " ".join(utterance.text.lower() for utterance in said if utterance.speaker == speaker)


def is_goodbye(heard: UtteranceHeard) -> bool:
    """However the engine spells it: a few milliseconds decide whether it writes good-bye or good by."""
    return re.search(r"good.?by", heard.utterance.text.lower()) is not None


async def sales_call(folder: Path, **settings: object) -> SalesCall:
    """Play it, with these settings besides. The booth stands where Twilio would: the server is told of an account, and
    knows of no simulation.
    """
    port = free_port()
    async with (
        PhoneBooth(BoothOptions(script=CallerScript(read_sound(SALES / "customer.ogg")))) as booth,
        serving(folder, port=port, language="en", **as_network(booth, port), **settings) as server,
        Caller(remember_seconds=120) as rep,
    ):
        return await _play(server.desk, booth, rep)


def as_network(booth: PhoneBooth, port: int) -> dict[str, str]:
    """Settings of a server on this port for which the booth is Twilio itself."""
    return {
        "twilio_account_sid": booth.account.sid,
        "twilio_auth_token": booth.account.token,
        "twilio_phone_number": BOOTH_NUMBER,
        "twilio_base_url": booth.base_url,
        "public_url": f"http://127.0.0.1:{port}",
    }


async def _play(desk: Desk, booth: PhoneBooth, rep: Caller) -> SalesCall:
    call_id = (await desk.post("/calls/start", {"playbook": "coaching"}))["session_id"]
    async with desk.following(call_id) as story:
        await _join(desk, call_id, rep)
        order = {"phone_number": CLIENT_NUMBER, "session_id": call_id, "role": "customer"}
        client = {"technician_id": CLIENT.id, "technician_name": CLIENT.name}
        call_sid = (await desk.post("/twilio/initiate-call", order | client))["call_sid"]
        line = booth.calls[call_sid]
        await story.until(LegJoined, lambda leg: leg.transport == "twilio")
        async with asyncio.timeout(90):
            await rep.play(read_sound(SALES / "rep.ogg"))
        await story.until(UtteranceHeard, is_goodbye)
        ended = await desk.post(f"/calls/{call_id}/end")
        async with asyncio.timeout(15):
            await story.end()
            await rep.left()
            await line.over.wait()
    return SalesCall(
        story=story,
        ended=ended,
        resume=await desk.post(f"/resume/{call_id}"),
        review=await desk.post(f"/summary/{call_id}"),
        transcripts={
            kind: await desk.text(f"/calls/{call_id}/transcript?format={kind}") for kind in ("csv", "srt", "vtt")
        },
        messages=(await desk.get(f"/calls/{call_id}/transcript"))["messages"],
        metrics=await desk.text("/metrics"),
        heard_by_rep=await words_in(rep.heard),
        heard_by_client=await words_in(line.caller.heard, rate=WIRE_RATE),
        phone_status=(await desk.get(f"/twilio/call-status/{call_sid}"))["status"],
    )


async def _join(desk: Desk, call_id: str, rep: Caller) -> None:
    async def exchange(sdp: str) -> str:
        offer = {"session_id": call_id, "role": "rep", "speaker": {"id": REP.id, "name": REP.name}, "sdp": sdp}
        return str((await desk.post("/rtc/offer", {**offer, "type": "offer"}))["sdp"])

    await rep.call(exchange)
