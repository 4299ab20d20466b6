import struct

import numpy as np
import pytest

from kitt_rtc.media.resample import to_house
from kitt_rtc.media.wav import read_wav, write_wav
from kitt_rtc.model.errors import BadSound
from tests.sounds.made import loudest_hertz, rms, tone


def wav(samples: bytes, *, kind: int = 1, channels: int = 1, rate: int = 16_000, bits: int = 16) -> bytes:
    block = channels * bits // 8
    form = struct.pack("<HHIIHH", kind, channels, rate, rate * block & 0xFFFFFFFF, block, bits)
    return (
        b"RIFF" + struct.pack("<I", 36 + len(samples)) + b"WAVEfmt " + struct.pack("<I", 16) + form
        + b"data" + struct.pack("<I", len(samples)) + samples
    )  # fmt: skip


def test_F10_what_a_transcriber_gets_is_pcm_16_bit_16_khz_mono():
    sound = tone(0.1)
    data = write_wav(sound)
    assert struct.unpack_from("<HHIIHH", data, 20) == (1, 1, 16_000, 32_000, 2, 16)
    assert data[44:] == sound
    assert read_wav(data) == sound


@pytest.mark.parametrize("rate", [8_000, 11_025, 22_050, 44_100, 48_000, 96_000])
def test_E04_any_rate_is_read(rate: int):
    house = read_wav(wav(tone(0.5, rate=rate), rate=rate))
    assert abs(len(house) / 2 - 8_000) <= 2
    assert abs(loudest_hertz(house) - 440) < 4


def _as(bits: int, kind: int) -> bytes:
    sine = np.sin(2 * np.pi * 440 * np.arange(8_000) / 16_000) * 0.3
    match kind, bits:
        case 1, 8:
            return (sine * 127 + 128).astype(np.uint8).tobytes()
        case 1, 24:
            wide = (sine * (2**31 - 1)).astype("<i4")
            return wide.view(np.uint8).reshape(-1, 4)[:, 1:].tobytes()
        case 1, 32:
            return (sine * (2**31 - 1)).astype("<i4").tobytes()
        case 3, 32:
            return sine.astype("<f4").tobytes()
        case 3, 64:
            return sine.astype("<f8").tobytes()
    raise AssertionError


@pytest.mark.parametrize(("kind", "bits"), [(1, 8), (1, 24), (1, 32), (3, 32), (3, 64)])
def test_E04_any_width_is_read_at_its_level(kind: int, bits: int):
    house = read_wav(wav(_as(bits, kind), kind=kind, bits=bits))
    assert len(house) == 16_000
    assert abs(rms(house) / rms(tone(0.5)) - 1) < 0.02


def test_E04_channels_are_averaged():
    left = np.frombuffer(tone(0.2), "<i2")
    stereo = np.stack([left, np.zeros_like(left)], axis=1).tobytes()
    assert abs(rms(read_wav(wav(stereo, channels=2))) / (rms(tone(0.2)) / 2) - 1) < 0.02


def test_a_float_that_is_no_number_is_silence():
    samples = np.array([np.nan, np.inf, -np.inf, 0.5], "<f4").tobytes()
    assert np.frombuffer(read_wav(wav(samples, kind=3, bits=32)), "<i2").tolist() == [0, 32_767, -32_768, 16_384]


def test_a_header_that_promises_more_than_there_is_gives_what_there_is():
    data = bytearray(wav(tone(0.1)))
    struct.pack_into("<I", data, 40, 0xFFFFFFFF)
    assert read_wav(bytes(data)) == tone(0.1)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "RIFF"),
        (b"ID3\x04 this is an mp3", "RIFF"),
        (b"RIFF\0\0\0\0WAVE", "no format"),
        (wav(b""), "no samples"),
        (wav(tone(0.1), rate=1), "samples a second"),
        (wav(tone(0.1), rate=4_000_000_000), "samples a second"),
        (wav(tone(0.1), channels=0), "channels"),
        (wav(tone(0.1), channels=200), "channels"),
        (wav(tone(0.1), bits=12), "12 bits"),
        (wav(tone(0.1), kind=85), "format 85"),
        (wav(tone(0.1))[:30], "cut short"),
    ],
)
def test_what_cannot_be_read_says_why(data: bytes, why: str):
    with pytest.raises(BadSound, match=why):
        read_wav(data)


def test_a_file_longer_than_allowed_is_refused_before_it_is_converted():
    with pytest.raises(BadSound, match="longer than 1 seconds"):
        read_wav(wav(tone(1.5)), max_seconds=1.0)


@pytest.mark.parametrize("rate", [8_000, 16_000, 44_100])
def test_a_long_file_is_read_in_pieces_without_a_seam(rate: int):
    whole = tone(20.0, rate=rate)
    assert read_wav(wav(whole, rate=rate)) == to_house(whole, rate=rate)
