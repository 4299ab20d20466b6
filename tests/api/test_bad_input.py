"""Contract section 5, as somebody from outside would try it: the whole product, over real sockets.

What one door alone must turn away stands in that door's own tests; here stands what takes more than a door: a model, a
store or a knowledge base that fails behind a call that goes on, and a good call beside a bad one.
"""

import asyncio
import json
import sqlite3
import struct
from contextlib import closing
from pathlib import Path

import pytest
from aiohttp import FormData, WSMsgType
from aiohttp.test_utils import unused_port

from kitt_rtc.api.network import STREAM_PATH
from kitt_rtc.api.signature import HEADER, signature
from kitt_rtc.engines.booth_caller import CallerScript
from kitt_rtc.model.facts import CallEnded, InsightGiven, LegLeft, SegmentSkipped, Trouble, UtteranceHeard
from kitt_rtc.settings import Settings
from tests.fakes import media_stream as net
from tests.fakes.browser import nothing_left
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.phone_house import SENTENCE, PhoneHouse, PhonePlan, open_phones
from tests.fakes.steps import ScriptedTranscriber
from tests.fakes.whole_house import TECHNICIAN, WholeHouse, open_whole_house, settings, spoken
from tests.sounds.made import tone
from tests.test_app import AlwaysSpeech, hosted
from tests.transports.webrtc.test_offer import BAD, GOOD

READ = {"phase": "objection", "phase_reason": "They object."}
TIP = {"speak": True, "topic": "", "title": "Listen", "say": "Ask them what they mean."}
BY_MODEL = "coach-1"


def troubles(story: list) -> set[tuple[str, str]]:
    return {(entry.fact.stage, entry.fact.code) for entry in story if isinstance(entry.fact, Trouble)}


def deaf(folder: Path, **given: object) -> Settings:
    """A house whose hosted ear is never spoken to: all it needs is there."""
    nobody = {"openai_base_url": "http://127.0.0.1:9/v1", "engine_transcriber": "openai"}
    return settings(folder, engine_model="none", engine_embedder="lexicon", **nobody, **given)


async def stands(house: WholeHouse, port: str, readiness: str) -> dict:
    """Wait until /health says so of this port; what else it says."""
    async with asyncio.timeout(10):
        while (told := await house.engine(port))["readiness"] != readiness:
            pass
    return told


# A model that answers garbage, half a JSON, 429, 500, nothing at all.


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("garbage", "engine_refused"),
        ("truncated", "engine_refused"),
        ("empty", "engine_refused"),
        ("wrong_fields", "engine_refused"),
        ("rate_limit", "engine_unavailable"),
        ("server_error", "engine_unavailable"),
        ("reset", "engine_unavailable"),
        ("quota", "engine_refused"),
    ],
)
async def test_a_model_that_fails_is_told_on_the_page_rules_advise_and_the_next_sentence_asks_it_again(
    tmp_path: Path, fault: str, code: str
):
    async with OpenAIServer() as server:
        server.answer("SaleForm", READ)
        server.answer("TipForm", TIP | {"quote": "what about the guarantee"})
        server.fail_next(fault, times=4)
        async with open_whole_house(hosted(tmp_path, server, coach_model=BY_MODEL, min_insight_interval=0)) as house:
            call_id = await house.start()
            house.say(call_id, "It is too expensive.")
            story = await house.until(call_id, InsightGiven)
            assert story[-1].fact.insight.written_by == "rules"
            story = await house.until(call_id, Trouble)
            assert troubles(story) == {("model", code)}
            assert len(server.requests) <= 4  # two questions, two tries each
            server.heal()
            house.say(call_id, "And what about the guarantee?")
            again = await house.until(call_id, InsightGiven, 2)
            assert again[-1].fact.insight.written_by == BY_MODEL
            assert len(troubles(again)) == 1
            state = await (await house.client.get(f"/calls/{call_id}/state")).json()
    assert [(trouble["stage"], trouble["code"]) for trouble in state["troubles"]] == [("model", code)]
    assert state["status"] == "active"


async def test_a_model_that_says_nothing_at_all_costs_its_deadline_and_no_more(tmp_path: Path):
    async with OpenAIServer() as server:
        server.answer("SaleForm", READ)
        server.answer("TipForm", TIP | {"quote": "too expensive"})
        never = server.held["SaleForm"] = asyncio.Event()
        async with open_whole_house(hosted(tmp_path, server, coach_model=BY_MODEL)) as house:
            call_id = await house.start()
            house.say(call_id, "It is too expensive.")
            async with asyncio.timeout(10):
                given = (await house.until(call_id, InsightGiven))[-1].fact
                story = await house.until(call_id, Trouble)
            never.set()
    assert troubles(story) == {("model", "engine_timeout")}
    assert given.insight.written_by == BY_MODEL


