"""How soon is the end of speech known, how often is a sentence broken in two, and how soon is a short answer written?

Delays count from the last audible sound, in seconds of sound. A sentence is broken when a segment ends inside it:
before BUFFER_SECONDS are held that is a mistake, after that it is the bound at work, and told apart. The fixed pause
of 0.4 s and the learnt one hear the very same detector.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from evals.hearing.clip import Part
from evals.hearing.corpora import CorpusMissing, speak, telephone, with_noise
from evals.hearing.figure import Figure, quantile
from evals.hearing.talk import HABITS, Sentence, talk, trimmed
from evals.hearing.words import pink_noise
from kitt_rtc.engines.energy import GatedDetector
from kitt_rtc.engines.moonshine import MoonshineTranscriber
from kitt_rtc.engines.silero import Silero
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, RATE, SAMPLE_BYTES, AudioFrame, seconds_of
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.speech import Segment, Stretch
from kitt_rtc.pipeline.pauses import Pauses
from kitt_rtc.pipeline.segmenter import Segmenter, SegmenterOptions

_SECONDS, _QUICK_SECONDS = 240.0, 100.0
"""Of talk, for each habit, language and line."""
_NOISE_BELOW = 15.0
_LINES = ("wide", "wide, pink noise 15 dB below", "phone", "phone, pink noise 15 dB below")
_BUFFER = SegmenterOptions().buffer
_ANSWERS = {"en": ("Yes.", "No.", "Right.", "Okay."), "fr": ("Oui.", "Non.", "D'accord.", "Voilà.")}
_VOICES = {"en": ("slt", "rms", "awb", "en-us", "en-gb+m7"), "fr": ("fr", "fr-be", "fr+f3", "fr+m7")}
_WRITTEN_MS = 600.0
_CLOSED_P50_MS, _CLOSED_P95_MS = 500.0, 650.0
"""The pause to start from, and what a detector needs to see an end; a slow speaker is given more time."""


async def figures(quick: bool = False) -> Sequence[Figure]:
    """English and French; the detector is the house's."""
    try:
        silero = Silero()
    except EngineUnavailable as error:
        return [Figure("end of speech known, p50", None, "ms", note=error.message)]
    try:
        talked = await asyncio.to_thread(lambda: list(_talks(silero, quick=quick)))
    except CorpusMissing as error:
        talked = []
        missing = [Figure("end of speech known, p50", None, "ms", note=str(error))]
    else:
        missing = []
    return [*missing, *_told(talked), *await _answers(silero, quick=quick)]


# A long talk.


@dataclass
class Outcome:
    """What a way of ending sentences came to."""

    delays: list[float] = field(default_factory=list)
    """From the last sound of a sentence to where its segment closed, in seconds."""
    sentences: int = 0
    broken: int = 0
    """Before BUFFER_SECONDS were held."""
    bounded: int = 0
    """Later than that."""

    def __iadd__(self, other: "Outcome") -> "Outcome":
        self.delays += other.delays
        self.sentences += other.sentences
        self.broken += other.broken
        self.bounded += other.bounded
        return self


@dataclass(frozen=True)
class Heard:
    """One talk on one line, by a fixed and by a learnt pause."""

    line: str
    habit: str
    fixed: Outcome
    learnt: Outcome


class Fixed(Pauses):
    """Pauses from which nothing is learnt."""

    def note(self, silence: float) -> None:
        """As if it had not been."""


@dataclass
class Replayed:
    """A detector's judgement, heard again: one pass of the network serves every way of ending sentences."""

    judged: Iterator[bool]

    def hears(self, frame: AudioFrame) -> bool:
        return next(self.judged)

    def close(self) -> None:
        pass


def _talks(silero: Silero, *, quick: bool) -> Iterator[Heard]:
    for language in ("en",) if quick else ("en", "fr"):
        for name, habit in HABITS.items():
            seconds = _QUICK_SECONDS if quick else _SECONDS
            said = talk(language, Part.HELD, habit, seconds=seconds, seed=f"{language} {name}")
            for line in _LINES[:1] if quick else _LINES:
                frames = list(_frames(_on(line, said.pcm)))
                detector = GatedDetector(silero.detector())
                judged = [detector.hears(frame) for frame in frames]
                yield Heard(
                    line,
                    name,
                    _outcome(said.sentences, _closings(frames, judged, Fixed())),
                    _outcome(said.sentences, _closings(frames, judged, Pauses())),
                )


def _closings(frames: Sequence[AudioFrame], judged: Sequence[bool], pauses: Pauses) -> list[float]:
    """When segments closed, in seconds."""
    segmenter = Segmenter(Replayed(iter(judged)), pauses=pauses)
    return [frame.at + FRAME_SECONDS for frame in frames if segmenter.feed(frame)]


def _outcome(sentences: Iterable[Sentence], closings: Sequence[float]) -> Outcome:
    outcome = Outcome()
    for sentence in sentences:
        outcome.sentences += 1
        behind = [at for at in closings if at >= sentence.end]
        outcome.delays += [behind[0] - sentence.end] if behind else []
        inside = [at for at in closings if sentence.start < at < sentence.end]
        if inside:
            early = inside[0] - sentence.start < _BUFFER
            outcome.broken += early
            outcome.bounded += not early
    return outcome


