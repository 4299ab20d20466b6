"""The way from one loudspeaker into the microphone beside it, learnt while it is heard.

A partitioned-block Kalman filter in the frequency domain (Enzner and Vary 2006; Kuech, Mabande and Enzner 2014): it
knows of each part of the path how unsure it is, so that it learns fast at first, hardly at all while the person speaks,
and needs nobody to tell it of double talk. 140 ms in seven blocks of a frame each, so that nothing is heard later.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kitt_rtc.media.far_end import Samples
from kitt_rtc.model.audio import FRAME_SAMPLES

Spectrum = NDArray[np.complex64]
Power = NDArray[np.float32]

BLOCKS = 7
SHOWN_SAMPLES = 2 * FRAME_SAMPLES
"""What a step is shown of the far end: the frame's own stretch, and the one before it."""
_BINS = FRAME_SAMPLES + 1
_KEEPS = np.float32(0.997**2)
"""So much of a path, in power, is the same a frame later: people move, and clocks drift."""
_STRENGTH = np.float32(0.1)
"""The power of an unknown path: an echo 10 dB below what was played."""
_FADES = np.float32(0.6)
"""Each block of an unknown path is expected to be so much weaker than the one before it."""
_SHAPE = _FADES ** np.arange(BLOCKS, dtype=np.float32)
_UNKNOWN: Power = (_STRENGTH * _SHAPE / _SHAPE.sum())[:, None]
_NEVER_SURE = np.float32(0.03)
"""So much of an unknown path may be there a frame later where there was none: somebody takes the mute off."""
_STAYS = np.float32(0.8)
"""How slowly the guess at what is not echo follows."""
_SURE = np.float32(0.3)
"""So much of what remains is taken for somebody else's, whatever the doubt."""
_SHRINKS = np.float32(0.3)
"""One frame takes no more of the doubt: a microphone that is silent for a moment would prove that there is no path."""
_TURNS = 3
_HALF = np.float32(0.5)
"""A frame is half of what is transformed."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A frame of the microphone without its echo; the rest are powers by frequency."""

    rest: Samples
    seen: Power
    """Of what remained."""
    echo: Power
    """Of what was taken away."""
    doubt: Power
    """Of what may be left of it, as far as the path knows itself."""


class EchoPath:
    """Of one leg. A step costs about a quarter of a millisecond."""

    def __init__(self) -> None:
        self._path: Spectrum = np.zeros((BLOCKS, _BINS), np.complex64)
        self._unsure: Power = np.repeat(_UNKNOWN, _BINS, axis=1)
        self._other: Power | None = None
        self._turn = 0
        self._far: Spectrum = np.zeros((BLOCKS, _BINS), np.complex64)
        self._far_power: Power = np.zeros((BLOCKS, _BINS), np.float32)

    def again(self) -> "EchoPath":
        """Another that has learnt the same, and has been shown nothing yet."""
        twin = EchoPath()
        twin._path, twin._unsure = self._path.copy(), self._unsure.copy()
        return twin

    def step(self, far: Samples, near: Samples) -> Cleaned:
        """The next frame of the microphone; `far` ends with it, later by what the path begins with."""
        self._show(far)
        echo: Spectrum = (self._far * self._path).sum(axis=0)
        rest = near - np.fft.irfft(echo, SHOWN_SAMPLES)[FRAME_SAMPLES:].astype(np.float32)
        padded = np.concatenate((np.zeros(FRAME_SAMPLES, np.float32), rest))
        spectrum = np.fft.rfft(padded).astype(np.complex64, copy=False)
        seen = power(spectrum)
        return Cleaned(rest, seen, power(echo) * _HALF, self._learn(spectrum, seen))

    def _show(self, far: Samples) -> None:
        self._far[1:] = self._far[:-1].copy()
        self._far_power[1:] = self._far_power[:-1].copy()
        self._far[0] = np.fft.rfft(far)
        self._far_power[0] = power(self._far[0])

    def _learn(self, rest: Spectrum, seen: Power) -> Power:
        """What may be left of the echo, as it was before this frame taught anything."""
        doubted = self._far_power * self._unsure
        doubt: Power = doubted.sum(axis=0) * _HALF
        other = np.maximum(seen - doubt, _SURE * seen)
        self._other = other if self._other is None else _STAYS * self._other + (1 - _STAYS) * other
        gain = self._unsure / (doubt + self._other + 1)
        self._path += gain * np.conj(self._far) * rest
        self._trim()
        self._unsure -= np.minimum(_HALF * gain * doubted, _SHRINKS * self._unsure)
        self._unsure *= _KEEPS
        self._unsure += (1 - _KEEPS) * (power(self._path) + _NEVER_SURE * _UNKNOWN)
        return doubt

    def _trim(self) -> None:
        """The answer of a room begins with the sound, and a block ends with the block; a third of them a frame."""
        self._turn = (self._turn + 1) % _TURNS
        taps = np.fft.irfft(self._path[self._turn :: _TURNS], SHOWN_SAMPLES, axis=1)
        taps[:, FRAME_SAMPLES:] = 0.0
        self._path[self._turn :: _TURNS] = np.fft.rfft(taps, axis=1)


def power(spectrum: Spectrum) -> Power:
    """Magnitudes squared."""
    squared: Power = spectrum.real**2 + spectrum.imag**2
    return squared
