"""Speech by loudness: the cheap gate in front of a neural detector, and the plain fallback where there is none.

One measure everywhere: root mean square of a frame, in parts of full scale (contract T16).
"""

from collections import deque
from dataclasses import dataclass

import numpy as np

from kitt_rtc.media.mix import loudness
from kitt_rtc.model.audio import FRAME_SAMPLES, FRAME_SECONDS, AudioFrame
from kitt_rtc.ports import SpeechDetector

SPEECH_LOUDNESS = 0.01
"""Quieter than this is silence (contract T16): 0.0099 is not heard, 0.0100 is."""


@dataclass(frozen=True, slots=True)
class EnergyOptions:
    loudness: float = SPEECH_LOUDNESS
    """The quietest speech, RMS in parts of full scale."""
    preroll_frames: int = 8
    """Quiet frames the inner detector is shown when the gate opens: it judges a beginning by what came before."""
    hangover_frames: int = 25
    """Quiet frames the inner detector still hears before the gate closes: it sees the end of a word for itself."""


_PLAIN = EnergyOptions()


class LoudnessDetector:
    """Speech is what is loud enough: it takes noise for speech. Stands in where no neural detector can."""

    def __init__(self, options: EnergyOptions = _PLAIN) -> None:
        self._loudness = options.loudness

    def hears(self, frame: AudioFrame) -> bool:
        return loudness(frame.pcm) >= self._loudness

    def close(self) -> None:
        """Nothing is held."""


class GatedDetector:
    """A detector that is asked only while there is something to hear, so that silence costs next to nothing."""

    def __init__(self, inner: SpeechDetector, options: EnergyOptions = _PLAIN) -> None:
        self._inner = inner
        self._options = options
        self._before: deque[AudioFrame] = deque(maxlen=options.preroll_frames)
        self._quiet = options.hangover_frames

    def hears(self, frame: AudioFrame) -> bool:
        if loudness(frame.pcm) >= self._options.loudness:
            self._quiet = 0
        elif self._quiet < self._options.hangover_frames:
            self._quiet += 1
        else:
            self._before.append(frame)
            return False
        while self._before:
            self._inner.hears(self._before.popleft())
        return self._inner.hears(frame)

    def close(self) -> None:
        self._inner.close()


def loud_seconds(pcm: bytes, *, at_least: float = SPEECH_LOUDNESS) -> float:
    """How much of a sound is as loud as speech, counted in whole frames; a rest counts as one."""
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    samples = np.pad(samples, (0, -len(samples) % FRAME_SAMPLES))
    frames = samples.reshape(-1, FRAME_SAMPLES)
    powers = np.einsum("ij,ij->i", frames, frames) / FRAME_SAMPLES
    return float(np.count_nonzero(powers >= (at_least * 32_768.0) ** 2)) * FRAME_SECONDS
