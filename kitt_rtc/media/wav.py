"""PCM and WAV bytes, both ways. Reads what people really send: any rate, width and number of channels.

A header is a claim, not a fact: sizes are checked against the bytes that are there.
"""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kitt_rtc.media import g711
from kitt_rtc.media.resample import Resampler
from kitt_rtc.model.audio import RATE
from kitt_rtc.model.errors import BadSound

_PCM, _FLOAT, _ULAW, _EXTENSIBLE = 0x0001, 0x0003, 0x0007, 0xFFFE
_RATES = range(4_000, 192_001)
_MOST_CHANNELS = 16
_FRAMES_AT_ONCE = 65_536


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a `fmt ` chunk says."""

    kind: int
    channels: int
    rate: int
    """Samples per second."""
    bits: int
    """Per sample of one channel."""

    @property
    def frame_bytes(self) -> int:
        return self.channels * self.bits // 8


def write_wav(pcm: bytes, *, rate: int = RATE) -> bytes:
    """Mono 16-bit samples as a WAV file (contract F10: PCM 16-bit, 16 kHz, mono)."""
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF", 36 + len(pcm), b"WAVE", b"fmt ", 16, _PCM, 1, rate, rate * 2, 2, 16, b"data", len(pcm),
    )  # fmt: skip
    return header + pcm


def read_wav(data: bytes, *, max_seconds: float = 3_600.0) -> bytes:
    """Any WAV file as house sound, its channels averaged.

    Raises BadSound, saying why, when it is not one, holds no sample, or is longer than `max_seconds`.
    """
    shape, body = _parse(memoryview(data))
    frames = len(body) // shape.frame_bytes
    if not frames:
        raise BadSound("the WAV file holds no samples")
    if frames > max_seconds * shape.rate:
        raise BadSound(f"the WAV file is longer than {max_seconds:.0f} seconds")
    return b"".join(_house_pieces(shape, body[: frames * shape.frame_bytes]))


def _house_pieces(shape: _Shape, body: memoryview) -> Iterator[bytes]:
    """House sound a few seconds at a time: an hour of it, worked on at once, would take gigabytes."""
    resampler = Resampler(rate=shape.rate)
    step = _FRAMES_AT_ONCE * shape.frame_bytes
    for start in range(0, len(body), step):
        yield resampler.feed(_mono(shape, body[start : start + step]))
    yield resampler.flush()


def _parse(data: memoryview) -> tuple[_Shape, memoryview]:
    if len(data) < 12 or bytes(data[:4]) != b"RIFF" or bytes(data[8:12]) != b"WAVE":
        raise BadSound("not a WAV file: it does not begin with RIFF … WAVE")
    shape: _Shape | None = None
    position = 12
    while position + 8 <= len(data):
        name = bytes(data[position : position + 4])
        (size,) = struct.unpack_from("<I", data, position + 4)
        chunk = data[position + 8 : position + 8 + size]
        if name == b"fmt ":
            shape = _shape(chunk)
        elif name == b"data":
            if shape is None:
                raise BadSound("the WAV file's sound comes before its format")
            return shape, chunk
        position += 8 + size + (size & 1)
    raise BadSound("the WAV file has no format" if shape is None else "the WAV file has no sound in it")


def _shape(chunk: memoryview) -> _Shape:
    if len(chunk) < 16:
        raise BadSound("the WAV file's format is cut short")
    kind, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", chunk)
    if kind == _EXTENSIBLE and len(chunk) >= 26:
        (kind,) = struct.unpack_from("<H", chunk, 24)
    if not 1 <= channels <= _MOST_CHANNELS:
        raise BadSound(f"the WAV file claims {channels} channels; 1 to {_MOST_CHANNELS} can be read")
    if rate not in _RATES:
        raise BadSound(f"the WAV file claims {rate} samples a second; {_RATES.start} to {_RATES.stop - 1} can be read")
    if (kind, bits) not in _READERS:
        raise BadSound(f"WAV format {kind} with {bits} bits cannot be read; send PCM of 8 to 32 bits or float")
    return _Shape(kind, channels, rate, bits)


def _mono(shape: _Shape, body: memoryview) -> bytes:
    samples = _READERS[shape.kind, shape.bits](body)
    if shape.channels > 1:
        samples = samples.reshape(-1, shape.channels).mean(axis=1, dtype=np.float32)
    whole: NDArray[np.float32] = np.clip(np.rint(samples * 32_768.0), -32_768, 32_767)
    return whole.astype("<i2").tobytes()


def _of_24_bits(body: memoryview) -> NDArray[np.float32]:
    parts = np.frombuffer(body, np.uint8).reshape(-1, 3)
    wide = np.zeros((len(parts), 4), np.uint8)
    wide[:, 1:] = parts
    return _of_whole(memoryview(wide.tobytes()), "<i4")


def _of_float(body: memoryview, kind: str) -> NDArray[np.float32]:
    samples = np.nan_to_num(np.frombuffer(body, kind), nan=0.0, posinf=1.0, neginf=-1.0).astype(np.float32)
    clipped: NDArray[np.float32] = samples.clip(-1.0, 1.0)
    return clipped


def _of_whole(body: memoryview, kind: str) -> NDArray[np.float32]:
    samples = np.frombuffer(body, kind)
    parts: NDArray[np.float32] = samples.astype(np.float32) / np.float32(-float(np.iinfo(samples.dtype).min))
    return parts


def _of_8_bits(body: memoryview) -> NDArray[np.float32]:
    """The one width that WAV keeps unsigned."""
    return (np.frombuffer(body, np.uint8).astype(np.float32) - np.float32(128)) / np.float32(128)


def _of_ulaw(body: memoryview) -> NDArray[np.float32]:
    return _of_whole(memoryview(g711.to_pcm(bytes(body))), "<i2")


_Reader = Callable[[memoryview], NDArray[np.float32]]
_READERS: dict[tuple[int, int], _Reader] = {
    (_PCM, 8): _of_8_bits,
    (_PCM, 16): lambda body: _of_whole(body, "<i2"),
    (_PCM, 24): _of_24_bits,
    (_PCM, 32): lambda body: _of_whole(body, "<i4"),
    (_FLOAT, 32): lambda body: _of_float(body, "<f4"),
    (_FLOAT, 64): lambda body: _of_float(body, "<f8"),
    (_ULAW, 8): _of_ulaw,
}
"""Samples between -1 and 1 by format and bits."""
