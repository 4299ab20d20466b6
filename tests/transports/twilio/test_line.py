"""A person on the telephone, over a socket in memory."""

import asyncio
import base64
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import numpy as np
import pytest

from kitt_rtc.media import g711
from kitt_rtc.media.mix import loudness
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, SILENCE, AudioFrame
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.ports import Leg
from kitt_rtc.transports.twilio.line import Line, LineOptions
from kitt_rtc.transports.twilio.opening import open_stream
from tests.fakes import media_stream as net
from tests.fakes.media_stream import MediaStream
from tests.support.until import until

TECHNICIAN = Speaker("TECH001", Role.TECHNICIAN)


def tone(seconds: float, *, rate: int = 8_000, hertz: float = 440.0) -> bytes:
    time = np.arange(int(seconds * rate)) / rate
    return (12_000 * np.sin(2 * np.pi * hertz * time)).astype("<i2").tobytes()


class Listener:
    """Keeps every frame it is offered."""

    def __init__(self) -> None:
        self.frames: list[AudioFrame] = []

    def offer(self, frame: AudioFrame) -> None:
        self.frames.append(frame)

    def end(self) -> None:
        pass

    @property
    def pcm(self) -> bytes:
        return b"".join(frame.pcm for frame in self.frames)

    @property
    def seconds(self) -> float:
        return len(self.frames) * FRAME_SECONDS


async def line_on(socket: MediaStream, options: LineOptions | None = None) -> Line:
    return Line(
        socket,
        await open_stream(socket),
        leg_id="phone-1",
        speaker=TECHNICIAN,
        clock=lambda: 0.0,
        options=options,
    )


async def hear(*texts: str) -> tuple[Listener, Line, str]:
    """A whole stream at once: what was heard, by whom, and how it ended."""
    socket = MediaStream().says(net.connected(), net.start(), *texts)
    socket.drops()
    line = await line_on(socket)
    listener = Listener()
    line.microphone.attach(listener)
    return listener, line, await line.run()


@asynccontextmanager
async def live_line(options: LineOptions | None = None) -> AsyncIterator[tuple[Line, MediaStream]]:
    """A line that is open while the test talks to it, and hung up afterwards."""
    socket = MediaStream().says(net.connected(), net.start())
    line = await line_on(socket, options)
    async with asyncio.TaskGroup() as group:
        group.create_task(line.run())
        yield line, socket
        await line.hang_up()


def spoken(frames: Sequence[bytes]) -> list[str]:
    return [net.media(chunk, frame) for chunk, frame in enumerate(frames, 1)]


def frequency(pcm: bytes) -> float:
    samples = np.frombuffer(pcm, "<i2")
    spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
    return float(np.argmax(spectrum) * 16_000 / len(samples))


def test_a_line_is_a_leg():
    async def made() -> Leg:
        return await line_on(MediaStream().says(net.start()))

    assert asyncio.run(made()).transport == "twilio"


async def test_F05_F07_mu_law_at_8_kHz_is_heard_as_house_sound():
    heard, line, _ = await hear(*spoken(net.frames_of(tone(1.0))), net.stop())
    assert heard.seconds == pytest.approx(1.0, abs=0.021)
    assert frequency(heard.pcm) == pytest.approx(440, abs=2)
    assert loudness(heard.pcm) == pytest.approx(12_000 / 2**0.5 / 32_768, rel=0.05)
    assert all(len(frame.pcm) == FRAME_BYTES for frame in heard.frames)
    assert line.counters.frames == 50


async def test_sound_is_sized_by_bytes_not_by_messages():
    ulaw = g711.to_ulaw(tone(1.0))
    pieces = [ulaw[:37], ulaw[37:1000], ulaw[1000:1001], ulaw[1001:]]
    timestamps = [0, 5, 125, 125]
    texts = [net.media(n, piece, timestamp=at) for n, (piece, at) in enumerate(zip(pieces, timestamps, strict=True), 1)]
    heard, _, _ = await hear(*texts, net.stop())
    assert heard.seconds == pytest.approx(1.0, abs=0.021)


async def test_E14_stop_is_a_hang_up_and_a_closed_socket_is_a_loss():
    *_, stopped = await hear(net.stop())
    *_, dropped = await hear()
    assert (stopped, dropped) == ("hung_up", "lost")


