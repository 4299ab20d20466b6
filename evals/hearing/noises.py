"""Sounds in which nobody says anything, made by code: what a line, a room, a network and a throat give to hear.

The same seed gives the same sound. Seeds below HELD_FROM are for choosing phrases and thresholds (`tune`); the others
are for reporting (`held`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.hearing.music import hold, tune
from evals.hearing.signals import cadence, keys, sine
from kitt_rtc.model.audio import FULL_SCALE, RATE

Sound = NDArray[np.float64]
HELD_FROM = 1_000
_LOUDEST = 0.98


@dataclass(frozen=True, slots=True)
class Noise:
    """A stretch of sound without a word in it."""

    name: str
    pcm: bytes
    """House sound."""
    part: str
    """ "tune" or "held"."""


def noises(seed: int, seconds: float) -> Sequence[Noise]:
    """One of every kind, each so long."""
    part = "tune" if seed < HELD_FROM else "held"
    made = []
    for place, (name, make) in enumerate(KINDS.items()):
        chance = np.random.default_rng((seed, place))
        made.append(Noise(name, pcm_of(make(chance, round(seconds * RATE))), part))
    return made


def pcm_of(sound: Sound) -> bytes:
    """Between -1 and 1, to house sound."""
    return (np.clip(sound, -_LOUDEST, _LOUDEST) * FULL_SCALE).astype("<i2").tobytes()


def coloured(chance: np.random.Generator, samples: int, *, slope: float, low: float = 40.0) -> Sound:
    """Noise whose amplitude falls with frequency to the power of `slope`: 0 white, 0.5 pink, 1 brown; RMS 1."""
    spectrum = np.fft.rfft(chance.normal(size=samples))
    hertz = np.fft.rfftfreq(samples, 1 / RATE)
    spectrum *= np.where(hertz < low, 0.0, np.maximum(hertz, low) ** -slope)
    return _unit(np.fft.irfft(spectrum, samples))


def shaped(chance: np.random.Generator, samples: int, peaks: Sequence[tuple[float, float]]) -> Sound:
    """Noise that sounds like a tube: each peak a frequency and its width, in hertz; RMS 1."""
    spectrum = np.fft.rfft(chance.normal(size=samples))
    return _unit(np.fft.irfft(spectrum * _tube(samples, peaks), samples))


def _tube(samples: int, peaks: Sequence[tuple[float, float]]) -> Sound:
    hertz = np.fft.rfftfreq(samples, 1 / RATE)
    gain: Sound = np.sum([1.0 / (1.0 + ((hertz - peak) / width) ** 2) for peak, width in peaks], axis=0)
    return gain


def _unit(sound: Sound) -> Sound:
    return sound / max(1e-9, float(np.sqrt(np.mean(sound**2))))


def _silence(_: np.random.Generator, samples: int) -> Sound:
    return np.zeros(samples)


def _steady(slope: float, level: float) -> Callable[[np.random.Generator, int], Sound]:
    return lambda chance, samples: coloured(chance, samples, slope=slope) * level * chance.uniform(0.7, 1.4)


def _windy(chance: np.random.Generator, samples: int) -> Sound:
    """Brown noise that comes and goes, as a fan, a street or the wind in a microphone."""
    places = np.arange(0, samples + RATE, RATE // 3)
    slow = np.interp(np.arange(samples), places, chance.uniform(0.02, 1.0, len(places)))
    return coloured(chance, samples, slope=0.8) * slow * chance.uniform(0.03, 0.12)


def _hum(mains: float) -> Callable[[np.random.Generator, int], Sound]:
    def make(chance: np.random.Generator, samples: int) -> Sound:
        overtones = [(order, chance.uniform(0.1, 1.0) / order**0.7) for order in range(1, 12)]
        buzz = np.sum([part * sine(mains * order, samples, chance.uniform(0, 6)) for order, part in overtones], axis=0)
        return _unit(buzz) * chance.uniform(0.01, 0.06) + coloured(chance, samples, slope=0.5) * 0.001

    return make


def _crackle(chance: np.random.Generator, samples: int) -> Sound:
    """A bad contact: clicks of all sizes, alone and in volleys, over hiss."""
    sound = coloured(chance, samples, slope=0.0) * 0.0015
    at = 0
    while at < samples - 800:
        for _ in range(int(chance.integers(1, 9))):
            length = int(chance.integers(4, 160))
            if at + length >= samples:
                break
            burst = chance.normal(size=length) * np.exp(-np.arange(length) / (length / 4))
            sound[at : at + length] += burst * chance.uniform(0.02, 0.5)
            at += int(chance.integers(200, 2_500))
        at += int(chance.exponential(0.6) * RATE)
    return sound


def _gsm(chance: np.random.Generator, samples: int) -> Sound:
    """The buzz of a mobile phone beside a loudspeaker: short pulses, 217 a second, in bursts."""
    time = np.arange(samples) / RATE
    pulses = ((time * 216.8) % 1.0 < 0.125) * 1.0
    bursts = np.zeros(samples)
    at = 0.2
    while at < samples / RATE:
        length = chance.choice([0.05, 0.1, 0.4, 1.5])
        bursts[round(at * RATE) : round((at + length) * RATE)] = 1.0
        at += length + chance.choice([0.05, 0.15, 0.8])
    return (pulses - 0.125) * bursts * chance.uniform(0.05, 0.25) + coloured(chance, samples, slope=0.0) * 0.001


def _fax(chance: np.random.Generator, samples: int) -> Sound:
    """Its calling tone, its answering tone, then its chatter of two tones."""
    calling, answering = cadence((1_100,), 0.5, 1.0, 3 * RATE), cadence((2_100,), 3.0, 0.3, 4 * RATE)
    bits = np.repeat(chance.integers(0, 2, 3 * 300), RATE // 300)
    phase = np.cumsum(np.where(bits, 1_650.0, 1_850.0)) / RATE
    turn = np.concatenate([calling, answering, np.sin(2 * np.pi * phase)])
    return np.resize(turn, samples) * chance.uniform(0.05, 0.2)


def _network(hertz: tuple[int, ...], on: float, off: float) -> Callable[[np.random.Generator, int], Sound]:
    def make(chance: np.random.Generator, samples: int) -> Sound:
        hiss = coloured(chance, samples, slope=0.0) * chance.uniform(0.0003, 0.003)
        return cadence(hertz, on, off, samples) * chance.uniform(0.05, 0.2) + hiss

    return make


def _dtmf(chance: np.random.Generator, samples: int) -> Sound:
    return keys(chance, samples) * chance.uniform(0.05, 0.3) + coloured(chance, samples, slope=0.0) * 0.0015


def _bursts(
    burst: Callable[[np.random.Generator], Sound], pause: tuple[float, float], hiss: float
) -> Callable[[np.random.Generator, int], Sound]:
    """One burst after the other, with pauses between these seconds."""

    def make(chance: np.random.Generator, samples: int) -> Sound:
        sound = coloured(chance, samples, slope=0.5) * hiss
        at = round(0.3 * RATE)
        while at < samples:
            one = burst(chance)[: samples - at]
            sound[at : at + len(one)] += one
            at += len(one) + round(chance.uniform(*pause) * RATE)
        return sound

    return make


def _cough(chance: np.random.Generator) -> Sound:
    """An explosion of air, a hiss, and in half of them a voiced end; one to three in a row."""
    return np.concatenate([_one_cough(chance) for _ in range(int(chance.integers(1, 4)))])


def _one_cough(chance: np.random.Generator) -> Sound:
    samples = round(chance.uniform(0.25, 0.45) * RATE)
    peaks = [
        (chance.uniform(350, 700), 180.0),
        (chance.uniform(1_000, 1_700), 250.0),
        (chance.uniform(2_300, 3_200), 500.0),
    ]
    time = np.arange(samples) / RATE
    air = shaped(chance, samples, peaks) * (np.exp(-time / 0.05) + 0.25 * np.exp(-time / 0.12))
    sound = air * np.minimum(1.0, time / 0.006)
    if chance.random() < 0.5:
        pitch = chance.uniform(110, 330) * (1.0 - 0.5 * time)
        voice = np.fft.irfft(
            np.fft.rfft(np.sign(np.sin(2 * np.pi * np.cumsum(pitch) / RATE))) * _tube(samples, peaks), samples
        )
        sound = sound + _unit(voice) * 0.4 * np.exp(-(((time - 0.16) / 0.05) ** 2))
    pause = np.zeros(round(chance.uniform(0.05, 0.25) * RATE))
    return np.concatenate([sound * chance.uniform(0.03, 0.25), pause])


def _breath(chance: np.random.Generator) -> Sound:
    samples = round(chance.uniform(0.5, 1.6) * RATE)
    swell = np.sin(np.pi * np.arange(samples) / samples) ** chance.uniform(1.0, 2.5)
    peaks = [(chance.uniform(400, 900), 500.0), (chance.uniform(1_400, 2_400), 800.0)]
    return shaped(chance, samples, peaks) * swell * chance.uniform(0.01, 0.06)


def _key_press(chance: np.random.Generator) -> Sound:
    """Down and up again."""
    sound = np.zeros(round(0.16 * RATE))
    for at, level in ((0, 1.0), (round(chance.uniform(0.06, 0.1) * RATE), 0.4)):
        length = round(chance.uniform(0.01, 0.03) * RATE)
        peaks = [(chance.uniform(200, 500), 200.0), (chance.uniform(2_000, 4_500), 1_500.0)]
        sound[at : at + length] += shaped(chance, length, peaks) * np.exp(-np.arange(length) / (length / 4)) * level
    return sound * chance.uniform(0.02, 0.15)


def _knock(chance: np.random.Generator) -> Sound:
    """A door, a cup, a headset put on the desk."""
    samples = round(chance.uniform(0.08, 0.35) * RATE)
    peaks = [(chance.uniform(90, 300), 60.0), (chance.uniform(400, 1_200), 200.0)]
    return shaped(chance, samples, peaks) * np.exp(-np.arange(samples) / (samples / 6)) * chance.uniform(0.05, 0.4)


def _rustle(chance: np.random.Generator) -> Sound:
    """Paper, or a sleeve on the microphone."""
    samples = round(chance.uniform(0.2, 0.9) * RATE)
    flutter = np.abs(np.repeat(chance.normal(size=samples // 400 + 1), 400)[:samples])
    return coloured(chance, samples, slope=0.3) * flutter * np.hanning(samples) * chance.uniform(0.01, 0.08)


KINDS: Mapping[str, Callable[[np.random.Generator, int], Sound]] = {
    "digital silence": _silence,
    "room hiss": _steady(0.3, 0.002),
    "white noise, low": _steady(0.0, 0.008),
    "white noise": _steady(0.0, 0.03),
    "white noise, loud": _steady(0.0, 0.12),
    "pink noise, low": _steady(0.5, 0.008),
    "pink noise": _steady(0.5, 0.03),
    "pink noise, loud": _steady(0.5, 0.12),
    "brown noise": _steady(1.0, 0.03),
    "brown noise, loud": _steady(1.0, 0.12),
    "gusts": _windy,
    "mains hum 50": _hum(50.0),
    "mains hum 60": _hum(60.0),
    "line crackle": _crackle,
    "gsm buzz": _gsm,
    "hold music": hold,
    "music": tune,
    "ring-back fr": _network((440,), 1.5, 3.5),
    "ring-back us": _network((440, 480), 2.0, 4.0),
    "busy fr": _network((440,), 0.5, 0.5),
    "busy us": _network((480, 620), 0.5, 0.5),
    "dtmf": _dtmf,
    "fax": _fax,
    "coughs": _bursts(_cough, (0.5, 3.0), 0.0015),
    "breaths": _bursts(_breath, (0.3, 1.5), 0.0015),
    "keyboard": _bursts(_key_press, (0.02, 0.4), 0.0015),
    "knocks": _bursts(_knock, (0.1, 1.2), 0.0015),
    "rustle": _bursts(_rustle, (0.1, 1.0), 0.0015),
}
