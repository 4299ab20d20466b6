"""French by Whisper's weights on this machine: words, time, invented words, short answers, languages.

The folder is WHISPER_FOLDER, else the base model's that `make tools` fetches; where there is none, so it says. Speech:
Debian's recorded prompts of a Canadian voice, and sentences of the trade by Pico. espeak-ng's French is told for what
it is: this model does not understand it.
"""

import time
from collections.abc import Sequence
from dataclasses import replace
from resource import RUSAGE_SELF, getrusage

import jiwer

from evals.figure import Figure, quantile
from evals.hearing.answers import WORDS, few, quieter
from evals.hearing.clip import Clip, Part
from evals.hearing.corpora import PICO, Band, CorpusMissing, prompts, speak, telephone
from evals.hearing.french_weights import MISSING, folder, heard_here
from evals.hearing.phantoms import Hearing, guarded, invented
from kitt_rtc.engines.silero import Silero
from kitt_rtc.engines.whisper import WhisperOptions, WhisperTranscriber
from kitt_rtc.model.audio import seconds_of
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.words import fold
from kitt_rtc.pipeline.scribe import Scribe

_SENTENCES = (
    "Les enregistrements de la caméra quatre ne sont plus visibles depuis hier matin.",
    "Nous payons déjà un autre fournisseur, et votre offre est trop chère pour nous.",
    "Pouvez-vous m'envoyer le contrat avant jeudi, s'il vous plaît ?",
    "J'ai redémarré l'enregistreur deux fois, et le voyant rouge est toujours allumé.",
    "Notre équipe perd deux heures par jour parce que le rapport doit être tapé à la main.",
    "Nous avons reçu une offre d'un concurrent avec les mêmes fonctions pour moins cher.",
    "Quelles sont les prochaines étapes, et quand pouvez-vous commencer ?",
    "L'abonnement est actif, mais la caméra n'apparaît pas dans l'application.",
)
_ENGLISH = ("The camera does not record any more.", "Your offer is too expensive for us.", "Can you send me a quote?")
_BANDS: tuple[Band, Band] = ("wide", "phone")
_SPEEDS, _LEVELS = (130, 160, 200), (0.0, -12.0)
"""Words a minute, and decibels, of short answers."""
_TIMED = (2.0, 4.0, 8.0)
_NAMED = ("oui", "non", "d'accord")
"""The answers that the contract names (N4)."""
_QUICK = 4
_QUIET = bytes(2 * 16_000)
"""A second before and behind a short answer."""
_LAG_SECONDS = 1.2


async def figures(quick: bool = False) -> Sequence[Figure]:
    """Held parts only; what cannot be measured says so."""
    place = folder()
    if place is None or not heard_here():
        return [Figure("words wrong, French", None, "%", note=MISSING)]
    before = _megabytes()
    try:
        engine = WhisperTranscriber(WhisperOptions(str(place)))
        await engine.warm()
    except EngineUnavailable as error:
        return [Figure("words wrong, French", None, "%", note=error.message)]
    memory = Figure("memory of the weights, for all threads", _megabytes() - before, "MiB")
    try:
        bands = _BANDS[1:] if quick else _BANDS
        found = [figure for band in bands for figure in await _words(engine, band, quick=quick)]
        found += [*await _lag(engine, quick=quick), memory, await _languages(engine, quick=quick)]
        return [*found, *await _nobody(engine, quick=quick)]
    except CorpusMissing as error:
        return [Figure("words wrong, French", None, "%", note=str(error))]
    finally:
        await engine.close()


async def _words(engine: WhisperTranscriber, band: Band, *, quick: bool) -> list[Figure]:
    recorded = [clip for clip in prompts("fr", band, part=Part.HELD) if len(clip.text.split()) >= 3]
    made = [Clip(text, _by(band, speak(text, voice=PICO)), text, "fr", "pico", Part.HELD) for text in _SENTENCES]
    robots = [Clip(text, _by(band, speak(text, voice="fr")), text, "fr", "espeak", Part.HELD) for text in _SENTENCES]
    found = []
    for who, clips in (("recorded speaker", recorded), ("Pico", made), ("espeak-ng", [] if quick else robots)):
        if not clips:
            continue
        chosen = few(clips, _QUICK)[:_QUICK] if quick else clips
        wrong, cost = await _written(engine, chosen)
        note = f"{len(chosen)} sentences, {sum(seconds_of(clip.pcm) for clip in chosen):.0f} s"
        found.append(Figure(f"words wrong, French, {band}, {who}", wrong, "%", note=note))
        if who == "recorded speaker":
            found.append(Figure(f"processor a second of French, {band}", cost, "s", note="int8, one thread a piece"))
    return found


