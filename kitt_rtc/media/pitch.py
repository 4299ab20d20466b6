"""Pitch and pure tones in short frames of sound: arithmetic for `media/voicing.py`.

All is done at 8 kHz: above 4 kHz a telephone has nothing to tell. A frame is 50 ms, two periods of the lowest voice,
and its spectrum has 257 points, 16 Hz apart.
"""

import numpy as np
from numpy.typing import NDArray

from kitt_rtc.model.audio import FULL_SCALE, RATE

Floats = NDArray[np.float32]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]
STEP_SECONDS = 0.020
_RATE = RATE // 2
_FRAME, _STEP, _POINTS = 400, 160, 512
_HANN = np.hanning(_FRAME).astype(np.float32)
_LONGEST_LAG, _SHORTEST_LAG = _RATE // 70, _RATE // 420
"""The pitch of people lies between 70 and 420 Hz."""
_UNTAPER = (1.0 / np.fft.irfft(np.abs(np.fft.rfft(_HANN, _POINTS)))[: _LONGEST_LAG + 1]).astype(np.float32)
_LOWEST = 5
"""Points below 80 Hz: mains hum and the rumble of a street."""
_PERIODIC = 0.45
"""How like itself a voice is one period later; noise stays below."""
_EVEN = 0.003
"""The part of its period by which an instrument's pitch changes in 20 ms at most; a voice's changes by more."""
_LINE = 3
"""Points on either side of a pure tone that the window smears it over."""
_PLACES = np.arange(_POINTS // 2 + 1, dtype=np.float32)
_PURE = 0.93
"""The share of a frame's power that two lines hold when it is a telephone's tone."""
_STILL = 0.25
"""Points (4 Hz) that the middle of its lines moves from frame to frame at most."""
_NOTHING = 1e-12


def frames_of(pcm: bytes) -> Floats:
    """House sound between -1 and 1, at half the rate, a frame every 20 ms; none when it is shorter than one."""
    samples = np.frombuffer(pcm[: len(pcm) & ~3], "<i2").astype(np.float32)
    halved = (samples[::2] + samples[1::2]) * np.float32(0.5 / FULL_SCALE)
    if len(halved) < _FRAME:
        return np.empty((0, _FRAME), np.float32)
    return np.lib.stride_tricks.sliding_window_view(halved, _FRAME)[::_STEP]


def power_of(frames: Floats) -> Floats:
    """The power spectrum of each frame."""
    spectra = np.fft.rfft(frames * _HANN, _POINTS)
    return np.asarray(spectra.real**2 + spectra.imag**2, np.float32)


def pure(power: Floats, place: Places) -> Flags:
    """Which frames are one or two lines that stand where they stood in the frame before or after.

    `place` is the number of each frame: those that are left out between two break them apart.
    """
    lines = power - _without_line(_without_line(power))
    held = lines.sum(axis=1)
    middle = lines @ _PLACES / (held + _NOTHING)
    still = _beside(np.abs(np.diff(middle)) <= _STILL, place)
    alone = held >= _PURE * power.sum(axis=1)
    return np.asarray(alone & (np.append(still, False) | np.insert(still, 0, False)))


def voiced(power: Floats, place: Places) -> tuple[Flags, Flags]:
    """Which frames have the pitch of a voice, and in which of them it stands still as no voice's does.

    By the autocorrelation of a flattened spectrum: without flattening, low noise looks periodic.
    """
    flat = np.sqrt(power)
    flat[:, :_LOWEST] = 0.0
    again = np.fft.irfft(flat)[:, : _LONGEST_LAG + 1] * _UNTAPER
    again /= again[:, :1] + _NOTHING
    lag = again[:, _SHORTEST_LAG:_LONGEST_LAG].argmax(axis=1) + _SHORTEST_LAG
    three = np.take_along_axis(again, lag[:, None] + np.arange(-1, 2), axis=1)
    period = _vertex(np.asarray(three, np.float32), lag)
    still = _beside(np.abs(np.diff(period)) <= _EVEN * period[1:], place)
    return three[:, 1] >= _PERIODIC, np.append(still, False) & np.insert(still, 0, False)


def _without_line(power: Floats) -> Floats:
    """Each frame without its strongest line."""
    peak = np.clip(power.argmax(axis=1), _LINE, power.shape[1] - 1 - _LINE)
    rest = power.copy()
    np.put_along_axis(rest, peak[:, None] + np.arange(-_LINE, _LINE + 1), 0.0, axis=1)
    return rest


def _vertex(three: Floats, middle: Places) -> Floats:
    """The top of the parabola through the values at and beside `middle`."""
    bend = np.minimum(three[:, 0] - 2 * three[:, 1] + three[:, 2], -1e-6)
    shift = np.clip(0.5 * (three[:, 0] - three[:, 2]) / bend, -1.0, 1.0)
    return np.asarray(middle + shift, np.float32)


def _beside(still: Flags, place: Places) -> Flags:
    return np.asarray(still & (np.diff(place) == 1))
