"""The one sound of the house: 16 kHz, mono, 16-bit signed little-endian, in frames of twenty milliseconds."""

from collections.abc import Callable
from dataclasses import dataclass

RATE = 16_000
"""Samples per second."""
FRAME_SECONDS = 0.020
FRAME_SAMPLES = 320
SAMPLE_BYTES = 2
FRAME_BYTES = FRAME_SAMPLES * SAMPLE_BYTES
FULL_SCALE = 32_768.0
"""One over the largest sample: divides 16-bit units into parts of full scale."""

SILENCE = bytes(FRAME_BYTES)

Clock = Callable[[], float]
"""Seconds since the call began."""


def seconds_of(pcm: bytes | bytearray | memoryview) -> float:
    """The length of house sound, in seconds."""
    return len(pcm) / (RATE * SAMPLE_BYTES)


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """Twenty milliseconds of the house sound."""

    pcm: bytes
    """16-bit little-endian samples, mono, 16 kHz."""
    at: float
    """Seconds since the call began, of the first sample."""

    @property
    def seconds(self) -> float:
        return seconds_of(self.pcm)
