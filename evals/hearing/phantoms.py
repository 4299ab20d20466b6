"""What is written down when nobody speaks, and which short answers are lost by those who look out for it (N4).

The whole hearing: gate, detector, segmenter, diarizer, and a scribe with its guard. English by the embedded engine.
French by real weights is `french.py`'s; here, where there may be none, an engine that answers every sound with a phrase
it could make up stands in (`invented`), and one that answers a real "oui" with "Oui." (`said`), so that the guard alone
is measured.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path

import yaml

from evals.figure import Figure
from evals.hearing.answers import answers
from evals.hearing.babble import babble
from evals.hearing.clip import Clip, Part
from evals.hearing.corpora import Band, CorpusMissing, part_of, telephone
from evals.hearing.noises import HELD_FROM, noises
from evals.hearing.parrot import Parrot
from evals.hearing.talk import frames_of
from kitt_rtc.engines.energy import GatedDetector, LoudnessDetector
from kitt_rtc.engines.moonshine import MoonshineOptions, MoonshineTranscriber
from kitt_rtc.engines.silero import Silero
from kitt_rtc.model.audio import seconds_of
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.facts import SegmentSkipped, UtteranceHeard
from kitt_rtc.model.speech import Role, Segment, Speaker
from kitt_rtc.model.words import word_count
from kitt_rtc.pipeline.diarizer import Diarizer
from kitt_rtc.pipeline.guard import Guard
from kitt_rtc.pipeline.scribe import Scribe
from kitt_rtc.pipeline.segmenter import Segmenter
from kitt_rtc.playbooks.coaching import MANNERS
from kitt_rtc.ports import SpeechDetector, Transcriber

_TEXTS = Path(__file__).with_name("phantom_texts.yaml")
_CLIENT = Speaker("CLIENT", Role.CUSTOMER)
_DIARIZER = Diarizer(MANNERS)
_SECONDS, _QUICK_SECONDS = 65.0, 4.4
"""Of each kind of noise, on either band; of the small part on one of them."""
_QUICK_ANSWERS = 18
"""Of each language and band."""
_BANDS: tuple[Band, Band] = ("wide", "phone")


@dataclass(slots=True)
class Hearing:
    """One way of hearing, and what came of it."""

    detector: Callable[[], SpeechDetector]
    scribe: Scribe
    language: str = "en"
    written: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)
    """Reasons."""

    async def hear(self, pcm: bytes) -> bool:
        """Is anything written down of this sound?"""
        before = len(self.written)
        segmenter = Segmenter(GatedDetector(self.detector()))
        for segment in (*map(segmenter.feed, frames_of(pcm)), segmenter.flush()):
            if segment is not None:
                await self._write(segment)
        return len(self.written) > before

    async def _write(self, segment: Segment) -> None:
        named = _DIARIZER.name(segment, _CLIENT)
        objection = _DIARIZER.objection(named)
        if objection:
            self.skipped.append(objection)
            return
        for fact in await self.scribe.write(named, Conversation(language=self.language)):
            if isinstance(fact, UtteranceHeard):
                self.written.append(fact.utterance.text)
            elif isinstance(fact, SegmentSkipped):
                self.skipped.append(fact.reason)


async def figures(quick: bool = False) -> Sequence[Figure]:
    """Held seeds and held answers only; what cannot be measured says so."""
    try:
        silero, engine = Silero(), MoonshineTranscriber()
        bare = MoonshineTranscriber(MoonshineOptions(looks_for_speech=False))
    except EngineUnavailable as error:
        return [Figure("invented words", None, "words/h", 1.0, note=error.message)]
    try:
        found = [
            await invented("English, as shipped", Hearing(silero.detector, guarded(engine)), quick=quick, target=1.0),
            await _french(silero, quick=quick),
            *await _answers(silero, engine, quick=quick),
        ]
        return found if quick else [*found, *await _ablations(silero, bare), *await _far_away(silero, engine)]
    finally:
        await engine.close()
        await bare.close()


def guarded(engine: Transcriber) -> Scribe:
    """As shipped."""
    return Scribe(engine, guard=Guard())


async def invented(
    what: str, hearing: Hearing, *, quick: bool, target: float | None = None, part: float = 1.0
) -> Figure:
    """Words an hour that are written down of noise; `part` of each kind of noise is played."""
    seconds = 0.0
    for pcm in _sounds(quick=quick, part=part):
        seconds += seconds_of(pcm)
        await hearing.hear(pcm)
    words = sum(map(word_count, hearing.written))
    note = f"{seconds / 60:.0f} min of 28 noises, wide and phone; {len(hearing.skipped)} segments skipped"
    return Figure(f"invented words, {what}", words * 3_600 / seconds, "words/h", target, note=note)


async def _french(silero: Silero, *, quick: bool) -> Figure:
    texts = [text for text in yaml.safe_load(_TEXTS.read_text("utf-8")) if part_of(text) is Part.HELD]
    hearing = Hearing(silero.detector, guarded(Parrot(cycle(texts))), "fr")
    return await invented("French, an engine that always invents", hearing, quick=quick, target=1.0)


async def _answers(silero: Silero, engine: Transcriber, *, quick: bool) -> list[Figure]:
    found = []
    for language, name in (("en", "English"), ("fr", "French, words as said")):
        try:
            most = _QUICK_ANSWERS if quick else None
            clips = [clip for band in _BANDS for clip in answers(language, band, Part.HELD, most=most)]
        except CorpusMissing as error:
            found.append(Figure(f"short answers lost, {name}", None, "%", 2.0, note=str(error)))
            continue
        found += await _lost(name, silero, engine, clips)
    return found


async def _lost(name: str, silero: Silero, engine: Transcriber, clips: Sequence[Clip]) -> list[Figure]:
    """By the guard, and by all of hearing: the gate, the detector, T13's half second, the engine and the guard."""
    lost = by_guard = 0
    for clip in clips:
        writer = engine if clip.language == "en" else Parrot(cycle([f"{clip.text.capitalize()}."]))
        with_guard = Hearing(silero.detector, guarded(writer), clip.language)
        if not await with_guard.hear(clip.pcm):
            lost += 1
            by_guard += await Hearing(silero.detector, Scribe(writer), clip.language).hear(clip.pcm)
    note = f"{len(clips)} answers, wide and phone"
    return [
        Figure(f"short answers lost by the guard, {name}", 100 * by_guard / len(clips), "%", 2.0, note=note),
        Figure(f"short answers lost in all, {name}", 100 * lost / len(clips), "%", note="T13 and the engine included"),
    ]