async def test_out_of_order_and_doubled_frames_are_heard_once_and_in_order():
    texts = spoken(net.frames_of(tone(1.0)))
    straight, _, _ = await hear(*texts, net.stop())
    shuffled = [*texts]
    for at in range(0, 48, 4):
        shuffled[at], shuffled[at + 2] = shuffled[at + 2], shuffled[at]
    doubled = [text for text in shuffled for _ in range(2)]
    crooked, line, _ = await hear(*doubled, net.stop())
    assert crooked.pcm == straight.pcm
    assert line.counters.repeated == 50


async def test_lost_frames_leave_silence_of_the_same_length():
    texts = spoken(net.frames_of(tone(2.0)))
    lost = {20, 21, 22, 60, 99}
    heard, line, _ = await hear(*(text for chunk, text in enumerate(texts, 1) if chunk not in lost), net.stop())
    assert heard.seconds == pytest.approx(2.0, abs=0.021)
    assert line.microphone.lost_frames == len(lost)
    assert line.counters.missing >= 4


async def test_bad_base64_becomes_a_hole_and_delays_nothing_behind_it():
    texts = spoken(net.frames_of(tone(1.0)))
    texts[10] = texts[10].replace('"payload": "', '"payload": "!')
    heard, line, _ = await hear(*texts, net.stop())
    assert heard.seconds == pytest.approx(1.0, abs=0.021)
    assert line.counters.unreadable == 1
    assert line.counters.reordered == 0


async def test_sound_of_another_stream_or_track_is_counted_and_not_heard():
    mine, theirs = net.frames_of(tone(0.2)), net.frames_of(tone(0.2, hertz=2_000))
    texts = [net.media(n, frame, stream="MZother") for n, frame in enumerate(theirs, 1)]
    texts += [net.media(n, frame, track="outbound") for n, frame in enumerate(theirs, 1)]
    heard, line, _ = await hear(*texts, net.stop("MZother"), *spoken(mine), net.stop())
    assert heard.seconds == pytest.approx(0.2, abs=0.021)
    assert frequency(heard.pcm) == pytest.approx(440, abs=20)
    assert line.counters.foreign == 21


async def test_sound_before_the_start_is_heard_after_it():
    frames = spoken(net.frames_of(tone(0.4)))
    socket = MediaStream().says(net.connected(), *frames[:10], net.start(), *frames[10:], net.stop())
    line = await line_on(socket)
    heard = Listener()
    line.microphone.attach(heard)
    assert await line.run() == "hung_up"
    assert heard.seconds == pytest.approx(0.4, abs=0.021)


async def test_ten_unreadable_messages_in_a_row_close_the_line_with_a_reason():
    socket = MediaStream().says(net.start(), *["nonsense"] * 30)
    line = await line_on(socket)
    assert await line.run() == "error"
    assert socket.closed_because == "10 messages in a row could not be read"
    assert line.counters.unreadable == 10


async def test_nonsense_among_speech_is_counted_and_the_call_lives():
    texts = [text for frame in spoken(net.frames_of(tone(1.0))) for text in (*["x"] * 3, frame)]
    heard, line, reason = await hear(*texts, net.media(51, bytes(1 << 20)), net.stop())
    assert reason == "hung_up"
    assert heard.seconds == pytest.approx(1.0, abs=0.021)
    assert line.counters.unreadable == 151


async def test_a_second_start_of_the_same_call_begins_a_new_time_line():
    first, second = net.frames_of(tone(0.4)), net.frames_of(tone(0.4))
    again = [net.media(n, frame, stream="MZ2") for n, frame in enumerate(second, 1)]
    heard, line, _ = await hear(*spoken(first), net.start("MZ2"), *again, net.stop("MZ2"))
    assert heard.seconds == pytest.approx(0.8, abs=0.021)
    assert line.counters.restarts == 1
    assert line.counters.repeated == 0


async def test_a_start_of_another_call_on_the_same_socket_changes_nothing():
    heard, line, _ = await hear(net.start("MZ2", "CAother"), *spoken(net.frames_of(tone(0.2))), net.stop())
    assert heard.seconds == pytest.approx(0.2, abs=0.021)
    assert line.counters.misplaced == 1


