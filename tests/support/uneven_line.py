"""A line over which frames come unevenly, from a sender whose clock is not ours: simulated, as fast as it computes."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from kitt_rtc.media.jitter import JitterBuffer
from kitt_rtc.model.audio import FRAME_SECONDS, SILENCE, AudioFrame

Voice = Callable[[int], bytes]
"""The sound of a frame, by its number."""


@dataclass(slots=True)
class Heard:
    """What one ear got of a voice."""

    buffer: JitterBuffer
    pcm: list[bytes] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    """Seconds from a frame's leaving to its being heard, of each frame that was."""
    held: list[int] = field(default_factory=list)
    """Frames that were held, after each pull."""

    @property
    def samples(self) -> np.ndarray:
        return np.frombuffer(b"".join(self.pcm), "<i2").astype(np.int32)

    @property
    def steepest(self) -> int:
        """The largest step between two samples, in 16-bit units."""
        return int(np.abs(np.diff(self.samples)).max())


def sent_at(seconds: float, *, ppm: float = 0.0, phase: float = 0.007) -> np.ndarray:
    """When the frames of so many seconds leave: a clock fast by `ppm` millionths sends them sooner."""
    return phase + np.arange(round(seconds / FRAME_SECONDS)) * FRAME_SECONDS * (1 - ppm * 1e-6)


def uneven(sent: np.ndarray, *, most: float, seed: int = 1) -> np.ndarray:
    """When they come: each up to `most` seconds later, in their order."""
    late = np.random.default_rng(seed).uniform(0.0, most, len(sent))
    return np.maximum.accumulate(sent + late)


def hear(voice: Voice, sent: np.ndarray, come: np.ndarray, *, seconds: float) -> Heard:
    """Pull for so many seconds, every twenty milliseconds of our clock."""
    now = 0.0
    buffer = JitterBuffer(lambda: now)
    heard, number = Heard(buffer), 0
    for pull in range(round(seconds / FRAME_SECONDS)):
        while number < len(come) and come[number] <= pull * FRAME_SECONDS:
            now = float(come[number])
            buffer.put(AudioFrame(voice(number), float(sent[number])))
            number += 1
        now = pull * FRAME_SECONDS
        frame = buffer.next()
        heard.pcm.append(SILENCE if frame is None else frame.pcm)
        heard.held.append(len(buffer))
        if frame is not None and frame.pcm != SILENCE and frame.at:
            heard.delays.append(now - frame.at)
    return heard