async def _ablations(silero: Silero, bare: Transcriber) -> list[Figure]:
    """What the layers are worth: a model that takes all sound for speech, behind less and less."""
    ways = (
        ("bare model, loudness alone, no guard", LoudnessDetector, Scribe(bare)),
        ("bare model, loudness alone, guard", LoudnessDetector, guarded(bare)),
        ("bare model, neural detector, no guard", silero.detector, Scribe(bare)),
        ("bare model, neural detector, guard", silero.detector, guarded(bare)),
    )
    return [await invented(name, Hearing(detector, scribe), quick=False, part=0.25) for name, detector, scribe in ways]


async def _far_away(silero: Silero, engine: Transcriber) -> list[Figure]:
    """Speech, though nobody's on this line: told apart, without a target."""
    hearing = Hearing(silero.detector, guarded(engine))
    try:
        pcm = babble(120.0, seed=HELD_FROM)
    except CorpusMissing as error:
        return [Figure("words of a far-away babble", None, "words/h", note=str(error))]
    await hearing.hear(pcm)
    words = sum(map(word_count, hearing.written)) * 3_600 / seconds_of(pcm)
    return [Figure("words of a far-away babble", words, "words/h", note="2 min, six voices, 36 dB below full scale")]


def _sounds(*, quick: bool, part: float) -> Iterator[bytes]:
    for place, noise in enumerate(noises(HELD_FROM, _QUICK_SECONDS if quick else _SECONDS * part)):
        if not quick or place % 2:
            yield noise.pcm
        if not quick or place % 2 == 0:
            yield telephone(noise.pcm)
