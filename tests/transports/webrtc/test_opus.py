"""Opus to house sound by libopus itself."""

import os

import numpy as np
import pytest

from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SAMPLES, RATE
from kitt_rtc.transports.webrtc.opus import OpusDecoder, libopus
from tests.sounds.made import loudest_hertz, rms, tone
from tests.support.opus_packets import opus_packets


def decoder() -> OpusDecoder:
    library = libopus()
    assert library is not None
    return OpusDecoder(library)


def decoded(packets: list[bytes]) -> bytes:
    voice = decoder()
    return b"".join(voice.decode(packet) for packet in packets)


@pytest.mark.parametrize("hertz", [300, 440, 1_000, 3_000])
def test_a_tone_comes_back_with_its_pitch_its_level_and_its_length(hertz: int):
    said = tone(1.0, hertz=hertz)
    heard = decoded(opus_packets(said))
    assert len(heard) == len(said)
    assert loudest_hertz(heard[FRAME_BYTES * 5 :]) == pytest.approx(hertz, abs=2)
    assert rms(heard[FRAME_BYTES * 5 :]) == pytest.approx(rms(said), rel=0.1)


def test_two_channels_at_48_kHz_as_a_browser_sends_them_are_one_at_16():
    one = np.frombuffer(tone(1.0, rate=48_000), "<i2")
    heard = decoded(opus_packets(np.repeat(one, 2).tobytes(), rate=48_000, layout="stereo"))
    assert len(heard) == RATE * 2
    assert loudest_hertz(heard[FRAME_BYTES * 5 :]) == pytest.approx(440, abs=2)


def test_a_packet_that_never_came_is_made_good():
    packets = opus_packets(tone(1.0))
    voice = decoder()
    for packet in packets[:25]:
        voice.decode(packet)
    concealed = voice.conceal(FRAME_SAMPLES)
    assert len(concealed) == FRAME_BYTES
    assert rms(concealed) == pytest.approx(rms(tone(0.02)), rel=0.3)


def test_what_is_no_opus_is_no_sound_and_never_raises():
    voice = decoder()
    assert voice.decode(b"") == b""
    assert voice.decode(b"\xff") == b""
    chance = np.random.default_rng(1)
    for length in range(1, 1_500, 3):
        heard = voice.decode(chance.bytes(length))
        assert len(heard) <= RATE * 0.12 * 2
    good = opus_packets(tone(1.0))
    assert rms(b"".join(voice.decode(packet) for packet in good)[FRAME_BYTES * 10 :]) > 0.1


def test_cut_and_spoiled_packets_never_raise():
    chance = np.random.default_rng(2)
    voice = decoder()
    for packet in opus_packets(tone(2.0)):
        spoiled = bytearray(packet[: int(chance.integers(1, len(packet) + 1))])
        spoiled[int(chance.integers(len(spoiled)))] ^= os.urandom(1)[0]
        assert len(voice.decode(bytes(spoiled))) <= RATE * 0.12 * 2
