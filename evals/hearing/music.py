"""Music for those who wait, made by code: the product's own, and a band with chords, a lead, a bass and drums."""

import numpy as np
from numpy.typing import NDArray

from evals.hearing.signals import sine
from kitt_rtc.media.tones import hold_music
from kitt_rtc.model.audio import FULL_SCALE, RATE

Sound = NDArray[np.float64]
_CHORDS = ((0, 4, 7), (-3, 0, 4), (5, 9, 12), (7, 11, 14), (2, 5, 9), (4, 7, 11))
_SCALE = (0, 2, 4, 5, 7, 9, 11, 12, 14, 16)
_MIDDLE_C = 261.63


def hold(chance: np.random.Generator, samples: int) -> Sound:
    """The product's own, at another level."""
    sound = np.frombuffer(hold_music(), "<i2") / FULL_SCALE
    return np.resize(sound, samples) * chance.uniform(0.6, 3.0)


def tune(chance: np.random.Generator, samples: int) -> Sound:
    """A band that makes it up; its lead has vibrato and slides, as a voice has."""
    beat = round(60 / chance.uniform(70, 140) * RATE)
    key = _MIDDLE_C * 2 ** (int(chance.integers(-5, 6)) / 12)
    sound = np.zeros(samples + 8 * beat)
    parts = chance.uniform(0.3, 1.0, 4) * (chance.random(4) < 0.8)
    for bar in range(0, samples, 4 * beat):
        chord = _CHORDS[int(chance.integers(len(_CHORDS)))]
        for note in chord:
            _add(sound, bar, _held(chance, key * 2 ** (note / 12), 4 * beat) * 0.3 * parts[0])
        for step in range(4):
            at = bar + step * beat
            _add(sound, at, _lead(chance, key, beat) * 0.7 * parts[1])
            _add(sound, at, _plucked(key / 4 * 2 ** (chord[step % 3] / 12), beat) * 0.8 * parts[2])
            _add(sound, at, _drum(chance, step) * 1.2 * parts[3])
    return sound[:samples] / max(1e-9, float(np.sqrt(np.mean(sound**2)))) * chance.uniform(0.02, 0.12)


def _add(sound: Sound, at: int, part: Sound) -> None:
    part = part[: max(0, len(sound) - at)]
    sound[at : at + len(part)] += part


def _held(chance: np.random.Generator, hertz: float, samples: int) -> Sound:
    """An organ or strings: overtones that beat against each other."""
    overtones = [sine(hertz * order * chance.uniform(0.998, 1.002), samples) / order for order in range(1, 7)]
    return (
        np.sum(overtones, axis=0)
        * np.minimum(1.0, np.arange(samples) / 1_600)
        * np.hanning(2 * samples)[samples // 2 :][:samples]
    )


def _lead(chance: np.random.Generator, key: float, beat: int) -> Sound:
    samples = beat * int(chance.choice([1, 1, 2]))
    time = np.arange(samples) / RATE
    hertz = key * 2 ** (float(chance.choice(_SCALE)) / 12) * (1 - 0.06 * np.exp(-time / 0.05))
    phase = 2 * np.pi * np.cumsum(hertz * (1 + 0.012 * np.sin(2 * np.pi * 5.5 * time))) / RATE
    voice = np.sum([np.sin(order * phase) / order ** chance.uniform(0.6, 1.4) for order in range(1, 9)], axis=0)
    return voice * np.minimum(1.0, time / 0.03) * np.exp(-time * chance.uniform(0.5, 3.0))


def _plucked(hertz: float, samples: int) -> Sound:
    fading = np.exp(-np.arange(samples) / (0.25 * RATE))
    return np.sum([sine(hertz * order, samples) / order**1.5 for order in range(1, 5)], axis=0) * fading


def _drum(chance: np.random.Generator, step: int) -> Sound:
    samples = RATE // 5
    time = np.arange(samples) / RATE
    if step % 2 == 0:
        return np.sin(2 * np.pi * 55 * time + 12 * (1 - np.exp(-time / 0.03))) * np.exp(-time / 0.07)
    return chance.normal(size=samples) * np.exp(-time / 0.05) * 0.5