@pytest.mark.parametrize("fault", ["garbage", "truncated", "empty", "rate_limit", "server_error", "reset"])
async def test_an_ear_that_fails_twice_is_told_with_the_sentence_it_cost_and_the_next_one_is_heard(
    tmp_path: Path, fault: str
):
    async with OpenAIServer() as server:
        server.transcripts = ["The camera is broken."]
        server.fail_next(fault, times=2, path="/audio/transcriptions")
        async with open_whole_house(hosted(tmp_path, server, engine_model="none", transcriber_fallback=False)) as house:
            call_id = await house.start()
            lost = await house.upload(call_id, client_audio=spoken())
            heard = await house.upload(call_id, client_audio=spoken())
            asked = len(server.asked("/audio/transcriptions"))
            story = await house.house.switchboard.story(call_id)
    assert lost["transcriptions"]["client"]["reason"] == "failed"
    assert lost["reason_code"] == "trouble"
    assert [(trouble["stage"]) for trouble in lost["troubles"]] == ["scribe"]
    assert heard["transcriptions"]["client"]["text"] == "The camera is broken."
    assert asked == 3
    assert [entry.fact.reason for entry in story if isinstance(entry.fact, SegmentSkipped)] == ["failed"]


# The database locked, Qdrant away.


async def test_a_locked_database_costs_nothing_and_the_page_says_so(tmp_path: Path):
    async with open_whole_house(deaf(tmp_path, retention_days=0)) as house:
        with closing(sqlite3.connect(tmp_path / "kitt.sqlite", isolation_level=None)) as lock:
            lock.execute("BEGIN IMMEDIATE")
            call_id = await house.start(session_id="locked")
            async with house.client.ws_connect(f"/calls/{call_id}/events") as page:
                house.say(call_id, "It is too expensive.")
                told = [json.loads(await page.receive_str(timeout=10))["type"] for _ in range(4)]
            assert told == ["call_started", "utterance_heard", "context_read", "insight_given"]
            store = await stands(house, "store", "limited")
            health = await house.client.get("/health")
            lock.execute("ROLLBACK")
        assert "4 facts wait" in store["limits"]
        assert health.status == 200
        await stands(house, "store", "ready")
        await house.client.post(f"/calls/{call_id}/end")
        listed = await (await house.client.get("/calls?search=expensive")).json()
    assert [row["session_id"] for row in listed["calls"]] == ["locked"]


async def test_without_qdrant_coaching_and_questions_go_on_and_the_page_says_what_is_missing(tmp_path: Path):
    away = deaf(tmp_path, qdrant_url=f"http://127.0.0.1:{unused_port()}", min_insight_interval=0)
    async with open_whole_house(away) as house:
        await house.house.filled.wait()
        knowledge = await house.engine("knowledge")
        health = await house.client.get("/health")
        sales = await house.start()
        house.say(sales, "It is too expensive.")
        await house.until(sales, InsightGiven)
        call_id = await house.start(playbook="support")
        house.say(call_id, "My camera does not work.", by=TECHNICIAN)
        await house.until(call_id, InsightGiven)  # a question needs no knowledge
        house.say(
            call_id,
            "The subscription is active, the camera is online, and the recordings are not visible since Monday.",
            by=TECHNICIAN,
        )
        story = await house.until(call_id, Trouble)
        ended = await house.client.post(f"/calls/{call_id}/end")
    assert knowledge["readiness"] == "limited"
    assert "QDRANT_URL" in knowledge["limits"]
    assert health.status == 200
    assert troubles(story) == {("adviser", "engine_unavailable")}
    assert (await ended.json())["session_stats"]["total_segments"] == 2


# Sound of every shape.


def _wav(kind: int, bits: int, channels: int, rate: int) -> bytes:
    """Half a second and more of a tone, as this sort of WAV."""
    mono = [value / 32_768 for (value,) in struct.iter_unpack("<h", tone(1.0, rate=rate))]
    write = {
        (1, 8): lambda part: struct.pack("<B", round(part * 127) + 128),
        (1, 16): lambda part: struct.pack("<h", round(part * 32_767)),
        (1, 24): lambda part: struct.pack("<i", round(part * 8_388_607))[:3],
        (1, 32): lambda part: struct.pack("<i", round(part * 2_147_483_647)),
        (3, 32): lambda part: struct.pack("<f", part),
    }[kind, bits]
    body = b"".join(write(part) * channels for part in mono)
    width = channels * bits // 8
    fmt = struct.pack("<HHIIHH", kind, channels, rate, rate * width, width, bits)
    chunks = b"fmt " + struct.pack("<I", len(fmt)) + fmt + b"data" + struct.pack("<I", len(body)) + body
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


