"""Short answers, the words a guard loses first: by free voices, fast and slow, loud and low, and by recorded people."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np

from evals.hearing.clip import Clip, Part
from evals.hearing.corpora import Band, CorpusMissing, part_of, prompts, speak, telephone

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


def answers(language: str, band: Band, part: Part) -> list[Clip]:
    """All of one language, in the middle of two seconds of quiet."""
    clips = [clip for clip in (*_spoken(language), *_recorded(language)) if clip.part is part]
    quiet = [replace(clip, pcm=_AROUND + clip.pcm + _AROUND) for clip in clips]
    return quiet if band == "wide" else [replace(clip, pcm=telephone(clip.pcm)) for clip in quiet]


@cache
def _spoken(language: str) -> tuple[Clip, ...]:
    names = [accent + person for accent in _ACCENTS[language] for person in _PEOPLE]
    ways = [(voice, speed) for voice in (*(_FLITE if language == "en" else ()), *names) for speed in _SPEEDS]
    found = []
    for place, (word, (voice, speed)) in enumerate((word, way) for word in WORDS[language] for way in ways):
        level = _LEVELS[place % len(_LEVELS)]
        name = f"{word}, {voice}, {speed} words a minute, {level:g} dB"
        found.append(
            Clip(name, _quieter(speak(word, voice=voice, speed=speed), level), word, language, voice, part_of(name))
        )
    return tuple(found)


@cache
def _recorded(language: str) -> tuple[Clip, ...]:
    """What recorded people say in two words at most; none where they cannot be fetched."""
    try:
        return tuple(clip for clip in prompts(language) if len(clip.text.split()) <= _MOST_WORDS)
    except CorpusMissing:
        return ()


def few(clips: Sequence[Clip], count: int) -> Sequence[Clip]:
    """So many, spread over all."""
    return clips[:: max(1, len(clips) // count)][:count]


def _quieter(pcm: bytes, decibels: float) -> bytes:
    return (np.frombuffer(pcm, "<i2") * 10 ** (decibels / 20)).astype("<i2").tobytes()
