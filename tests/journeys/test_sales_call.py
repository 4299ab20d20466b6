"""The sales call: the rep in a browser-shaped peer, the client on a telephone, both really speaking to each other.

It is played once, in real time; each test looks at another side of what it brought.
"""

import asyncio
import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
import pytest_asyncio

from kitt_rtc import samples
from kitt_rtc.engines.booth_caller import WIRE_RATE, CallerScript
from kitt_rtc.engines.phonebooth import BOOTH_NUMBER, BoothOptions, PhoneBooth
from kitt_rtc.media.files import read_sound
from kitt_rtc.model.facts import (
    CallEnded,
    ContextRead,
    InsightGiven,
    LegJoined,
    LegLeft,
    PhoneStatusChanged,
    SegmentSkipped,
    Trouble,
    UtteranceHeard,
)
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.toolbox import CLIENT_NUMBER
from kitt_rtc.transports.webrtc.caller import Caller
from tests.support.desk import Desk, Story
from tests.support.ears import words_in
from tests.support.server import free_port, serving

pytestmark = pytest.mark.engines

SALES = samples.CALLS / "sales"
REP = Speaker("REP001", Role.REP, "Anna")
CARDS = ("pain.time", "objection.price", "objection.competitor", "next_step.buying")
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

    def said_by(self, speaker: Speaker) -> str:
        said = [heard.utterance for heard in self.story.all(UtteranceHeard)]
        return " ".join(utterance.text.lower() for utterance in said if utterance.speaker == speaker)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def call(tmp_path_factory: pytest.TempPathFactory) -> SalesCall:
    """The booth stands where Twilio would: the server is told of an account, and knows nothing of a simulation."""
    port = free_port()
    async with PhoneBooth(BoothOptions(script=CallerScript(read_sound(SALES / "customer.ogg")))) as booth:
        account = {
            "twilio_account_sid": booth.account.sid,
            "twilio_auth_token": booth.account.token,
            "twilio_phone_number": BOOTH_NUMBER,
            "twilio_base_url": booth.base_url,
            "public_url": f"http://127.0.0.1:{port}",
        }
        async with (
            serving(tmp_path_factory.mktemp("sales"), port=port, language="en", **account) as server,
            Caller(remember_seconds=120) as rep,
        ):
            return await play(server.desk, booth, rep)


async def play(desk: Desk, booth: PhoneBooth, rep: Caller) -> SalesCall:
    call_id = (await desk.post("/calls/start", {"playbook": "coaching"}))["session_id"]
    async with desk.following(call_id) as story:
        await join(desk, call_id, rep)
        order = {"phone_number": CLIENT_NUMBER, "session_id": call_id, "role": "customer"}
        client = {"technician_id": CLIENT.id, "technician_name": CLIENT.name}
        line = booth.calls[(await desk.post("/twilio/initiate-call", order | client))["call_sid"]]
        await story.until(LegJoined, lambda leg: leg.transport == "twilio")
        async with asyncio.timeout(90):
            await rep.play(read_sound(SALES / "rep.ogg"))
        await story.until(UtteranceHeard, lambda heard: "bye" in heard.utterance.text.lower())
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
    )


async def join(desk: Desk, call_id: str, rep: Caller) -> None:
    async def exchange(sdp: str) -> str:
        offer = {"session_id": call_id, "role": "rep", "speaker": {"id": REP.id, "name": REP.name}, "sdp": sdp}
        return str((await desk.post("/rtc/offer", {**offer, "type": "offer"}))["sdp"])

    await rep.call(exchange)


def test_both_sides_are_written_down_under_their_roles(call: SalesCall) -> None:
    client, rep = call.said_by(CLIENT), call.said_by(REP)
    for words in ("our current system", "expensive", "competitor", "next steps"):
        assert words in client
        assert words not in rep
    for words in ("this is anna", "within one hour", "proposal"):
        assert words in rep
        assert words not in client
    spoken = call.ended["session_stats"]["speakers"]
    assert {name: stats["speaker_role"] for name, stats in spoken.items()} == {REP.id: "rep", CLIENT.id: "customer"}
    assert call.story.all(SegmentSkipped) == []
    assert call.story.all(Trouble) == []


