"""How soon is the end of speech known, and how often is a sentence broken in two? Short answers: `promptness.py`.

Delays count from the last audible sound, in seconds of sound. A sentence is broken when a segment ends inside it:
before BUFFER_SECONDS are held that is a mistake, after that it is the bound at work, and told apart. The fixed pause
of 0.4 s and the learnt one hear the very same detector.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from evals.figure import Figure, quantile
from evals.hearing import nods, promptness
from evals.hearing.clip import Part
from evals.hearing.corpora import CorpusMissing, telephone, with_noise
from evals.hearing.talk import HABITS, Sentence, frames_of, talk
from evals.hearing.words import pink_noise
from kitt_rtc.engines.energy import GatedDetector
from kitt_rtc.engines.silero import Silero
from kitt_rtc.model.audio import FRAME_SECONDS, RATE, SAMPLE_BYTES, AudioFrame
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.pipeline.pauses import Pauses
from kitt_rtc.pipeline.segmenter import Segmenter, SegmenterOptions

_SECONDS, _QUICK_SECONDS = 240.0, 100.0
"""Of talk, for each habit, language and line."""
_NOISE_BELOW = 15.0
_LINES = ("wide", "wide, pink noise 15 dB below", "phone", "phone, pink noise 15 dB below")
_BUFFER = SegmenterOptions().buffer
_BUDGET_P95_MS = 600.0
"""The house's, for the end of a sentence. Of a speaker whose pauses last 0.5 s it cannot be kept."""


async def figures(quick: bool = False) -> Sequence[Figure]:
    """English and French; the detector is the house's."""
    try:
        silero = Silero()
    except EngineUnavailable as error:
        return [Figure("end of speech known, p50", None, "ms", note=error.message)]
    try:
        talked = await asyncio.to_thread(lambda: list(_talks(silero, quick=quick)))
    except CorpusMissing as error:
        told = [Figure("end of speech known, p50", None, "ms", note=str(error))]
    else:
        told = _told(talked, quick=quick)
    return [*told, *await promptness.figures(silero, quick=quick), *await nods.figures(silero, quick=quick)]


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
                frames = list(frames_of(_on(line, said.pcm)))
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


def _told(talked: Sequence[Heard], *, quick: bool) -> list[Figure]:
    """Line by line, and habit by habit. The learnt pause has to be better than the fixed one beside it."""
    lines = {heard.line: [other for other in talked if other.line == heard.line] for heard in talked}
    habits = {heard.habit: [other for other in talked if other.habit == heard.habit] for heard in talked}
    p95 = None if quick else _BUDGET_P95_MS
    return [
        *[figure for line, chosen in lines.items() for figure in _compared(line, chosen, aimed=True, p95=p95)],
        *[figure for habit, chosen in habits.items() for figure in _compared(f"{habit} speaker", chosen, aimed=False)],
    ]


def _compared(name: str, chosen: Sequence[Heard], *, aimed: bool, p95: float | None = None) -> list[Figure]:
    fixed, learnt = Outcome(), Outcome()
    for heard in chosen:
        fixed += heard.fixed
        learnt += heard.learnt
    before = [1_000 * quantile(fixed.delays, share) for share in (0.5, 0.95)]
    after = [1_000 * quantile(learnt.delays, share) for share in (0.5, 0.95)]
    broken, bounded = (_share(fixed.broken, fixed), _share(learnt.broken, learnt)), _share(learnt.bounded, learnt)
    held = f"{learnt.sentences} sentences held back"
    p50 = round(before[0]) if aimed else None
    return [
        Figure(f"end of speech known, p50, {name}", after[0], "ms", p50, note=f"fixed 0.4 s: {before[0]:.0f}; {held}"),
        Figure(f"end of speech known, p95, {name}", after[1], "ms", p95, note=f"fixed 0.4 s: {before[1]:.0f}"),
        Figure(
            f"sentences broken in two, {name}",
            broken[1],
            "%",
            broken[0] if aimed else None,
            note=f"fixed 0.4 s: {broken[0]:.1f}; by BUFFER_SECONDS {bounded:.1f}, fixed "
            f"{_share(fixed.bounded, fixed):.1f}",
        ),
    ]


def _share(count: int, outcome: Outcome) -> float:
    return round(100.0 * count / outcome.sentences, 1)


def _on(line: str, pcm: bytes) -> bytes:
    if "noise" in line:
        noise = pink_noise(len(pcm) / SAMPLE_BYTES / RATE + 0.1, seed=len(pcm))
        pcm = with_noise(pcm, noise, decibels=_NOISE_BELOW)
    return telephone(pcm) if line.startswith("phone") else pcm