@pytest.mark.parametrize(
    ("kind", "bits", "channels", "rate"),
    [
        (1, 8, 1, 8_000),
        (1, 16, 2, 44_100),
        (1, 24, 1, 48_000),
        (1, 32, 2, 22_050),
        (3, 32, 1, 96_000),
        (1, 16, 6, 11_025),
    ],
)
async def test_E04_every_sort_of_wav_is_read_at_the_door(
    tmp_path: Path, kind: int, bits: int, channels: int, rate: int
):
    ear = ScriptedTranscriber(["Hello there."])
    async with open_whole_house(settings(tmp_path), detectors=AlwaysSpeech, transcriber=ear, guard=None) as house:
        form = FormData()
        form.add_field("client_audio", _wav(kind, bits, channels, rate), filename="a.wav")
        answer = await house.client.post(f"/audio/{await house.start()}", data=form)
        told = await answer.json()
    assert (answer.status, told["transcriptions"]["client"]["text"]) == (200, "Hello there.")
    assert 0.9 <= len(ear.heard[0]) / 32_000 <= 1.1


# Offers.


async def test_offers_that_will_not_do_leave_no_peer_behind_and_the_call_lives(tmp_path: Path):
    async with open_whole_house(settings(tmp_path, max_legs=2)) as house:
        call_id = await house.start()
        async with nothing_left():
            for name in ("garbage", "video", "only_data", "a_megabyte", "no_opus"):
                answer = await _offer(house, call_id, BAD[name][0][:200_000])
                assert answer == (400, "bad_offer"), name
            await house.client.get("/health")
        for expected in (200, 200, 400, 400):
            assert (await _offer(house, call_id, GOOD))[0] == expected
        call = house.house.switchboard.find(call_id).call
        assert len(call.legs) == 2
        assert not any(isinstance(entry.fact, CallEnded) for entry in call.journal.entries())


async def _offer(house: WholeHouse, call_id: str, sdp: str) -> tuple[int, str]:
    answer = await house.client.post("/rtc/offer", json={"session_id": call_id, "role": "rep", "sdp": sdp})
    return answer.status, (await answer.json()).get("error", {}).get("code", "")


# Streams: a good call beside bad ones.

VANDALS: dict[str, list[str | bytes]] = {
    "silent": [],
    "nonsense": ["nonsense"] * 40,
    "binary": [b"\x00\xff" * 200] * 40,
    "a megabyte": [json.dumps({"event": "media", "media": {"payload": "A" * (1 << 20)}})] * 4,
    "deep": ["[" * 60_000] * 12,
    "no start": [net.connected(), *(net.media(chunk, b"\xff" * 160) for chunk in range(1, 2_000))],
    "stolen ticket": [net.connected(), net.start(session_id="session_1", ticket="guess")],
    "somebody else's call": [net.start(call="CA" + "9" * 32, session_id="session_1")],
    "stop first": [net.stop()],
}


async def _vandalise(house: PhoneHouse, messages: list[str | bytes]) -> str:
    """Knock as the network, say all that, and wait to be shown the door; the reason that was given."""
    address = house.base.replace("http://", "ws://") + STREAM_PATH
    given = signature(house.booth.account.token, address)
    async with house.client.ws_connect(STREAM_PATH, headers={HEADER: given}) as socket:
        try:
            for message in messages:
                await (socket.send_str(message) if isinstance(message, str) else socket.send_bytes(message))
        except ConnectionError:
            pass  # shown the door before the end
        while (closing := await socket.receive(timeout=10)).type is WSMsgType.TEXT:
            pass
        return closing.extra or ""


async def test_a_good_call_beside_every_bad_stream_loses_nothing():
    script = CallerScript(SENTENCE * 4, hang_up_when_done=True)
    plan = PhonePlan(script=script, options={"start_seconds": 0.5}, lines=[f"sentence {n}" for n in range(4)])
    async with open_phones(plan) as house:
        told = await house.dial(session_id="session_1")
        reasons = await asyncio.gather(*(_vandalise(house, messages) for messages in VANDALS.values()))
        story = await house.over(told["session_id"])
    heard = [entry.fact.utterance for entry in story if isinstance(entry.fact, UtteranceHeard)]
    left = next(entry.fact for entry in story if isinstance(entry.fact, LegLeft))
    assert all(reasons), dict(zip(VANDALS, reasons, strict=True))
    assert [utterance.text for utterance in heard] == [f"sentence {n}" for n in range(4)]
    assert all(1.0 <= utterance.end - utterance.start <= 2.2 for utterance in heard)
    assert (left.reason, left.lost_frames, left.dropped_frames) == ("hung_up", 0, 0)