async def test_a_lying_time_line_is_not_filled_without_end():
    texts = [net.media(n, b"\xff" * 160, timestamp=n * 9_000) for n in range(1, 2_000)]
    heard, _, _ = await hear(*texts, net.stop())
    assert heard.seconds < 2_000 * 0.02 * 2 + 30


async def test_a_burst_leaves_the_loop_to_others():
    socket = MediaStream().says(net.start(), *spoken(net.frames_of(tone(60.0))), net.stop())
    line = await line_on(socket)
    turns = 0
    running = asyncio.ensure_future(line.run())
    while not running.done():
        turns += 1
        await asyncio.sleep(0)
    assert running.result() == "hung_up"
    assert turns > 3_000 / 64


async def test_a_socket_that_goes_quiet_without_closing_is_lost():
    socket = MediaStream().says(net.start())
    line = await line_on(socket, LineOptions(silent_seconds=0.01))
    assert await line.run() == "lost"
    assert socket.closed_because == "nothing was heard any more"


async def test_hanging_up_closes_the_socket_and_ends_the_microphone():
    socket = MediaStream().says(net.start())
    line = await line_on(socket)
    running = asyncio.ensure_future(line.run())
    await line.hang_up()
    assert await running == "call_over"
    assert socket.closed_because == "the call is over"
    assert line.microphone.ended
    assert line.earpiece.closed
    await line.hang_up()


async def test_F06_F08_what_the_person_hears_goes_out_as_mu_law_frames_of_twenty_milliseconds():
    async with live_line() as (line, socket):
        sound = tone(0.2, rate=16_000)
        for at in range(0, len(sound), FRAME_BYTES):
            line.earpiece.play(AudioFrame(sound[at : at + FRAME_BYTES], 0.0), source="rep")
        told = await socket.until_told("media", 10)
    payloads = [base64.b64decode(message["media"]["payload"]) for message in told]
    assert [len(payload) for payload in payloads] == [160] * 10
    pcm = np.frombuffer(g711.to_pcm(b"".join(payloads)), "<i2")
    assert np.abs(pcm[200:]).max() == pytest.approx(12_000, rel=0.05)
    assert {message["streamSid"] for message in told} == {net.STREAM}


async def test_sound_goes_out_at_the_speed_of_sound():
    async with live_line() as (line, socket):
        began = asyncio.get_running_loop().time()
        for _ in range(30):
            await line.earpiece.say(AudioFrame(SILENCE, 0.0), source="narrator")
        await socket.until_told("media", 30)
        took = asyncio.get_running_loop().time() - began
    assert took >= 29 * FRAME_SECONDS - 0.005


async def test_a_pause_is_marked_and_the_mark_comes_back_when_it_was_heard():
    async with live_line() as (line, socket):
        line.earpiece.play(AudioFrame(SILENCE, 0.0), source="rep")
        (mark,) = await socket.until_told("mark")
        socket.says(net.mark(mark["mark"]["name"]))
    assert line.counters.marks_sent == 1
    assert line.counters.marks_returned == 1


async def test_prepared_speech_is_marked_every_half_second_and_heard_when_its_marks_come_back():
    async with live_line() as (line, socket):
        hearing = line.earpiece.hearing
        for _ in range(60):
            await line.earpiece.say(AudioFrame(SILENCE, 0.0), source="narrator")
        marks = [message["mark"]["name"] for message in await socket.until_told("mark", 3)]
        assert hearing.heard("narrator") == 0
        heard = []
        for name in marks:
            socket.says(net.mark(name))
            await hearing.changed()
            heard.append(hearing.heard("narrator"))
    assert heard == [25, 50, 60]


async def test_a_voice_that_goes_on_leaves_no_end_of_a_reply_unmarked():
    async with live_line() as (line, socket):
        await line.earpiece.say(AudioFrame(SILENCE, 0.0), source="narrator")
        while not [message for message in socket.told if message["event"] == "mark"]:
            line.earpiece.play(AudioFrame(SILENCE, 0.0), source="rep")
            await socket.until_told("media", len(socket.told) + 1)
    assert 24 <= line.counters.frames_sent <= 26


