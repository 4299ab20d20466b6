"""Longer talk with its sentences known to the sample: recorded prompts put together with pauses, by a speaker's habit.

A prompt is taken for an unbroken piece of speech: those with a comma, a second sentence, or a silence inside are left
out. A sentence is one to three pieces with pauses of 0.1 to 0.6 s between them; longer silences part the sentences.
"""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from evals.hearing.clip import Part
from evals.hearing.corpora import prompts
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, RATE, AudioFrame

Samples = NDArray[np.int16]
_LOUDNESS = 0.06
"""Of every piece: RMS of its louder parts, in parts of full scale."""
_BELOW = 35.0
"""So many decibels below its loudest hundredth of a second a piece is silent."""
_BLOCK = RATE // 100
_LONGEST_PIECE = 2.5
_SILENCE_INSIDE = 10
"""Blocks: a tenth of a second of silence makes a pause."""


@dataclass(frozen=True, slots=True)
class Habit:
    """How somebody pauses: medians in seconds, of log-normal silences."""

    within: float
    within_spread: float
    between: float
    between_spread: float = 0.4


HABITS: Mapping[str, Habit] = {
    "quick": Habit(0.15, 0.35, 0.8),
    "even": Habit(0.25, 0.4, 1.1),
    "slow": Habit(0.4, 0.3, 1.5),
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """First and last sound, in seconds."""

    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Talk:
    pcm: bytes
    """House sound."""
    sentences: tuple[Sentence, ...]


def talk(language: str, part: Part, habit: Habit, *, seconds: float, seed: str) -> Talk:
    """One speaker for about so long; the same for the same seed. Raises CorpusMissing."""
    chance, pieces = random.Random(seed), _pieces(language, part)
    sound: list[Samples] = [_silence(1.0)]
    sentences: list[Sentence] = []
    at = len(sound[0])
    while at < seconds * RATE:
        spoken = _sentence(chance, pieces, habit)
        sentences.append(Sentence(at / RATE, (at + len(spoken)) / RATE))
        pause = _silence(_drawn(chance, habit.between, habit.between_spread, least=0.45, most=3.0))
        sound += [spoken, pause]
        at += len(spoken) + len(pause)
    return Talk(np.concatenate(sound).tobytes(), tuple(sentences))


def trimmed(pcm: bytes) -> bytes:
    """The sound from its first to its last audible hundredth of a second."""
    samples = np.frombuffer(pcm, "<i2")
    audible = np.flatnonzero(_audible(samples))
    return samples[audible[0] * _BLOCK : (audible[-1] + 1) * _BLOCK].tobytes()


def frames_of(pcm: bytes) -> Iterator[AudioFrame]:
    """House sound in frames, stamped from zero; a rest shorter than a frame is left out."""
    for number, start in enumerate(range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES)):
        yield AudioFrame(pcm[start : start + FRAME_BYTES], number * FRAME_SECONDS)


def _sentence(chance: random.Random, pieces: Sequence[Samples], habit: Habit) -> Samples:
    sound = [chance.choice(pieces)]
    for _ in range(chance.choice((0, 0, 1, 1, 2))):
        pause = _drawn(chance, habit.within, habit.within_spread, least=0.1, most=0.6)
        sound += [_silence(pause), chance.choice(pieces)]
    return np.concatenate(sound)


def _drawn(chance: random.Random, median: float, spread: float, *, least: float, most: float) -> float:
    return min(most, max(least, chance.lognormvariate(math.log(median), spread)))


def _silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.int16)


@cache
def _pieces(language: str, part: Part) -> tuple[Samples, ...]:
    found = []
    for clip in prompts(language, part=part):
        if any(mark in clip.text.rstrip(".!? ") for mark in ",.;:!?-…"):
            continue
        samples = np.frombuffer(trimmed(clip.pcm), "<i2")
        if len(samples) <= _LONGEST_PIECE * RATE and not _broken(samples):
            found.append(_level(samples))
    return tuple(found)


def _broken(samples: Samples) -> bool:
    marks = "".join("x" if audible else " " for audible in _audible(samples))
    return " " * _SILENCE_INSIDE in marks


def _level(samples: Samples) -> Samples:
    blocks = _loudness(samples)
    voiced = blocks[blocks > blocks.max() * 0.1]
    scale = _LOUDNESS * 32_768 / np.sqrt(np.mean(voiced**2))
    return np.clip(samples * scale, -32_768, 32_767).astype(np.int16)


def _audible(samples: Samples) -> NDArray[np.bool_]:
    blocks = _loudness(samples)
    return np.asarray(blocks > blocks.max() * 10 ** (-_BELOW / 20))


def _loudness(samples: Samples) -> NDArray[np.float64]:
    whole = samples[: len(samples) // _BLOCK * _BLOCK].reshape(-1, _BLOCK).astype(np.float64)
    return np.asarray(np.sqrt(np.mean(whole**2, axis=1)))
