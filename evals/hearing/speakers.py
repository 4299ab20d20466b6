"""Whose line is it, on a microphone that two people share? Share of speech time put to the wrong one.

Two-voice telephone conversations are made of Debian's recorded prompts and of the lines of a dubbed game (two Czech and
two Dutch actors): turns of 1 to 8 s, a third of them short answers, often less than the pause that ends a sentence
between them. Where turns begin and end is not told. Cut by the house's own segmenter, told apart by its own company.
"""

import asyncio
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice, permutations

import numpy as np
from numpy.typing import NDArray

from evals.figure import Figure
from evals.hearing.clip import Clip, Part
from evals.hearing.corpora import CorpusMissing, fetched, prompts, telephone
from kitt_rtc.engines.silero import Silero
from kitt_rtc.engines.voiceprint import VoiceprintEncoder
from kitt_rtc.media.files import read_sound
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, RATE, AudioFrame, seconds_of
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.speech import Segment
from kitt_rtc.pipeline.diarizer import Diarizer
from kitt_rtc.pipeline.segmenter import Segmenter
from kitt_rtc.pipeline.voices import Voices

TARGET = 3.0
_PAIRS = {
    Part.TUNE: (("cs-m", "cs-v"), ("nl-v", "ru"), ("es", "fr")),
    Part.HELD: (("nl-m", "nl-v"), ("it", "ru"), ("en", "fr"), ("cs-v", "it"), ("en", "nl-m"), ("cs-m", "es")),
}
_QUICK = (("en", "it"),)
_SECONDS = 100.0
_STEP = 160
"""Samples of 10 ms, in which speech time is counted."""
_QUIET = 60.0
_LINES = 60
"""Clips a voice that are made ready."""
_ACTORS = {"cs": "fillets-ng-data-cs", "nl": "fillets-ng-data-nl"}

Samples = NDArray[np.int16]
Truth = NDArray[np.int8]


@dataclass(slots=True)
class Talk:
    """A conversation, and who speaks in each 10 ms of it: 1, 2, or 0 for nobody."""

    pcm: bytes
    truth: Truth


@dataclass(slots=True)
class Count:
    """In steps of 10 ms, and seconds of processor time."""

    spoken: int = 0
    wrong: int = 0
    wrong_at_first: int = 0
    processor: float = 0.0
    missed: list[str] = field(default_factory=list)


async def figures(quick: bool = False) -> Sequence[Figure]:
    """Two voices of known number and bounded by four, and one that is alone."""
    try:
        encoder = VoiceprintEncoder()
    except EngineUnavailable as error:
        return [Figure("speech put to the wrong voice", None, "%", TARGET, note=error.message)]
    try:
        pairs = _QUICK if quick else _PAIRS[Part.HELD]
        known = await _counted(encoder, pairs, most=2, talks=1 if quick else 2)
        told = [_wrong("two voices, two declared", known)]
        if not quick:
            bounded = await _counted(encoder, pairs, most=4, talks=2)
            told += [_wrong("two voices, four declared", bounded), await _alone(encoder)]
            told.append(Figure("the same, before later lines corrected it", _share(known.wrong_at_first, known), "%"))
        told.append(Figure("voices: processor time a second of speech", known.processor * 100 / known.spoken, "s"))
    except CorpusMissing as error:
        return [Figure("speech put to the wrong voice", None, "%", TARGET, note=str(error))]
    finally:
        await encoder.close()
    return told


def _wrong(measure: str, count: Count) -> Figure:
    note = f"{count.spoken / 100:.0f} s of speech; worst: {', '.join(count.missed) or 'none over the target'}"
    return Figure(f"speech put to the wrong voice: {measure}", _share(count.wrong, count), "%", TARGET, note=note)


def _share(steps: int, count: Count) -> float:
    return 100.0 * steps / count.spoken