async def _written(engine: WhisperTranscriber, clips: Sequence[Clip]) -> tuple[float, float]:
    """Words wrong in a hundred, and processor seconds for a second of sound."""
    said, written, began = [], [], time.process_time()
    for clip in clips:
        said.append(fold(clip.text))
        written.append(fold((await engine.transcribe(clip.pcm, language="fr", hint="")).text))
    spent = time.process_time() - began
    return 100.0 * jiwer.wer(said, written), spent / sum(seconds_of(clip.pcm) for clip in clips)


async def _lag(engine: WhisperTranscriber, *, quick: bool) -> list[Figure]:
    """From the piece to its words: processor time, for a busy machine says nothing of the engine."""
    speech = telephone(b"".join(speak(text, voice=PICO) for text in _SENTENCES))
    found = []
    for seconds in _TIMED:
        size = round(seconds * 16_000) * 2
        pieces = [speech[at : at + size] for at in range(0, len(speech) - size, size)][: 2 if quick else 8]
        times = []
        for piece in pieces:
            began = time.process_time()
            await engine.transcribe(piece, language="fr", hint="", among=("fr", "en"))
            times.append(time.process_time() - began)
        note = f"{len(pieces)} pieces, processor time, the language found out too; the pause behind is not in it"
        measure = f"{seconds:g} s of French written down, p95"
        found.append(Figure(measure, quantile(times, 0.95), "s", _LAG_SECONDS, note=note))
    return found


async def _languages(engine: WhisperTranscriber, *, quick: bool) -> Figure:
    """Which of two languages a sentence is in, the other one being expected."""
    cases = [("fr", speak(text, voice=PICO)) for text in _SENTENCES]
    cases += [("en", speak(text, voice=voice)) for text in _ENGLISH for voice in ("slt", "rms", "awb")]
    wrong = 0
    cases = few(cases, 4) if quick else cases
    for language, pcm in cases:
        other = "en" if language == "fr" else "fr"
        heard = await engine.transcribe(telephone(pcm), language=other, hint="", among=("fr", "en"))
        wrong += heard.language != language
    measure, note = "language of a sentence taken for the other", f"{len(cases)} by telephone"
    return Figure(measure, 100.0 * wrong / len(cases), "%", note=note)


async def _nobody(engine: WhisperTranscriber, *, quick: bool) -> list[Figure]:
    """N4 with the real engine: what it makes of noise, and what is lost of short answers."""
    silero = Silero()
    hearing = Hearing(silero.detector, guarded(engine), "fr")
    found = [await invented("French, Whisper as shipped", hearing, quick=quick, target=1.0)]
    return [*found, *await _answers(silero, engine, quick=quick)]


async def _answers(silero: Silero, engine: WhisperTranscriber, *, quick: bool) -> list[Figure]:
    """Lost by the guard: written down without it. Right: as said, whatever the guard thinks."""
    lost = guard_lost = wrong = 0
    named: list[bool] = []
    clips = _short_answers(quick=quick)
    for clip in clips:
        hearing = Hearing(silero.detector, guarded(engine), "fr")
        if not await hearing.hear(clip.pcm):
            lost += 1
            by_guard = await Hearing(silero.detector, Scribe(engine), "fr").hear(clip.pcm)
            guard_lost += by_guard
            named += [by_guard] if clip.text in _NAMED else []
        elif fold(" ".join(hearing.written)) != fold(clip.text):
            wrong += 1
    count = sum(clip.text in _NAMED for clip in clips)
    note = f"{len(clips)} answers by Pico and the recorded speaker, wide and phone"
    return [
        Figure(
            f"{', '.join(_NAMED)} lost by the guard, French, Whisper",
            100 * sum(named) / max(1, count),
            "%",
            2.0,
            note=f"{count} answers",
        ),
        Figure("short answers lost by the guard, French, Whisper", 100 * guard_lost / len(clips), "%", 2.0, note=note),
        Figure("short answers lost in all, French, Whisper", 100 * lost / len(clips), "%", note="T13 included"),
        Figure("short answers written as another word, French, Whisper", 100 * wrong / len(clips), "%", note=note),
    ]


def _short_answers(*, quick: bool) -> Sequence[Clip]:
    ways = [(word, speed, level) for word in WORDS["fr"] for speed in _SPEEDS for level in _LEVELS]
    made = [
        Clip(word, quieter(speak(word, voice=PICO, speed=speed), level), word, "fr", PICO, Part.HELD)
        for word, speed, level in (few(ways, 4) if quick else ways)
    ]
    recorded = [clip for clip in prompts("fr", part=Part.HELD) if len(clip.text.split()) <= 2]
    clips = [*made, *(few(recorded, 2) if quick else few(recorded, 40))]
    return [replace(clip, pcm=_by(band, _QUIET + clip.pcm + _QUIET)) for clip in clips for band in _BANDS]


def _by(band: Band, pcm: bytes) -> bytes:
    return telephone(pcm) if band == "phone" else pcm


def _megabytes() -> float:
    return getrusage(RUSAGE_SELF).ru_maxrss / 1024
