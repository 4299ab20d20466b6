"""Tones of a telephone network as rows of numbers, with the lengths that people and machines give them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kitt_rtc.media.tones import KEYS
from kitt_rtc.model.audio import RATE

Sound = NDArray[np.float64]


def sine(hertz: float, samples: int, phase: float = 0.0) -> Sound:
    """Between -1 and 1."""
    return np.sin(2 * np.pi * hertz * np.arange(samples) / RATE + phase)


def cadence(hertz: Sequence[float], on: float, off: float, samples: int) -> Sound:
    """A tone that comes and goes, `on` and `off` in seconds; its frequencies share the level of 1."""
    tone = np.mean([sine(one, round(on * RATE)) for one in hertz], axis=0)
    return np.resize(np.concatenate([tone, np.zeros(round(off * RATE))]), samples)


def keys(chance: np.random.Generator, samples: int) -> Sound:
    """Keys of a telephone, pressed short and long, in numbers of four to ten digits."""
    sound = np.zeros(samples)
    at = round(0.2 * RATE)
    while at < samples:
        for _ in range(int(chance.integers(4, 11))):
            low, high = KEYS[str(chance.choice(list(KEYS)))]
            length = round(chance.choice([0.06, 0.1, 0.2, 0.5]) * RATE)
            tone = 0.5 * (sine(low, length) + sine(high, length))
            sound[at : at + length] = tone[: max(0, samples - at)]
            at += length + round(chance.uniform(0.05, 0.25) * RATE)
        at += round(chance.uniform(0.5, 2.0) * RATE)
    return sound
