"""The simulated telephone network, against a house that does as it is told: does it speak as Twilio does?"""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from aiohttp import ClientSession, WSMsgType, web
from twilio.request_validator import RequestValidator

from kitt_rtc.engines.booth_call import BoothCall, Pace
from kitt_rtc.engines.booth_caller import SILENCE, Caller, CallerScript, LineFaults, Turn, Wire
from kitt_rtc.engines.phonebooth import BoothOptions, PhoneBooth
from kitt_rtc.media import g711
from kitt_rtc.media.mix import loudness

HURRY = Pace(tick_seconds=0.0005, ring_seconds=0.0)
NUMBER = "+33199001234"


def tone(seconds: float) -> bytes:
    times = np.arange(int(seconds * 16_000)) / 16_000
    return (9_000 * np.sin(2 * np.pi * 440 * times)).astype("<i2").tobytes()


STREAM = '<Connect><Stream url="{ws}/stream?lost=1"><Parameter name="a" value="b"/></Stream></Connect>'
Answer = Callable[[web.WebSocketResponse, dict[str, Any]], Awaitable[None]]


async def nothing(_: web.WebSocketResponse, __: dict[str, Any]) -> None:
    """The house listens and says nothing."""


@dataclass
class ScriptedHouse:
    """Keeps everything it is told; checks signatures with the vendor's own checker."""

    booth: PhoneBooth
    twiml: str = f"<Response>{STREAM}</Response>"
    answer: Answer = nothing
    base: str = ""
    callbacks: list[dict[str, str]] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    streams: list[list[dict[str, Any]]] = field(default_factory=list)
    unsigned: list[str] = field(default_factory=list)
    connected: asyncio.Event = field(default_factory=asyncio.Event)
    """The first stream has been opened."""

    def check(self, request: web.Request, form: dict[str, str], scheme: str = "http") -> None:
        address = self.base.replace("http", scheme, 1) + request.path_qs
        given = request.headers.get("X-Twilio-Signature", "")
        if not RequestValidator(self.booth.account.token).validate(address, form, given):
            self.unsigned.append(address)

    async def voice(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.check(request, form)
        self.asked.append(form)
        text = self.twiml.replace("{ws}", self.base.replace("http", "ws", 1)) if len(self.asked) == 1 else "<Response/>"
        return web.Response(text=text, content_type="text/xml")

    async def status(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.check(request, form)
        self.callbacks.append(form)
        return web.Response(status=204)

    async def stream(self, request: web.Request) -> web.WebSocketResponse:
        assert not request.query_string
        self.check(request, {}, "ws")
        socket = web.WebSocketResponse(timeout=0.5)
        await socket.prepare(request)
        told: list[dict[str, Any]] = []
        self.streams.append(told)
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.connected.set()
                told.append(json.loads(message.data))
                await self.answer(socket, told[-1])
        return socket

    async def ring(self, number: str = NUMBER, **more: str) -> BoothCall:
        """Order a call by REST, as Twilio's own client does."""
        form = [("To", number), ("From", "+33199001000"), ("Url", f"{self.base}/voice?order=1"), *more.items()]
        form += [("StatusCallback", f"{self.base}/status?order=1")]
        form += [("StatusCallbackEvent", event) for event in ("initiated", "ringing", "answered", "completed")]
        answer = await self.rest("POST", ".json", form)
        return self.booth.calls[answer["sid"]]

    async def rest(self, method: str, path: str, form: list[tuple[str, str]] | None = None) -> dict[str, Any]:
        account = self.booth.account
        key = base64.b64encode(f"{account.sid}:{account.token}".encode()).decode()
        url = f"{self.booth.base_url}/2010-04-01/Accounts/{account.sid}/Calls{path}"
        async with (
            ClientSession(headers={"Authorization": f"Basic {key}"}) as session,
            session.request(method, url, data=form) as answer,
        ):
            told: dict[str, Any] = await answer.json()
        return told


@asynccontextmanager
async def scripted_house(options: BoothOptions | None = None, **more: Any) -> AsyncIterator[ScriptedHouse]:
    async with PhoneBooth(options or BoothOptions(script=CallerScript(hang_up_when_done=True), pace=HURRY)) as booth:
        house = ScriptedHouse(booth, **more)
        application = web.Application()
        application.router.add_post("/voice", house.voice)
        application.router.add_post("/status", house.status)
        application.router.add_get("/stream", house.stream)
        runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        house.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield house
        finally:
            await runner.cleanup()


async def test_a_call_rings_is_answered_and_tells_how_it_goes_in_order_and_signed():
    async with scripted_house() as house:
        call = await house.ring()
        await call.over.wait()
        assert [form["CallStatus"] for form in house.callbacks] == ["initiated", "ringing", "in-progress", "completed"]
        assert [form["SequenceNumber"] for form in house.callbacks] == ["0", "1", "2", "3"]
        assert {form["CallSid"] for form in house.callbacks} == {call.facts.sid}
        assert "CallDuration" in house.callbacks[-1]
        assert house.asked[0]["CallStatus"] == "in-progress"
        assert not house.unsigned
        assert not call.warnings


async def test_the_stream_is_spoken_as_twilio_speaks_it():
    script = CallerScript(tone(0.2), hang_up_when_done=True, digits="1#")
    async with scripted_house(BoothOptions(script=script, pace=HURRY)) as house:
        call = await house.ring()
        await call.over.wait()
        (told,) = house.streams
    events = [message["event"] for message in told]
    assert events[:4] == ["connected", "start", "dtmf", "dtmf"]
    assert set(events[4:-1]) == {"media"}
    assert events[-1] == "stop"
    assert told[0] == {"event": "connected", "protocol": "Call", "version": "1.0.0"}
    assert [message["sequenceNumber"] for message in told[1:]] == [str(n) for n in range(1, len(told))]
    start = told[1]
    assert start["streamSid"] == start["start"]["streamSid"]
    assert start["start"]["callSid"] == call.facts.sid
    assert start["start"]["customParameters"] == {"a": "b"}
    assert start["start"]["mediaFormat"] == {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1}
    media = [message["media"] for message in told if message["event"] == "media"]
    assert [piece["chunk"] for piece in media] == [str(n) for n in range(1, len(media) + 1)]
    assert [piece["timestamp"] for piece in media] == [str(n * 20) for n in range(len(media))]
    sound = b"".join(base64.b64decode(piece["payload"]) for piece in media)
    assert len(sound) == 160 * len(media)
    assert loudness(g711.to_pcm(sound[:1_600])) == pytest.approx(9_000 / 2**0.5 / 32_768, rel=0.1)
    assert loudness(g711.to_pcm(sound[1_760:])) == 0


async def test_what_is_sent_is_heard_at_the_pace_of_sound_and_marks_come_back_after_it():
    async def speak(socket: web.WebSocketResponse, told: dict[str, Any]) -> None:
        if told["event"] == "start":
            sid = told["streamSid"]
            sound = base64.b64encode(g711.to_ulaw(tone(0.4)[::2].ljust(6_400, b"\0"))).decode()
            for message in (
                {"event": "media", "streamSid": sid, "media": {"payload": sound}},
                {"event": "mark", "streamSid": sid, "mark": {"name": "first"}},
                {"event": "media", "streamSid": sid, "media": {"payload": sound}},
                {"event": "mark", "streamSid": sid, "mark": {"name": "second"}},
            ):
                await socket.send_str(json.dumps(message))

    async with scripted_house(answer=speak) as house:
        call = await house.ring()
        await call.over.wait()
        (told,) = house.streams
        assert call.caller.marks == ["first", "second"]
    order = [message["event"] if message["event"] != "mark" else message["mark"]["name"] for message in told]
    assert 20 <= order[: order.index("second")].count("media") - order[: order.index("first")].count("media") <= 22
    heard = np.frombuffer(call.caller.heard, "<i2")
    assert np.count_nonzero(np.abs(heard) > 500) > 4_000


async def test_clear_forgets_what_was_not_heard_and_returns_its_marks():
    async def speak(socket: web.WebSocketResponse, told: dict[str, Any]) -> None:
        if told["event"] == "start":
            sid = told["streamSid"]
            sound = base64.b64encode(b"\x10" * 8_000 * 5).decode()
            for message in (
                {"event": "media", "streamSid": sid, "media": {"payload": sound}},
                {"event": "mark", "streamSid": sid, "mark": {"name": "never-heard"}},
                {"event": "clear", "streamSid": sid},
            ):
                await socket.send_str(json.dumps(message))

    async with scripted_house(answer=speak) as house:
        call = await house.ring()
        await call.over.wait()
    assert call.caller.marks == ["never-heard"]
    assert call.caller.clears == 1
    assert np.count_nonzero(np.frombuffer(call.caller.heard, "<i2")) < 8_000


@pytest.mark.parametrize("event", ["hello", "start", "stop"])
async def test_a_house_that_says_what_twilio_does_not_know_loses_its_stream(event: str):
    async def speak(socket: web.WebSocketResponse, told: dict[str, Any]) -> None:
        if told["event"] == "start":
            await socket.send_str(json.dumps({"event": event, "streamSid": told["streamSid"]}))

    async with scripted_house(answer=speak) as house:
        call = await house.ring()
        await call.over.wait()
        assert "31924" in call.warnings
        assert house.streams[0][-1]["event"] != "stop"


@pytest.mark.parametrize(
    ("number", "status"), [("+33199000002", "busy"), ("+33199000003", "no-answer"), ("+33199000004", "failed")]
)
async def test_some_numbers_are_not_answered(number: str, status: str):
    async with scripted_house() as house:
        call = await house.ring(number)
        await call.over.wait()
        assert [form["CallStatus"] for form in house.callbacks] == ["initiated", "ringing", status]
        assert not house.asked


async def test_the_house_closing_the_stream_lets_the_document_go_on():
    async def leave(socket: web.WebSocketResponse, told: dict[str, Any]) -> None:
        if told["event"] == "media":
            await socket.close()

    twiml = f"<Response><Say>Hi</Say>{STREAM}<Redirect>/voice?again=1</Redirect></Response>"
    async with scripted_house(BoothOptions(pace=HURRY), twiml=twiml, answer=leave) as house:
        call = await house.ring()
        await call.over.wait()
        assert len(house.asked) == 2
        assert call.status == "completed"
        assert house.streams[0][-1]["event"] == "media"


async def test_a_cut_stream_has_no_stop_and_a_new_one_has_another_name_and_its_own_time():
    faults = LineFaults(cut_after=(30,))
    twiml = f"<Response>{STREAM}{STREAM}</Response>"
    script = CallerScript(hang_up_when_done=True, faults=faults)
    async with scripted_house(BoothOptions(script=script, pace=HURRY), twiml=twiml) as house:
        call = await house.ring()
        await call.over.wait()
        first, second = house.streams
    assert first[-1]["event"] == "media"
    assert second[-1]["event"] == "stop"
    assert first[1]["streamSid"] != second[1]["streamSid"]
    assert first[1]["start"]["callSid"] == second[1]["start"]["callSid"]
    assert second[2]["media"]["timestamp"] == "0"


async def test_hanging_up_by_rest_ends_a_call_and_ending_it_again_is_refused():
    async with scripted_house(BoothOptions(pace=HURRY)) as house:
        call = await house.ring()
        await house.connected.wait()
        told = await house.rest("POST", f"/{call.facts.sid}.json", [("Status", "completed")])
        assert told["status"] == "completed"
        await call.over.wait()
        assert (await house.rest("GET", f"/{call.facts.sid}.json"))["status"] == "completed"
        again = await house.rest("POST", f"/{call.facts.sid}.json", [("Status", "completed")])
        assert again["code"] == 21220
        assert house.streams[0][-1]["event"] == "stop"


async def test_what_will_not_do_is_refused_in_twilios_words():
    async with scripted_house() as house:
        url = [("Url", house.base)]
        assert (await house.rest("POST", ".json", [("To", "12"), *url]))["code"] == 21211
        assert (await house.rest("POST", ".json", [("To", NUMBER), ("Url", "file:///etc/passwd")]))["code"] == 21205
        assert (await house.rest("GET", "/CA0.json"))["code"] == 20404


async def test_a_house_that_cannot_be_asked_or_reached_is_told_of_by_number():
    cases = {"12100": "not a document", "31920": '<Response><Connect><Stream url="{ws}/nowhere"/></Connect></Response>'}
    for number, twiml in cases.items():
        async with scripted_house(twiml=twiml) as house:
            call = await house.ring()
            await call.over.wait()
            assert call.warnings == [number]
            assert call.status == "completed"


async def test_callbacks_can_come_late_doubled_and_in_disorder():
    options = BoothOptions(script=CallerScript(hang_up_when_done=True), pace=HURRY, shuffled_callbacks=True)
    async with scripted_house(options) as house:
        call = await house.ring()
        await call.over.wait()
        statuses = [form["CallStatus"] for form in house.callbacks]
        assert sorted(statuses) == sorted(["initiated", "ringing", "in-progress", "completed"] * 2)


async def test_closing_the_booth_in_mid_call_leaves_nothing_behind():
    before = asyncio.all_tasks()
    async with scripted_house(BoothOptions(pace=HURRY)) as house:
        await house.ring()
        await house.connected.wait()
    assert asyncio.all_tasks() == before


def test_faults_are_the_same_for_the_same_seed():
    def carried(seed: int) -> list[str]:
        wire = Wire(LineFaults(seed=seed, drop=0.1, repeat=0.1, reorder=0.1))
        return [text for n in range(500) for text in wire.carry(str(n))]

    assert carried(1) == carried(1)
    assert carried(1) != carried(2)


@pytest.mark.parametrize(
    "faults",
    [LineFaults(reorder=0.3), LineFaults(stall_every=100), LineFaults(repeat=0.5), LineFaults(reorder=0.3, repeat=0.2)],
)
def test_without_loss_every_frame_arrives(faults: LineFaults):
    wire = Wire(faults)
    arrived = [text for n in range(500) for text in wire.carry(str(n))] + wire.rest()
    assert {int(text) for text in arrived} == set(range(500))


def test_lost_frames_are_lost_in_the_stated_part():
    wire = Wire(LineFaults(drop=0.1))
    assert sum(bool(wire.carry("x")) for _ in range(5_000)) == pytest.approx(4_500, abs=100)


def test_a_caller_keeps_two_minutes_of_what_they_hear():
    caller = Caller(CallerScript())
    for _ in range(7_000):
        caller.listen(b"\x00" * 160)
    assert len(caller.heard) == 2 * 8_000 * 120


VOICE = g711.to_ulaw((9_000 * np.sin(np.arange(160))).astype("<i2").tobytes())
"""Twenty milliseconds of somebody else."""


def frames_until_it_speaks(caller: Caller, heard: list[bytes]) -> int | None:
    """After how many frames that it hears a caller says something."""
    for number, frame in enumerate(heard, start=1):
        caller.listen(frame)
        if caller.say() != SILENCE:
            return number
    return None


def test_a_caller_answers_once_it_was_spoken_to_and_it_is_quiet():
    script = CallerScript(turns=(Turn(tone(0.2), heard=0.2, quiet=0.1),))
    assert frames_until_it_speaks(Caller(script), [VOICE] * 12 + [SILENCE] * 20) == 17
    assert frames_until_it_speaks(Caller(script), [VOICE] * 8 + [SILENCE] * 40) is None
    assert frames_until_it_speaks(Caller(script), [VOICE] * 60) is None


def test_a_caller_breaks_in_at_a_given_moment_and_waits_for_its_next_turn():
    caller = Caller(CallerScript(turns=(Turn(tone(0.1), heard=0.4, quiet=0.0), Turn(tone(0.1), heard=0.2, quiet=0.0))))
    assert frames_until_it_speaks(caller, [VOICE] * 60) == 20
    while caller.say() != SILENCE:
        pass
    assert frames_until_it_speaks(caller, [VOICE] * 60) == 10
    assert len(caller.spoke_at) == 2


def test_a_caller_who_has_something_left_to_say_does_not_hang_up():
    caller = Caller(CallerScript(turns=(Turn(tone(0.1), heard=0.1, quiet=0.0),), hang_up_when_done=True))
    for _ in range(100):
        caller.say()
    assert not caller.done
    assert frames_until_it_speaks(caller, [VOICE] * 10) is not None
    for _ in range(100):
        caller.say()
    assert caller.done
