"""Short answers, the words a guard loses first: by free voices, fast and slow, loud and low, and by recorded people."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import cycle, product
from typing import TypeVar

import numpy as np

from evals.hearing.clip import Clip, Part
from evals.hearing.corpora import Band, CorpusMissing, part_of, prompts, speak, telephone

Item = TypeVar("Item")
_SAID = {
    "en": "yes, no, okay, right, thank you, thanks, sure, yeah, hello, bye, I see, exactly, not yet, you, two, go on",
    "fr": "oui, non, d'accord, merci, merci beaucoup, au revoir, voilà, bonjour, exactement, si, pas encore, bien sûr, "
    "allô, deux, ok, allez-y",
}
WORDS = {language: tuple(words.split(", ")) for language, words in _SAID.items()}
_FLITE = ("slt", "rms", "awb", "kal16")
_ACCENTS = {"en": ("en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-029"), "fr": ("fr", "fr-be", "fr-ch")}
_PEOPLE = ("", "+f2", "+f4", "+m3", "+m7")
_SPEEDS = (130, 165, 210)
"""Words a minute."""
_LEVELS = (0.0, -12.0)
"""Decibels, of voices that are about 20 dB below full scale."""
_MOST_WORDS = 2
_AROUND = bytes(2 * 16_000)
"""A second of quiet before and after: a person is silent, answers, and is silent."""


def answers(language: str, band: Band, part: Part, *, most: int | None = None) -> list[Clip]:
    """All of one language, or so many spread over all, in the middle of two seconds of quiet."""
    ways = [way for way in _ways(language) if part_of(way.name) is part]
    recorded = [clip for clip in _recorded(language) if clip.part is part]
    if most is not None:
        ways, recorded = few(ways, most - most // 3), few(recorded, most // 3)
    clips = [*map(_spoken, ways), *recorded]
    quiet = [replace(clip, pcm=_AROUND + clip.pcm + _AROUND) for clip in clips]
    return quiet if band == "wide" else [replace(clip, pcm=telephone(clip.pcm)) for clip in quiet]


@dataclass(frozen=True, slots=True)
class _Way:
    """One way of saying one answer."""

    word: str
    language: str
    voice: str
    speed: int
    level: float

    @property
    def name(self) -> str:
        return f"{self.word}, {self.voice}, {self.speed} words a minute, {self.level:g} dB"


def _ways(language: str) -> list[_Way]:
    people = [accent + person for accent in _ACCENTS[language] for person in _PEOPLE]
    voices = (*(_FLITE if language == "en" else ()), *people)
    every = zip(product(WORDS[language], voices, _SPEEDS), cycle(_LEVELS), strict=False)
    return [_Way(word, language, voice, speed, level) for (word, voice, speed), level in every]


@cache
def _spoken(way: _Way) -> Clip:
    pcm = quieter(speak(way.word, voice=way.voice, speed=way.speed), way.level)
    return Clip(way.name, pcm, way.word, way.language, way.voice, part_of(way.name))


@cache
def _recorded(language: str) -> tuple[Clip, ...]:
    """What recorded people say in two words at most; none where they cannot be fetched."""
    try:
        return tuple(clip for clip in prompts(language) if len(clip.text.split()) <= _MOST_WORDS)
    except CorpusMissing:
        return ()


def few(many: Sequence[Item], count: int) -> Sequence[Item]:
    """So many, spread over all."""
    return many[:: max(1, len(many) // count)][:count]


def quieter(pcm: bytes, decibels: float) -> bytes:
    """Below nought: lower."""
    return (np.frombuffer(pcm, "<i2") * 10 ** (decibels / 20)).astype("<i2").tobytes()
