"""Are the words right? Word error rate per engine: wide band, telephone, and noise on the telephone."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

import jiwer
import numpy as np

from evals.figure import Figure
from evals.hearing.clip import Clip, Part
from evals.hearing.corpora import CorpusMissing, prompts, voices, with_noise
from kitt_rtc.engines.moonshine import MoonshineTranscriber
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.words import fold
from kitt_rtc.ports import Transcriber

_SENTENCES = (
    "The recordings of camera four are not visible since yesterday morning.",
    "We already pay another supplier, and your offer is too expensive for us.",
    "Can you send me the contract before Thursday, please?",
    "I restarted the recorder twice, and the red light is still on.",
    "Our team loses two hours a day because the report has to be typed by hand.",
)
_SEED = 20_261_128
_QUICK = 12
"""Clips of the small part."""


async def figures(quick: bool = False) -> Sequence[Figure]:
    """English by the embedded engine, French being `french.py`'s; what cannot be measured says so."""
    try:
        engine = MoonshineTranscriber()
    except EngineUnavailable as error:
        return [Figure("words wrong, moonshine", None, "%", note=error.message)]
    try:
        return [
            *[figure for band in ("wide", "phone") for figure in await _recorded(engine, band, quick=quick)],
            *await _noisy(engine, quick=quick),
            await _synthetic(engine, quick=quick),
        ]
    finally:
        await engine.close()


async def _recorded(engine: Transcriber, band: str, *, quick: bool) -> list[Figure]:
    measure = f"words wrong, moonshine, {band}, recorded speaker"
    try:
        clips = _some(prompts("en", "phone" if band == "phone" else "wide", part=Part.HELD), quick=quick)
    except CorpusMissing as error:
        return [Figure(measure, None, "%", note=str(error))]
    target = 10.0 if band == "phone" else 9.0
    return [Figure(measure, await word_errors(engine, clips), "%", target, note=f"{len(clips)} prompts held back")]


async def _noisy(engine: Transcriber, *, quick: bool) -> list[Figure]:
    try:
        clips = _some(prompts("en", "phone", part=Part.HELD), quick=quick)
    except CorpusMissing as error:
        return [Figure("words wrong, moonshine, phone, pink noise", None, "%", note=str(error))]
    found = []
    for decibels, target in ((20.0, 10.0), (10.0, 18.0)):
        noisy = [_in_noise(clip, decibels, seed) for seed, clip in enumerate(clips)]
        measure = f"words wrong, moonshine, phone, pink noise {decibels:g} dB below"
        errors = await word_errors(engine, noisy)
        found.append(Figure(measure, errors, "%", target, note=f"{len(noisy)} prompts held back"))
    return found


async def _synthetic(engine: Transcriber, *, quick: bool) -> Figure:
    measure = "words wrong, moonshine, phone, free voices"
    try:
        clips = _some(voices(_SENTENCES, "en", "phone"), quick=quick)
    except CorpusMissing as error:
        return Figure(measure, None, "%", note=str(error))
    errors = await word_errors(engine, clips)
    return Figure(measure, errors, "%", note=f"{len(clips)} sentences, eight voices, espeak's among them")


async def word_errors(engine: Transcriber, clips: Iterable[Clip]) -> float:
    """Words wrong, missing or too many, per hundred that were said; spelling marks and capitals do not count."""
    said, written = [], []
    for clip in clips:
        heard = await engine.transcribe(clip.pcm, language=clip.language, hint="")
        said.append(fold(clip.text))
        written.append(fold(heard.text))
    return 100.0 * jiwer.wer(said, written)


def pink_noise(seconds: float, *, seed: int) -> bytes:
    """As loud as a voice; the same for the same seed."""
    count = round(seconds * 16_000)
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    spectrum /= np.sqrt(np.maximum(1.0, np.arange(len(spectrum))))
    wave = np.fft.irfft(spectrum, count)
    return (wave / np.abs(wave).max() * 8_000).astype("<i2").tobytes()


def _in_noise(clip: Clip, decibels: float, seed: int) -> Clip:
    noise = pink_noise(len(clip.pcm) / 32_000 + 0.1, seed=_SEED + seed)
    return replace(clip, pcm=with_noise(clip.pcm, noise, decibels=decibels))


def _some(clips: Sequence[Clip], *, quick: bool) -> Sequence[Clip]:
    """Sentences of three words and more; a few of them, spread over all, for the small part."""
    whole = [clip for clip in clips if len(clip.text.split()) >= 3]
    return whole[:: max(1, len(whole) // _QUICK)][:_QUICK] if quick else whole
