"""Calls in which one side's loudspeaker comes back through its microphone: made by code, the same for the same seed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from evals.hearing.clip import Part
from evals.hearing.corpora import Band, prompts, speak, telephone
from kitt_rtc.model.audio import FRAME_SAMPLES, RATE

RECORDED = "prompts"
"""Debian's recorded speaker, beside the names of the free voices."""
_LINES = Path(__file__).parent.parent / "coach" / "lines.yaml"
_SHORTEST, _LONGEST = 5, 16
"""Words of a line."""
_VOICE_LOUDNESS = 0.08
"""Root mean square of a line, in parts of full scale."""
_HUM = 0.0005
"""Of the room around the microphone."""
_PAUSE_SECONDS = 1.0
_ROOM_SECONDS, _ROOM_DECAY = 0.2, 0.25
"""Length of the room's answer, and the time in which it falls by 60 dB."""

Wave = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Turn:
    """One stretch of a scene; an empty text: that side says nothing."""

    far: str
    near: str
    start: float
    end: float
    """Seconds of the scene."""


@dataclass(frozen=True, slots=True)
class Scene:
    """House sound of one length."""

    far: bytes
    """What the person's loudspeaker is given."""
    microphone: bytes
    """The person, and the loudspeaker."""
    alone: bytes
    """The person, had they worn a headset."""
    turns: Sequence[Turn]


@dataclass(frozen=True, slots=True)
class Echo:
    """How the loudspeaker comes back."""

    decibels: float
    """Against what it was given."""
    milliseconds: float
    band: Band = "phone"
    drift: float = 0.0
    """By how many millionths the microphone's clock is slow."""


def scene(seed: int, echo: Echo, *, far: str, near: str, part: Part, rounds: int) -> Scene:
    """`rounds` times: the far side alone, the near side alone, both at once."""
    dice = random.Random(seed)
    lines = {side: [*_lines(voice, part)] for side, voice in (("far", far), ("near", near))}
    for side in lines.values():
        dice.shuffle(side)
    placed: list[tuple[str, float, Wave]] = []
    turns, now = [], _PAUSE_SECONDS
    for kind in ("far", "near", "far near") * rounds:
        spoken = {side: lines[side].pop() for side in kind.split()}
        late = dice.choice(("far", "near"))
        ends = [now]
        for side, (_, wave) in spoken.items():
            start = now + (dice.uniform(0.2, 0.8) if len(spoken) > 1 and side == late else 0.0)
            placed.append((side, start, wave))
            ends.append(start + len(wave) / RATE)
        texts = {side: text for side, (text, _) in spoken.items()}
        turns.append(Turn(texts.get("far", ""), texts.get("near", ""), now, max(ends)))
        now = max(ends) + _PAUSE_SECONDS
    length = round((now + 0.5) * RATE) // FRAME_SAMPLES * FRAME_SAMPLES
    return _recorded(placed, length, echo, np.random.default_rng(seed), turns)


def _recorded(
    placed: Sequence[tuple[str, float, Wave]],
    length: int,
    echo: Echo,
    dice: np.random.Generator,
    turns: Sequence[Turn],
) -> Scene:
    sides = {"far": np.zeros(length), "near": np.zeros(length)}
    for side, start, wave in placed:
        first = round(start * RATE)
        sides[side][first : first + len(wave)] += wave
    person = sides["near"] + dice.standard_normal(length) * _HUM * 32_768
    far = _pcm(sides["far"])
    heard = _wave(telephone(far) if echo.band == "phone" else far)
    microphone, alone = _pcm(person + _returned(heard, echo, dice)), _pcm(person)
    if echo.band == "phone":
        microphone, alone = telephone(microphone), telephone(alone)
    return Scene(far, microphone, alone, turns)


def _returned(heard: Wave, echo: Echo, dice: np.random.Generator) -> Wave:
    """What the loudspeaker plays, through the room, late and weaker."""
    time = np.arange(round(_ROOM_SECONDS * RATE)) / RATE
    room = 0.25 * dice.standard_normal(len(time)) * 10 ** (-3 * time / _ROOM_DECAY)
    room[: RATE // 500] = 0.0
    room[0] = 1.0
    room *= 10 ** (echo.decibels / 20) / np.sqrt(np.sum(room**2))
    size = 1 << (len(heard) + len(room)).bit_length()
    sound = np.fft.irfft(np.fft.rfft(heard, size) * np.fft.rfft(room, size), size)[: len(heard)]
    when = (np.arange(len(heard)) - echo.milliseconds * RATE / 1_000) * (1 + echo.drift / 1e6)
    return np.interp(when, np.arange(len(heard)), sound, left=0.0) if echo.drift else _late(sound, int(-when[0]))


def _late(sound: Wave, samples: int) -> Wave:
    return np.concatenate((np.zeros(samples), sound))[: len(sound)]


@cache
def _lines(voice: str, part: Part) -> Sequence[tuple[str, Wave]]:
    """Texts and their sound, all equally loud."""
    if voice == RECORDED:
        return [(clip.text, _level(clip.pcm)) for clip in prompts("en", part=part) if _fits(clip.text)]
    return [(text, _level(speak(text, voice=voice))) for text in _texts(part)]


@cache
def _texts(part: Part) -> Sequence[str]:
    lines = yaml.safe_load(_LINES.read_text("utf-8"))
    held = part is Part.HELD
    return [
        line["say"] for line in lines if line["language"] == "en" and line["held_out"] == held and _fits(line["say"])
    ][:60]


def _fits(text: str) -> bool:
    return _SHORTEST <= len(text.split()) <= _LONGEST


def _level(pcm: bytes) -> Wave:
    wave = _wave(pcm)
    return wave * (_VOICE_LOUDNESS * 32_768 / float(np.sqrt(np.mean(wave**2))))


def _wave(pcm: bytes) -> Wave:
    return np.frombuffer(pcm, "<i2").astype(np.float64)


def _pcm(wave: Wave) -> bytes:
    return np.clip(np.rint(wave), -32_768, 32_767).astype("<i2").tobytes()
