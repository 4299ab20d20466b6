"""A browser's packets, as they come, become house sound on the sender's own time line."""

import random
from collections.abc import Iterable

import numpy as np
import pytest
from aiortc.rtp import RtpPacket

from kitt_rtc.media.track import MediaTrack
from kitt_rtc.model.audio import FRAME_BYTES, RATE, AudioFrame
from kitt_rtc.transports.webrtc.ear import Ear
from kitt_rtc.transports.webrtc.opus import OpusDecoder, libopus
from tests.fakes import browser
from tests.sounds.made import loudest_hertz, rms, silence, tone
from tests.support.opus_packets import opus_packets

_TICKS = 960
"""RTP time of twenty milliseconds."""


class Heard:
    """An ear, the track behind it and all that came out. Fits `media.track.Sink`."""

    def __init__(self) -> None:
        library = libopus()
        assert library is not None
        self.ear = Ear(OpusDecoder(library))
        self.ear.hearer = self._hear
        self.track = MediaTrack(lambda: 0.0)
        self.track.attach(self)
        self.frames: list[AudioFrame] = []

    @property
    def pcm(self) -> bytes:
        return b"".join(frame.pcm for frame in self.frames)

    def offer(self, frame: AudioFrame) -> None:
        self.frames.append(frame)

    def end(self) -> None:
        pass

    def takes(self, packets: Iterable[RtpPacket]) -> "Heard":
        for packet in packets:
            wish, frame = self.ear.add(packet)
            assert (wish, frame) == (False, None)  # aiortc is given nothing to decode
        return self

    def _hear(self, pcm: bytes, at: float, lost: bool) -> None:
        self.track.push(pcm, rate=RATE, at=at, lost=lost)


def packet(number: int, data: bytes, *, first: int = 1_000, stamp: int = 5_000) -> RtpPacket:
    made = RtpPacket(sequence_number=(first + number) & 0xFFFF, timestamp=(stamp + number * _TICKS) & 0xFFFFFFFF)
    made._data = data
    return made


def packets(pcm: bytes, *, first: int = 1_000, stamp: int = 5_000) -> list[RtpPacket]:
    return [packet(number, data, first=first, stamp=stamp) for number, data in enumerate(opus_packets(pcm))]


def test_a_tone_is_heard_with_its_pitch_its_level_and_its_length():
    heard = Heard().takes(packets(tone(1.0)))
    assert len(heard.frames) == 50
    assert loudest_hertz(heard.pcm) == pytest.approx(440, abs=2)
    assert rms(heard.pcm[FRAME_BYTES * 5 :]) == pytest.approx(rms(tone(1.0)), rel=0.1)


def test_each_packet_is_heard_within_the_call_that_brings_it():
    heard = Heard()
    for count, one in enumerate(packets(tone(0.2)), 1):
        heard.takes([one])
        assert len(heard.frames) == count


def test_what_comes_in_disorder_or_twice_is_heard_once_and_in_order():
    straight = packets(tone(1.0))
    crooked = [*straight]
    for at in range(0, 48, 4):
        crooked[at + 1], crooked[at + 3] = crooked[at + 3], crooked[at + 1]
    doubled = [one for one in crooked for _ in range(2)]
    assert Heard().takes(doubled).pcm == Heard().takes(straight).pcm


def test_a_single_lost_packet_is_made_good():
    said = packets(tone(1.0))
    heard = Heard().takes(said[:25] + said[26:])
    assert len(heard.frames) == 50
    assert rms(heard.frames[25].pcm) > 0.5 * rms(tone(0.02))
    assert heard.track.lost_frames == 1


def test_more_lost_packets_leave_silence_of_their_length():
    said = packets(tone(1.0))
    heard = Heard().takes(said[:20] + said[25:])
    assert len(heard.frames) == 50
    assert b"".join(frame.pcm for frame in heard.frames[20:25]) == silence(0.1)
    assert rms(heard.frames[30].pcm) > 0.1
    assert heard.track.lost_frames == 5
    assert [frame.at for frame in heard.frames] == pytest.approx([number * 0.02 for number in range(50)])


def test_numbers_and_times_that_come_round_leave_no_hole():
    heard = Heard().takes(packets(tone(1.0), first=0xFFFF - 10, stamp=0xFFFFFFFF - 20 * _TICKS - 7))
    assert len(heard.frames) == 50
    assert heard.track.lost_frames == 0
    assert loudest_hertz(heard.pcm) == pytest.approx(440, abs=2)


def test_a_hole_while_the_time_comes_round_has_its_right_length():
    said = packets(tone(1.0), stamp=0xFFFFFFFF - 22 * _TICKS)
    heard = Heard().takes(said[:20] + said[25:])
    assert (len(heard.frames), heard.track.lost_frames) == (50, 5)


def test_garbage_never_raises_and_the_voice_is_heard_behind_it():
    chance = random.Random(3)
    heard = Heard()
    said = opus_packets(tone(2.0))
    for number, data in enumerate(said):
        rubbish = chance.choice([b"", b"\xff", chance.randbytes(chance.randrange(1, 1_200)), data[: len(data) // 2]])
        heard.takes([packet(number, rubbish if number < 50 else data)])
    assert rms(heard.pcm[-FRAME_BYTES * 30 :]) == pytest.approx(rms(tone(1.0)), rel=0.2)


def test_times_that_jump_about_never_raise():
    chance = np.random.default_rng(4)
    heard = Heard()
    for number, data in enumerate(opus_packets(tone(1.0))):
        heard.takes([packet(number, data, stamp=int(chance.integers(1 << 32)))])
    assert len(heard.frames) >= 50


def test_nobody_hears_once_the_connection_is_closed():
    heard = Heard()
    heard.ear.hearer = None
    assert heard.takes(packets(tone(0.2))).frames == []


@pytest.mark.parametrize("found", [True, False], ids=["by libopus", "by aiortc's own decoder"])
async def test_a_browser_is_heard_with_libopus_and_without(monkeypatch: pytest.MonkeyPatch, *, found: bool):
    if not found:
        monkeypatch.setattr("kitt_rtc.transports.webrtc.session.libopus", lambda: None)
    async with browser.talking() as talk:
        tap = talk.peer.microphone.tap()
        await talk.caller.play(tone(1.0))
        heard = b""
        async for frame in tap:
            heard += frame.pcm
            if rms(heard[-FRAME_BYTES * 10 :]) > 0.15 and len(heard) > FRAME_BYTES * 40:
                break
    assert loudest_hertz(heard[-FRAME_BYTES * 10 :]) == pytest.approx(440, abs=5)
