"""Are numbers, addresses and names written as people write them, and everything else left alone?

On the labelled lines beside this file, and on what the embedded engine really writes for spoken ones, before and after.
"""

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import jiwer
import yaml

from evals.coach import cards as coaching
from evals.figure import Figure
from evals.hearing.clip import Part
from evals.hearing.corpora import Band, CorpusMissing, voices
from kitt_rtc.engines.moonshine import MoonshineTranscriber
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.words import language_of
from kitt_rtc.pipeline.correction.names import Names
from kitt_rtc.pipeline.corrector import Corrector
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.coaching import CoachingPlaybook
from kitt_rtc.ports import Transcriber
from kitt_rtc.prompts.library import Library

LINES = Path(__file__).with_name("corrections_lines.yaml")
LANGUAGES = {"fr": "French", "en": "English"}
LONG = (
    "Hello, I would like to order ninety-seven cameras for our two shops, and my number is oh six one two three four "
    "five six seven eight, so please call me when the cameras come, and tell me whether they are still so dear"
)
"""Forty-one words and two corrections."""
_SPOKEN_QUICK = 6
_REPEATS, _ROUNDS = 50, 5


@dataclass(frozen=True, slots=True)
class Line:
    heard: str
    written: str

    @property
    def harmless(self) -> bool:
        """Nothing in it is to be corrected."""
        return self.heard == self.written


async def figures(quick: bool = False) -> Sequence[Figure]:
    """The labelled lines take no time; the spoken ones take an engine."""
    sheet = yaml.safe_load(LINES.read_text("utf-8"))
    corrector = Corrector(Names(sheet["names"]))
    found = [figure for language in LANGUAGES for figure in _labelled(corrector, sheet, language)]
    found += [await _tips(corrector), _mistaken(sheet["many_names"].split())]
    return [*found, *([] if quick else [_cost(corrector)]), *await _spoken(corrector, sheet["spoken"], quick=quick)]


def lines(sheet: Mapping[str, Any], language: str, part: Part) -> list[Line]:
    """The labelled lines of one part."""
    entries: list[list[str] | str] = sheet[language][part.value]
    return [Line(entry, entry) if isinstance(entry, str) else Line(*entry) for entry in entries]


def _labelled(corrector: Corrector, sheet: Mapping[str, Any], language: str) -> list[Figure]:
    held = lines(sheet, language, Part.HELD)
    to_correct, harmless = [one for one in held if not one.harmless], [one for one in held if one.harmless]
    right = sum(corrector.correct(one.heard, language)[0] == one.written for one in to_correct)
    wrong = sum(corrector.correct(one.heard, language)[0] != one.written for one in harmless)
    name = LANGUAGES[language]
    note = "lines held back"
    return [
        Figure(
            f"corrected rightly, {name}", 100 * right / len(to_correct), "%", 95.0, at_least=True,
            note=f"{len(to_correct)} {note}",
        ),
        Figure(
            f"harmless lines changed, {name}", 100 * wrong / len(harmless), "%", 1.0, note=f"{len(harmless)} {note}"
        ),
    ]  # fmt: skip


async def _tips(corrector: Corrector) -> Figure:
    """The coach hears what is corrected: its tips on the labelled lines of its own evaluation must stay the same."""
    playbook = CoachingPlaybook(Cards.load(), Library())
    said = [coaching.Line(**row) for row in yaml.safe_load(coaching.LINES.read_text("utf-8"))]
    pairs = [(line, replace(line, say=corrector.correct(line.say, line.language)[0])) for line in said]
    changed = [(before, after) for before, after in pairs if before != after]
    other = 0
    for before, after in changed:
        other += (await coaching.hear(playbook, before)).topic != (await coaching.hear(playbook, after)).topic
    note = f"{len(changed)} of {len(said)} lines are corrected"
    return Figure("coaching tips that the correction changes", other, "tips", 0.0, note=note)


