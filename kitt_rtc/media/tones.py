"""Sounds that a telephone makes: keys, ring-back, the beep before a message, music for those who wait.

All are house sound, made by code. Each is one turn of a sound that can be repeated without a seam.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from kitt_rtc.model.audio import FRAME_BYTES, FULL_SCALE, RATE

_LOW, _HIGH = (697, 770, 852, 941), (1209, 1336, 1477, 1633)
_ROWS = ("123A", "456B", "789C", "*0#D")
KEYS: Mapping[str, tuple[int, int]] = {
    key: (low, high) for low, row in zip(_LOW, _ROWS, strict=True) for high, key in zip(_HIGH, row, strict=True)
}
"""The two frequencies of each key, in hertz (ITU-T Q.23)."""
KEY_SECONDS, KEY_PAUSE_SECONDS = 0.10, 0.08
"""Longer than the 40 ms that every receiver takes (ITU-T Q.24)."""
_KEY_LEVEL = 0.22
"""Of each of the two, as a part of full scale."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """A tone that comes and goes."""

    hertz: tuple[int, ...]
    on: float
    off: float
    """Seconds."""


RING_BACK: Mapping[str, Cadence] = {"fr": Cadence((440,), 1.5, 3.5), "en": Cadence((440, 480), 2.0, 4.0)}
"""What a caller hears while it rings, by language: France's and North America's (ITU-T E.180)."""
_RING_LEVEL = 0.08
BUSY: Mapping[str, Cadence] = {"fr": Cadence((440,), 0.5, 0.5), "en": Cadence((480, 620), 0.5, 0.5)}
"""What is heard when the other cannot be had (ITU-T E.180)."""
_BEEP = Cadence((1_000,), 0.4, 0.0)
_BEEP_LEVEL = 0.2

_NOTES = (0, 4, 7, 12, 11, 7, 4, 2, -3, 0, 4, 9, 7, 4, 2, -1)
"""Semitones above middle C, one after the other."""
_NOTE_SECONDS = 0.5
_MUSIC_LEVEL = 0.06
_MIDDLE_C = 261.63


def keys(pressed: str) -> bytes:
    """The keys' tones one after the other, each with its pause. Raises KeyError for what is no key."""
    return b"".join(_key(key) for key in pressed.upper())


@cache
def ring_back(language: str) -> bytes:
    """One ring and its pause; of two letters' language, else North America's."""
    cadence = RING_BACK.get(language, RING_BACK["en"])
    return _tone(cadence, _RING_LEVEL)


@cache
def busy(language: str) -> bytes:
    """One turn of the busy tone; of two letters' language, else North America's."""
    return _tone(BUSY.get(language, BUSY["en"]), _RING_LEVEL)


@cache
def beep() -> bytes:
    """After it, a message may be left."""
    return _tone(_BEEP, _BEEP_LEVEL)


@cache
def hold_music() -> bytes:
    """Eight seconds of something quiet for those who wait."""
    notes = [_note(_MIDDLE_C * 2 ** (semitones / 12)) for semitones in _NOTES]
    return _pcm(np.concatenate(notes) * _MUSIC_LEVEL)


@cache
def _key(key: str) -> bytes:
    low, high = KEYS[key]
    return _tone(Cadence((low, high), KEY_SECONDS, KEY_PAUSE_SECONDS), 2 * _KEY_LEVEL)


def _tone(cadence: Cadence, level: float) -> bytes:
    """Its frequencies share `level`; it swells and fades within five milliseconds, so that nothing clicks."""
    sound = _swelling(np.mean([_sine(hertz, cadence.on) for hertz in cadence.hertz], axis=0))
    return _pcm(np.concatenate([sound * level, np.zeros(round(cadence.off * RATE))]))


def _note(hertz: float) -> np.ndarray:
    """A plucked string, nearly."""
    fading = np.exp(-3.0 * np.arange(round(_NOTE_SECONDS * RATE)) / RATE)
    overtones: Sequence[tuple[int, float]] = ((1, 1.0), (2, 0.35), (3, 0.12))
    return _swelling(np.sum([part * _sine(hertz * order, _NOTE_SECONDS) for order, part in overtones], axis=0) * fading)


def _sine(hertz: float, seconds: float) -> np.ndarray:
    sine: np.ndarray = np.sin(2 * np.pi * hertz * np.arange(round(seconds * RATE)) / RATE)
    return sine


def _swelling(sound: np.ndarray) -> np.ndarray:
    ramp = np.linspace(0.0, 1.0, round(0.005 * RATE))
    shaped = sound.copy()
    shaped[: len(ramp)] *= ramp
    shaped[-len(ramp) :] *= ramp[::-1]
    return shaped


def _pcm(sound: np.ndarray) -> bytes:
    """Whole frames of it."""
    pcm = (sound * (FULL_SCALE - 1)).astype("<i2").tobytes()
    return pcm + bytes(-len(pcm) % FRAME_BYTES)
