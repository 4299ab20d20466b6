"""What a stretch of sound is like, whatever words an engine makes of it: does a voice carry it, or a machine?

A voice has a pitch, and the pitch moves. A telephone's tones are one or two lines that stand still; noise has no pitch;
steady noise has one loudness. The measure knows nothing of language and costs about two milliseconds for ten seconds.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kitt_rtc.model.audio import FULL_SCALE, RATE

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
_RATE = RATE // 2
"""Above 4 kHz a telephone has nothing to tell."""
_WINDOW, _STEP, _POINTS = 400, 160, 512
"""50 ms at a time, every 20 ms: two periods of the lowest voice."""
STEP_SECONDS = _STEP / _RATE
_LOUD = 0.01
"""Quieter is silence (contract T16); RMS in parts of full scale."""
_BELOW_PEAK = 0.1
"""And so is what is 20 dB below the loudest: what hums beneath a voice is not the voice."""
_HANN = np.hanning(_WINDOW).astype(np.float32)
_HANN_POWER = float(np.mean(_HANN**2))
_LONGEST_LAG, _SHORTEST_LAG = _RATE // 70, _RATE // 420
"""The pitch of people lies between 70 and 420 Hz."""
_UNTAPER = (1.0 / np.fft.irfft(np.abs(np.fft.rfft(_HANN, _POINTS)))[: _LONGEST_LAG + 1]).astype(np.float32)
_LOWEST = 5
"""Points below 80 Hz: mains hum and the rumble of a street."""
_PERIODIC = 0.45
"""How like itself a voice is one pitch period later; noise stays below."""
_LINE = 3
"""Points on either side of a pure tone that the window smears it over."""
_PLACES = np.arange(_POINTS // 2 + 1, dtype=np.float32)
_PURE = 0.93
"""The share of a frame's power that two lines hold when it is a telephone's tone."""
_STANDS_STILL = 0.25
"""Points (4 Hz) that the middle of its lines moves from frame to frame at most."""


@dataclass(frozen=True, slots=True)
class Voicing:
    """Of one stretch of sound; seconds count loud sound only."""

    loud: float
    """Seconds that are as loud as speech."""
    voiced: float
    """Seconds with the pitch of a voice, pure tones left out."""
    pure: float
    """Seconds that are one or two tones standing still."""
    even: float
    """Seconds in which a pitch stands still to a third of a percent: an instrument, seldom a voice."""
    wavering: float
    """How much the loudness changes, in decibels (standard deviation over the loud sound)."""
    above_floor: float
    """How far the loud sound stands above the quietest tenth of the stretch, in decibels."""

    @property
    def has_voice(self) -> bool:
        """Is there a pitch for as long as the shortest "si" of a hurried person has one?"""
        return self.voiced >= 0.05

    @property
    def is_tone(self) -> bool:
        """Pure tones and nothing else: keys, ring-back, busy, fax. Hard evidence: no throat does that."""
        return self.loud > 0.0 and self.pure >= 0.7 * self.loud and self.voiced < 0.03

    @property
    def is_steady_noise(self) -> bool:
        """Half a second or more of one loudness and no pitch: hiss, rain, a fan. Hard evidence as well."""
        return self.loud >= 0.5 and self.wavering < 2.0 and self.voiced < 0.05 * self.loud

    @property
    def is_click(self) -> bool:
        """A tenth of a second of anything without a pitch: too short for a word. Hard evidence."""
        return 0.0 < self.loud < 0.12 and self.voiced + self.pure < 0.02

    @property
    def is_machine(self) -> bool:
        """Its pitch stands still too often: a buzz, an instrument. A sign, and no more: some people drone."""
        return self.voiced >= 0.1 and self.even >= 0.3 * self.voiced


SILENT = Voicing(0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def voicing(pcm: bytes) -> Voicing:
    """The measure of house sound."""
    frames = _frames(pcm)
    if not len(frames):
        return SILENT
    level = np.sqrt(np.einsum("ij,ij->i", frames, frames) / _WINDOW)
    loud = level >= max(_LOUD, _BELOW_PEAK * float(np.max(level)))
    if not loud.any():
        return SILENT
    spectra = np.fft.rfft(frames[loud] * _HANN, _POINTS)
    power = spectra.real**2 + spectra.imag**2
    pure = _pure(power, np.flatnonzero(loud))
    strength, lag = _pitch(power)
    voiced = (strength >= _PERIODIC) & ~pure
    decibels = 20 * np.log10(level[loud])
    floor = 20 * np.log10(max(1e-5, float(np.quantile(level, 0.1))))
    return Voicing(
        loud=len(decibels) * STEP_SECONDS,
        voiced=float(np.count_nonzero(voiced)) * STEP_SECONDS,
        pure=float(np.count_nonzero(pure)) * STEP_SECONDS,
        even=float(np.count_nonzero(voiced & _even(lag, np.flatnonzero(loud)))) * STEP_SECONDS,
        wavering=float(np.std(decibels)),
        above_floor=float(np.mean(decibels)) - floor,
    )


def _frames(pcm: bytes) -> Floats:
    """At half the rate, in windows that overlap by half; brought to no less than one window."""
    samples = np.frombuffer(pcm[: len(pcm) & ~3], "<i2").astype(np.float32)
    halved = (samples[::2] + samples[1::2]) * np.float32(0.5 / FULL_SCALE)
    if len(halved) < _WINDOW:
        return np.empty((0, _WINDOW), np.float32)
    windows: Floats = np.lib.stride_tricks.sliding_window_view(halved, _WINDOW)[::_STEP]
    return windows


def _pure(power: Floats, place: NDArray[np.intp]) -> Flags:
    """Which frames are one or two lines that stand where they stood in the frame before or after."""
    total = power.sum(axis=1) + 1e-12
    lines = power - _without_line(_without_line(power))
    held = lines.sum(axis=1)
    middle = lines @ _PLACES / (held + 1e-12)
    still = (np.abs(np.diff(middle)) <= _STANDS_STILL) & (np.diff(place) == 1)
    return (held >= _PURE * total) & (np.append(still, False) | np.insert(still, 0, False))


def _without_line(power: Floats) -> Floats:
    """Each frame without its strongest line."""
    peak = np.clip(power.argmax(axis=1), _LINE, power.shape[1] - 1 - _LINE)
    rest = power.copy()
    np.put_along_axis(rest, peak[:, None] + np.arange(-_LINE, _LINE + 1), 0.0, axis=1)
    return rest


def _vertex(three: Floats, middle: NDArray[np.intp]) -> Floats:
    """The top of the parabola through the values at and beside `middle`."""
    bend = np.minimum(three[:, 0] - 2 * three[:, 1] + three[:, 2], -1e-6)
    shift = np.clip(0.5 * (three[:, 0] - three[:, 2]) / bend, -1.0, 1.0)
    return (middle + shift).astype(np.float32)


def _pitch(power: Floats) -> tuple[Floats, Floats]:
    """How strong the pitch of each frame is, 0 to 1, and its period in samples.

    The autocorrelation of a flattened spectrum: without flattening, low noise looks periodic.
    """
    flat = np.sqrt(power)
    flat[:, :_LOWEST] = 0.0
    again = np.fft.irfft(flat)[:, : _LONGEST_LAG + 1] * _UNTAPER
    again /= again[:, :1] + 1e-12
    lag = again[:, _SHORTEST_LAG:_LONGEST_LAG].argmax(axis=1) + _SHORTEST_LAG
    three = np.take_along_axis(again, lag[:, None] + np.arange(-1, 2), axis=1)
    return three[:, 1], _vertex(three, lag)


def _even(lag: Floats, place: NDArray[np.intp]) -> Flags:
    still = (np.abs(np.diff(lag)) <= 0.003 * lag[1:]) & (np.diff(place) == 1)
    return np.append(still, False) & np.insert(still, 0, False)