async def _counted(
    encoder: VoiceprintEncoder, pairs: Sequence[tuple[str, str]], *, most: int, talks: int, part: Part = Part.HELD
) -> Count:
    count = Count()
    for one, other in pairs:
        for seed in range(talks):
            talk = await asyncio.to_thread(conversation, one, other, seed, part)
            spoken, wrong, first, processor = await measured(encoder, talk, most)
            count.spoken += spoken
            count.wrong += wrong
            count.wrong_at_first += first
            count.processor += processor
            if 100.0 * wrong / spoken > TARGET:
                count.missed.append(f"{one}/{other} {100.0 * wrong / spoken:.1f}")
    return count


async def _alone(encoder: VoiceprintEncoder) -> Figure:
    """How much of one person's speech is put to a second one who is not there."""
    count = Count()
    for name in ("en", "cs-m", "nl-v"):
        talk = await asyncio.to_thread(conversation, name, name, 0, Part.HELD)
        talk.truth = np.minimum(talk.truth, 1).astype(np.int8)
        spoken, wrong, *_ = await measured(encoder, talk, 2)
        count.spoken += spoken
        count.wrong += wrong
    return _wrong("one voice, two declared", count)


async def measured(encoder: VoiceprintEncoder, talk: Talk, most: int) -> tuple[int, int, int, float]:
    """Steps of speech, those put to the wrong voice in the end and at first, and processor seconds."""
    diarizer, voices = Diarizer({}, encoder), Voices(most)
    began = time.process_time()
    stretches: list[tuple[Segment, Sequence[int], Sequence[float]]] = []
    parts = []
    for segment in await asyncio.to_thread(lambda: list(_segments(talk.pcm))):
        for part in await diarizer.tell_apart(segment, voices):
            parts.append(part)
            stretches.append((part.segment, [piece.voice for piece in part.pieces], [p.seconds for p in part.pieces]))
    processor = time.process_time() - began
    first = [(segment, _most(labels, seconds)) for segment, labels, seconds in stretches]
    final = [(part.segment, _most([p.voice for p in part.pieces], [p.seconds for p in part.pieces])) for part in parts]
    return int(np.count_nonzero(talk.truth)), _errors(talk.truth, final), _errors(talk.truth, first), processor


def _most(labels: Sequence[int], seconds: Sequence[float]) -> int:
    return max(set(labels), key=lambda label: sum(s for mine, s in zip(labels, seconds, strict=True) if mine == label))