def _mistaken(names: Sequence[str]) -> Figure:
    """Articles and dialogues in which none of these names is meant."""
    corrector = Corrector(Names(dict.fromkeys(names, ())))
    folder = Path(str(files("kitt_rtc.samples"))) / "knowledge"
    texts = [
        path.read_text("utf-8") for path in (*sorted(folder.glob("*.md")), *sorted(LINES.parents[1].glob("*.yaml")))
    ]
    count = mistaken = 0
    for line in (line for text in texts for line in text.splitlines() if line.strip()):
        count += len(line.split())
        corrections = corrector.correct(line, language_of(line, "en"))[1]
        mistaken += sum(one.rule == "name" for one in corrections)
    note = f"{len(names)} names, {count} words of English and French"
    return Figure("ordinary words taken for a name", 10_000 * mistaken / count, "in 10,000", 1.0, note=note)


def _cost(corrector: Corrector) -> Figure:
    """The quietest of a few rounds: what else the machine does is not the corrector's cost."""
    corrector.correct(LONG, "en")
    rounds = []
    for _ in range(_ROUNDS):
        began = time.thread_time()
        for _ in range(_REPEATS):
            corrector.correct(LONG, "en")
        rounds.append(1_000 * (time.thread_time() - began) / _REPEATS)
    return Figure("processor time of a line of 41 words with two corrections", min(rounds), "ms", 2.0)


async def _spoken(corrector: Corrector, spoken: Sequence[Sequence[str]], *, quick: bool) -> list[Figure]:
    """What moonshine writes for numbers, addresses and names said aloud, before the correction and after it."""
    try:
        engine = MoonshineTranscriber()
    except EngineUnavailable as error:
        return [Figure("words wrong in spoken numbers and addresses", None, "%", note=error.message)]
    try:
        bands: Sequence[Band] = ("wide",) if quick else ("wide", "phone")
        chosen = spoken[:: max(1, len(spoken) // _SPOKEN_QUICK)] if quick else spoken
        return [figure for band in bands for figure in await _in_band(corrector, engine, chosen, band, quick=quick)]
    except CorpusMissing as error:
        return [Figure("words wrong in spoken numbers and addresses", None, "%", note=str(error))]
    finally:
        await engine.close()


async def _in_band(
    corrector: Corrector, engine: Transcriber, spoken: Sequence[Sequence[str]], band: Band, *, quick: bool
) -> list[Figure]:
    wanted = {sentence[0]: sentence[1] for sentence in spoken}
    clips = voices(list(wanted), "en", band)
    clips = clips[: len(wanted)] if quick else clips
    before, after = [], []
    for clip in clips:
        text = (await engine.transcribe(clip.pcm, language="en", hint="")).text
        before.append(text)
        after.append(corrector.correct(text, "en")[0])
    truth = [_words(wanted[clip.text]) for clip in clips]
    measure = f"words wrong in spoken numbers and addresses, {band}"
    raw, corrected = (100 * jiwer.wer(truth, [_words(text) for text in texts]) for texts in (before, after))
    whole = [sum(map(_same, texts, (wanted[clip.text] for clip in clips))) for texts in (before, after)]
    note = f"{len(clips)} sentences, {len({clip.voice for clip in clips})} voices"
    return [
        Figure(f"{measure}, as the engine writes", raw, "%", note=note),
        Figure(f"{measure}, corrected", corrected, "%", round(raw, 1), note=f"target: what it was before; {note}"),
        Figure(f"sentences wholly right, {band}, as the engine writes", 100 * whole[0] / len(clips), "%", note=note),
        Figure(f"sentences wholly right, {band}, corrected", 100 * whole[1] / len(clips), "%", note=note),
    ]


def _same(text: str, wanted: str) -> bool:
    return _words(text) == _words(wanted)


def _words(text: str) -> str:
    """As written, but for capitals, full stops and commas behind a word."""
    return re.sub(r"[.,!?;:]+(?=\s|$)", "", text.lower())