async def test_marks_that_come_back_because_of_a_clear_prove_nothing():
    async with live_line() as (line, socket):
        for _ in range(100):
            await line.earpiece.say(AudioFrame(SILENCE, 0.0), source="narrator")
        first, second = [message["mark"]["name"] for message in await socket.until_told("mark", 2)]
        socket.says(net.mark(first))
        await line.earpiece.hearing.changed()
        line.earpiece.hush("narrator")
        await socket.until_told("clear")
        socket.says(net.mark(second), net.mark("never sent"))
        await until(lambda: line.counters.marks_returned == 3)
        assert line.earpiece.hearing.heard("narrator") == 25


async def test_what_waits_at_the_far_end_behind_a_mark_is_cleared_too():
    async with live_line() as (line, socket):
        for _ in range(5):
            await line.earpiece.say(AudioFrame(SILENCE, 0.0), source="narrator")
        await socket.until_told("mark")
        line.earpiece.hush("narrator")
        line.earpiece.play(AudioFrame(SILENCE, 0.0), source="rep")
        await socket.until_told("clear")


async def test_hushing_empties_the_buffer_of_the_far_end():
    async with live_line() as (line, socket):
        for _ in range(100):
            await line.earpiece.say(AudioFrame(SILENCE, 0.0), source="narrator")
        await socket.until_told("media", 2)
        line.earpiece.hush()
        assert await socket.until_told("clear") == [{"event": "clear", "streamSid": net.STREAM}]
    assert line.counters.frames_sent < 20
    assert socket.told[-1]["event"] == "clear"


async def test_hushing_silence_tells_the_network_nothing():
    async with live_line() as (line, socket):
        line.earpiece.hush()
        line.earpiece.play(AudioFrame(SILENCE, 0.0), source="rep")
        await socket.until_told("media")
    assert socket.told[0]["event"] == "media"


async def test_keys_are_kept_and_the_oldest_dropped():
    _, line, _ = await hear(*(net.dtmf(str(n % 10)) for n in range(70)), net.stop())
    (keys,) = [keys async for keys in line.keypad]
    assert keys == "".join(str(n % 10) for n in range(6, 70))
    assert line.counters.digits_dropped == 6


async def test_a_key_comes_off_the_wire_and_the_keypad_ends_with_the_line():
    async with live_line() as (line, socket):
        socket.says(net.dtmf("4"), net.dtmf("2"))
        assert await anext(aiter(line.keypad)) == "42"
    assert [keys async for keys in line.keypad] == []


async def test_numbers_that_jump_are_counted_and_so_is_what_comes_twice():
    texts = spoken(net.frames_of(tone(1.0)))
    _, line, _ = await hear(*texts[:10], *texts[12:20], texts[19], *texts[20:], net.stop())
    assert line.counters.jumps == 2  # the hole, and the goodbye that the network numbers 99
    assert line.counters.late == 1
    assert line.counters.missing == 2
    assert line.counters.repeated == 1


async def test_a_line_tells_how_well_it_carried_its_voice_also_when_it_has_ended():
    texts = spoken(net.frames_of(tone(2.0)))
    _, line, _ = await hear(*texts[:40], *texts[60:], net.stop())
    assert line.quality is not None
    assert line.quality.loss == pytest.approx(0.2, abs=0.01)
    assert line.quality.round_trip_ms is None


async def test_what_a_line_counted_is_told_when_it_closes(caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG, logger="kitt_rtc"):
        await hear(*spoken(net.frames_of(tone(0.2))), "nonsense", net.stop())
    (told,) = [record for record in caplog.records if record.getMessage() == "line closed"]
    assert (told.frames, told.unreadable, told.leg) == (10, 1, "phone-1")


async def test_a_mark_that_comes_back_tells_the_round_trip():
    async with live_line() as (line, socket):
        socket.says(*spoken(net.frames_of(tone(0.1))))
        line.earpiece.play(AudioFrame(SILENCE, 0.0), source="rep")
        (mark,) = await socket.until_told("mark")
        socket.says(net.mark(mark["mark"]["name"]))
    assert line.quality is not None
    assert line.quality.round_trip_ms == 0.0  # on this test's clock, which stands