def _errors(truth: Truth, told: Sequence[tuple[Segment, int]]) -> int:
    """Steps of speech in segments whose voice is not their speaker's, by the best pairing of voices and speakers."""
    voices = sorted({voice for _, voice in told})
    table = np.zeros((max(2, len(voices)), 2), int)
    for segment, voice in told:
        start = round(segment.start * 100)
        piece = truth[start : start + len(segment.pcm) // (2 * _STEP)]
        table[voices.index(voice)] += [np.count_nonzero(piece == 1), np.count_nonzero(piece == 2)]
    right = max(table[one, 0] + table[other, 1] for one, other in permutations(range(len(table)), 2))
    return int(table.sum() - right)


def _segments(pcm: bytes) -> Iterator[Segment]:
    segmenter = Segmenter(_silero().detector())
    for number, at in enumerate(range(0, len(pcm) - FRAME_BYTES, FRAME_BYTES)):
        segment = segmenter.feed(AudioFrame(pcm[at : at + FRAME_BYTES], number * FRAME_SECONDS))
        if segment is not None:
            yield segment
    last = segmenter.flush()
    if last is not None:
        yield last


@cache
def _silero() -> Silero:
    return Silero()


def conversation(one: str, other: str, seed: int, part: Part) -> Talk:
    """Two people talk in turns, each as loud as they like, on one telephone."""
    chance = random.Random(f"{one} {other} {seed} {part}")
    lines = [_shuffled(name, part, chance) for name in (one, other)]
    gains = [10 ** (chance.uniform(-4, 4) / 20) for _ in lines]
    sound: list[Samples] = [np.zeros(RATE // 2, np.int16)]
    whose: list[Truth] = [np.zeros(RATE // 2, np.int8)]
    who = chance.randrange(2)
    while sum(map(len, sound)) < _SECONDS * RATE:
        length = chance.uniform(0.5, 1.2) if chance.random() < 0.3 else chance.uniform(1.5, 8.0)
        said = 0.0
        while said < length:
            clip = _next(lines[who], length - said)
            said += len(clip) / RATE
            sound += [(clip * gains[who]).astype(np.int16), _pause(chance.uniform(0.05, 0.5))]
            whose += [np.full(len(clip), who + 1, np.int8), np.zeros(len(sound[-1]), np.int8)]
        sound[-1] = _pause(max(0.0, chance.gauss(0.28, 0.2)))
        whose[-1] = np.zeros(len(sound[-1]), np.int8)
        who = 1 - who
    samples = np.concatenate(sound)
    hum = np.random.default_rng(seed).standard_normal(len(samples)) * chance.choice((3, 10, 25))
    noisy = np.clip(samples + hum, -32_768, 32_767).astype("<i2")
    steps = len(noisy) // _STEP
    loud = np.sqrt(np.mean(samples[: steps * _STEP].reshape(steps, _STEP).astype(np.float64) ** 2, axis=1)) > _QUIET
    middle = np.concatenate(whose)[: steps * _STEP].reshape(steps, _STEP)[:, _STEP // 2]
    return Talk(noisy.tobytes(), np.where(loud, middle, 0).astype(np.int8))


def _pause(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE), np.int16)


def _next(lines: list[Samples], seconds: float) -> Samples:
    """The next line that is not much longer than this; the line goes to the end of the queue."""
    fitting = (number for number, line in enumerate(lines) if len(line) / RATE <= max(seconds, 0.6) * 1.3)
    line = lines.pop(next(fitting, 0))
    lines.append(line)
    return line


def _shuffled(name: str, part: Part, chance: random.Random) -> list[Samples]:
    lines = list(_lines(name, part))
    chance.shuffle(lines)
    return lines


@cache
def _lines(name: str, part: Part) -> tuple[Samples, ...]:
    """Clips of one voice, by telephone, at one loudness, without the silence around them."""
    clips = _acted(*name.split("-"), part) if "-" in name else prompts(name, part=part)
    chosen = sorted(clips, key=lambda clip: clip.name[::-1])
    heard = (_level(telephone(clip.pcm)) for clip in chosen if 0.4 <= seconds_of(clip.pcm) <= 9.0)
    return tuple(islice((line for line in heard if len(line) > 0.3 * RATE), _LINES))


def _acted(language: str, person: str, part: Part) -> list[Clip]:
    """Lines of one of the game's two fish: m speaks with a woman's voice, v with a man's."""
    folder = fetched(_ACTORS[language], _ACTORS[language])
    paths = sorted(folder.rglob(f"{language}/*-{person}-*.ogg"))[int(part is Part.HELD) :: 2]
    paths = random.Random(language + person).sample(paths, min(len(paths), _LINES * 2))
    return [Clip(path.stem, read_sound(path), "", language, f"{language}-{person}", part) for path in paths]


def _level(pcm: bytes) -> Samples:
    samples = np.frombuffer(pcm, "<i2").astype(np.float32)
    steps = len(samples) // _STEP
    loud = np.sqrt(np.mean(samples[: steps * _STEP].reshape(steps, _STEP) ** 2, axis=1))
    heard = np.flatnonzero(loud > max(_QUIET, 0.03 * loud.max(initial=0.0)))
    if len(heard) < 10:
        return np.zeros(0, np.int16)
    kept = samples[heard[0] * _STEP : (heard[-1] + 1) * _STEP]
    return np.clip(kept * (2_000 / np.sqrt(np.mean(kept**2))), -32_000, 32_000).astype(np.int16)