def test_every_expected_card_comes_once_and_names_the_words_that_caused_it(call: SalesCall) -> None:
    cards = [given.insight for given in call.story.all(InsightGiven)]
    assert Counter(card.topic for card in cards) == dict.fromkeys(CARDS, 1)
    said = {heard.utterance.id: heard.utterance for heard in call.story.all(UtteranceHeard)}
    for card in cards:
        (cause,) = (said[cause] for cause in card.because)
        assert cause.speaker == CLIENT
        assert card.quote in cause.text


def test_each_hears_the_other(call: SalesCall) -> None:
    for words in ("system goes down", "too expensive", "competitor", "sounds good"):
        assert words in call.heard_by_rep
        assert words not in call.heard_by_client
    for words in ("this is anna", "people are waiting", "within one hour", "proposal"):
        assert words in call.heard_by_client
        assert words not in call.heard_by_rep


def test_the_context_follows_the_sale(call: SalesCall) -> None:
    phases = [reading.phase for reading in call.story.all(ContextRead)]
    assert list(dict.fromkeys(phases)) == ["opening", "discovery", "objection", "closing"]


def test_the_telephone_is_followed_to_its_end_and_nothing_is_lost_on_the_way(call: SalesCall) -> None:
    statuses = call.story.all(PhoneStatusChanged)
    assert [told.status for told in statuses] == ["initiated", "ringing", "in-progress", "completed"]
    assert not any(told.simulated for told in statuses)
    left = call.story.all(LegLeft)
    assert len(left) == 2
    assert [(leg.dropped_frames, leg.lost_frames) for leg in left] == [(0, 0), (0, 0)]
    assert call.story.all(CallEnded)[0].reason == "hung_up"


def test_E06_E07_two_summaries_look_at_two_sides(call: SalesCall) -> None:
    assert (call.resume["focus"], call.review["focus"]) == ("client", "commercial")
    assert "too expensive" in call.resume["summary"]
    assert "competitor" in call.resume["summary"]
    assert "46 %" in call.review["summary"]
    for card in call.story.all(InsightGiven):
        assert card.insight.content.splitlines()[0] in call.review["summary"]


def test_the_call_is_counted(call: SalesCall) -> None:
    lines = call.metrics.splitlines()
    for line in (
        'kitt_calls_total{playbook="coaching",reason="hung_up"} 1.0',
        'kitt_utterances_total{role="customer"} 5.0',
        'kitt_utterances_total{role="rep"} 5.0',
        'kitt_insights_total{outcome="given",type="coaching"} 4.0',
        "kitt_ear_to_overlay_seconds_count 4.0",
        'kitt_legs_live{transport="twilio"} 0.0',
        'kitt_legs_live{transport="webrtc"} 0.0',
        "kitt_calls_live 0.0",
        "kitt_store_lost_entries_total 0.0",
    ):
        assert line in lines


def test_the_transcript_leaves_in_four_forms(call: SalesCall) -> None:
    texts = [message["text"] for message in call.messages]
    assert len(texts) == 10
    assert [message["start"] for message in call.messages] == sorted(message["start"] for message in call.messages)
    rows = list(csv.DictReader(io.StringIO(call.transcripts["csv"])))
    assert [row["text"] for row in rows] == texts
    assert {row["speaker_name"] for row in rows} == {"Anna", "Mr Miller"}
    assert call.transcripts["vtt"].startswith("WEBVTT\n")
    for kind, arrow in (("srt", ","), ("vtt", ".")):
        cues = re.findall(rf"^\d\d:\d\d:\d\d\{arrow}\d{{3}} --> ", call.transcripts[kind], re.MULTILINE)
        assert len(cues) == 10
        assert all(text in call.transcripts[kind] for text in texts)
