"""What callers say: the sample calls' people, one breath at a time."""

from collections.abc import Iterator
from itertools import pairwise

from kitt_rtc import samples
from kitt_rtc.media.files import read_sound
from kitt_rtc.media.mix import loudness
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS

MOST_LATE_SECONDS = 0.020
"""A generator whose slowest frames are later than this measures itself."""
_VOICES = ("support/technician.ogg", "sales/rep.ogg", "sales/customer.ogg")
_SHORTEST, _LONGEST = 1.0, 2.9
"""Seconds of a breath: long enough to be kept, short enough to be one segment."""
_PAUSE_FRAMES = 8
"""0.16 s of silence end a breath here; 0.4 s end a sentence in the house."""


def breaths() -> list[bytes]:
    """House sound."""
    return [breath for name in _VOICES for breath in _breaths(read_sound(samples.CALLS / name))]


def _breaths(pcm: bytes) -> Iterator[bytes]:
    frames = [pcm[at : at + FRAME_BYTES] for at in range(0, len(pcm), FRAME_BYTES)]
    loud = [number for number, frame in enumerate(frames) if loudness(frame) >= 0.01]
    first = loud[0]
    for last, following in pairwise([*loud, len(frames) + _PAUSE_FRAMES]):
        if following - last > _PAUSE_FRAMES:
            if _SHORTEST <= (last - first) * FRAME_SECONDS <= _LONGEST:
                yield b"".join(frames[first : last + 1])
            first = following
