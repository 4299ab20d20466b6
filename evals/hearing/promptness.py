"""How soon is a short answer written down? From its last audible sound to its words, the other side having just asked.

The delay until its segment closes is in seconds of sound, that of the engine in seconds of the clock: the least of
three, for a busy machine says nothing of the engine.
"""

import asyncio
import time
from collections.abc import Sequence

from evals.figure import Figure, quantile
from evals.hearing.corpora import CorpusMissing, speak, telephone
from evals.hearing.talk import frames_of, trimmed
from kitt_rtc.engines.energy import GatedDetector
from kitt_rtc.engines.moonshine import MoonshineTranscriber
from kitt_rtc.engines.silero import Silero
from kitt_rtc.model.audio import FRAME_SECONDS, RATE, SAMPLE_BYTES, seconds_of
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.speech import Segment, Stretch
from kitt_rtc.pipeline.segmenter import Segmenter

_ANSWERS = {"en": ("Yes.", "No.", "Right.", "Okay."), "fr": ("Oui.", "Non.", "D'accord.", "Voilà.")}
_VOICES = {"en": ("slt", "rms", "awb", "en-us", "en-gb+m7"), "fr": ("fr", "fr-be", "fr+f3", "fr+m7")}
_MEASURE = "written after its end, p95"
_WRITTEN_MS = 600.0
_BEFORE, _BEHIND = 1.5, 1.0
"""Seconds of silence around the word."""
_QUESTION = Stretch(-2.0, 1.0)
_FRENCH = "; by the English engine's time: no French one is embedded"


async def figures(silero: Silero, *, quick: bool) -> Sequence[Figure]:
    """Both languages, wide band and telephone."""
    try:
        engine = MoonshineTranscriber()
    except EngineUnavailable as error:
        return [Figure(f"short answer {_MEASURE}", None, "ms", note=error.message)]
    try:
        await engine.warm()
        lines = ("wide",) if quick else ("wide", "phone")
        return [await _answered(silero, engine, language, line, quick=quick) for language in _ANSWERS for line in lines]
    except CorpusMissing as error:
        return [Figure(f"short answer {_MEASURE}", None, "ms", note=str(error))]
    finally:
        await engine.close()


async def _answered(silero: Silero, engine: MoonshineTranscriber, language: str, line: str, *, quick: bool) -> Figure:
    closed, written, seconds = [], [], []
    voices, words = _VOICES[language][: 2 if quick else None], _ANSWERS[language]
    for voice, word in ((voice, word) for voice in voices for word in words):
        pcm = trimmed(await asyncio.to_thread(speak, word, voice=voice))
        seconds.append(seconds_of(pcm))
        segment, delay = _heard(silero, pcm, line)
        if segment is not None:
            closed.append(1_000 * delay)
            written.append(1_000 * (delay + await _took(engine, segment)))
    lost = len(seconds) - len(written)
    told = f"{len(seconds)} answers of {min(seconds):.1f} to {max(seconds):.1f} s, free voices, {lost} not heard"
    if closed:
        told += f"; segment closed after {quantile(closed, 0.95):.0f}"
    return Figure(
        f"{' '.join(words[:2])} {_MEASURE}, {line}",
        quantile(written, 0.95) if written else None,
        "ms",
        _WRITTEN_MS,
        note=told + (_FRENCH if language == "fr" else ""),
    )


def _heard(silero: Silero, word: bytes, line: str) -> tuple[Segment | None, float]:
    """The segment of a word, and how long after its end it closed."""
    pcm = _silence(_BEFORE) + word + _silence(_BEHIND)
    segmenter = Segmenter(GatedDetector(silero.detector()))
    for frame in frames_of(telephone(pcm) if line == "phone" else pcm):
        segment = segmenter.feed(frame, _QUESTION)
        if segment:
            return segment, frame.at + FRAME_SECONDS - _BEFORE - seconds_of(word)
    return None, 0.0


async def _took(engine: MoonshineTranscriber, segment: Segment) -> float:
    """Seconds until its words were there."""
    times = []
    for _ in range(3):
        began = time.monotonic()
        await engine.transcribe(segment.pcm, language="en", hint="")
        times.append(time.monotonic() - began)
    return min(times)


def _silence(seconds: float) -> bytes:
    return bytes(round(seconds * RATE) * SAMPLE_BYTES)