def _told(talked: Sequence[Heard]) -> list[Figure]:
    """Line by line, and habit by habit; the learnt pause has the targets, the fixed one stands beside it."""
    found = []
    groups: list[tuple[str, Callable[[Heard], bool]]] = [
        *((line, lambda heard, line=line: heard.line == line) for line in _LINES),  # type: ignore[misc]
        *((f"{habit} speaker", lambda heard, habit=habit: heard.habit == habit) for habit in HABITS),  # type: ignore[misc]
    ]
    for name, belongs in groups:
        chosen = [heard for heard in talked if belongs(heard)]
        if chosen:
            found += _compared(name, chosen, aimed=name in _LINES)
    return found


def _compared(name: str, chosen: Sequence[Heard], *, aimed: bool) -> list[Figure]:
    fixed, learnt = Outcome(), Outcome()
    for heard in chosen:
        fixed += heard.fixed
        learnt += heard.learnt
    before = [1_000 * quantile(fixed.delays, share) for share in (0.5, 0.95)]
    after = [1_000 * quantile(learnt.delays, share) for share in (0.5, 0.95)]
    broken = [100 * outcome.broken / outcome.sentences for outcome in (fixed, learnt)]
    bounded = [100 * outcome.bounded / outcome.sentences for outcome in (fixed, learnt)]
    held = f"{learnt.sentences} sentences held back"
    p50, p95 = (_CLOSED_P50_MS, _CLOSED_P95_MS) if aimed else (None, None)
    return [
        Figure(f"end of speech known, p50, {name}", after[0], "ms", p50, note=f"fixed 0.4 s: {before[0]:.0f}; {held}"),
        Figure(f"end of speech known, p95, {name}", after[1], "ms", p95, note=f"fixed 0.4 s: {before[1]:.0f}"),
        Figure(
            f"sentences broken in two, {name}",
            broken[1],
            "%",
            broken[0] if aimed else None,
            note=f"fixed 0.4 s: {broken[0]:.1f}; once 3 s were held {bounded[1]:.1f}, fixed {bounded[0]:.1f}",
        ),
    ]


# A short answer.


async def _answers(silero: Silero, *, quick: bool) -> list[Figure]:
    try:
        engine = MoonshineTranscriber()
    except EngineUnavailable as error:
        return [Figure("short answer written after its end, p95", None, "ms", note=error.message)]
    try:
        await engine.warm()
        return [
            figure
            for language in ("en", "fr")
            for line in (("wide",) if quick else ("wide", "phone"))
            for figure in await _answered(silero, engine, language, line, quick=quick)
        ]
    except CorpusMissing as error:
        return [Figure("short answer written after its end, p95", None, "ms", note=str(error))]
    finally:
        await engine.close()


async def _answered(
    silero: Silero, engine: MoonshineTranscriber, language: str, line: str, *, quick: bool
) -> list[Figure]:
    closed, written, lost = [], [], 0
    voices = _VOICES[language][:2] if quick else _VOICES[language]
    for voice in voices:
        for word in _ANSWERS[language]:
            pcm = trimmed(await asyncio.to_thread(speak, word, voice=voice))
            segment, delay = _answer(silero, _on(line, bytes(3 * RATE) + pcm + bytes(2 * RATE)), 1.5 + seconds_of(pcm))
            if segment is None:
                lost += 1
                continue
            took = await _took(engine, segment)
            closed.append(1_000 * delay)
            written.append(1_000 * (delay + took))
    count = len(voices) * len(_ANSWERS[language])
    told = f"closed p95 {quantile(closed, 0.95):.0f} ms; {count} answers of free voices, {lost} not heard"
    if language == "fr":
        told += "; by the English engine's time: no French one is embedded"
    name = f"{', '.join(_ANSWERS[language][:2])} written after its end, p95, {line}"
    return [
        Figure(name, quantile(written, 0.95), "ms", _WRITTEN_MS, note=told),
    ]


def _answer(silero: Silero, pcm: bytes, end: float) -> tuple[Segment | None, float]:
    """The segment of a word that ends there, and how much later it closed; the other side has just asked."""
    segmenter = Segmenter(GatedDetector(silero.detector()))
    asked = Stretch(-2.0, 1.0)
    for frame in _frames(pcm):
        segment = segmenter.feed(frame, asked)
        if segment:
            return segment, frame.at + FRAME_SECONDS - end
    return None, 0.0


async def _took(engine: MoonshineTranscriber, segment: Segment) -> float:
    """Seconds until it was written: the least of three, for a busy machine says nothing of the engine."""
    times = []
    for _ in range(3):
        began = time.monotonic()
        await engine.transcribe(segment.pcm, language="en", hint="")
        times.append(time.monotonic() - began)
    return min(times)


# Sound.


def _on(line: str, pcm: bytes) -> bytes:
    if "noise" in line:
        pcm = with_noise(pcm, pink_noise(len(pcm) / SAMPLE_BYTES / RATE + 0.1, seed=len(pcm)), decibels=_NOISE_BELOW)
    return telephone(pcm) if line.startswith("phone") else pcm


def _frames(pcm: bytes) -> Iterator[AudioFrame]:
    for number, start in enumerate(range(0, len(pcm) - FRAME_BYTES + 1, FRAME_BYTES)):
        yield AudioFrame(pcm[start : start + FRAME_BYTES], number * FRAME_SECONDS)
