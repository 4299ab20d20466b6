"""The crew of a call that is on a tape: every step is real, and engines answer from the tape."""

from collections.abc import Mapping
from dataclasses import replace

from kitt_rtc.calls.crew import Crew
from kitt_rtc.calls.purse import ModelBudget
from kitt_rtc.pipeline.adviser import Adviser
from kitt_rtc.pipeline.attention import AttentionOptions, Budget
from kitt_rtc.pipeline.correction.names import Names
from kitt_rtc.pipeline.correction.wordbook import read_wordbook
from kitt_rtc.pipeline.corrector import Corrector
from kitt_rtc.pipeline.deduper import Deduper, DeduperOptions
from kitt_rtc.pipeline.diarizer import Diarizer
from kitt_rtc.pipeline.guard import Guard
from kitt_rtc.pipeline.hint import HintOptions, Prompter
from kitt_rtc.pipeline.scribe import Scribe
from kitt_rtc.pipeline.segmenter import Segmenter, SegmenterOptions
from kitt_rtc.pipeline.setbacks import FrankModel
from kitt_rtc.pipeline.summarizer import Summarizer
from kitt_rtc.pipeline.wary import WaryModel
from kitt_rtc.playbooks.support import SupportOptions, SupportPlaybook
from kitt_rtc.playbooks.terms import load_terms
from kitt_rtc.ports import LanguageModel, Transcriber
from kitt_rtc.prompts.library import Library
from kitt_rtc.replay.cast import CastOptions, learnt_cast, nearness
from kitt_rtc.replay.outside import OutsideTranscriber
from kitt_rtc.replay.tape import Tape, setting, texts
from kitt_rtc.replay.taped_engines import (
    Answers,
    TapeCanceller,
    TapeDetector,
    TapeKnowledge,
    TapeModel,
    TapeTranscriber,
)
from kitt_rtc.toolbox import Ears


async def tape_cast(
    tape: Tape,
    answers: Answers,
    options: CastOptions,
    *,
    corrections: str = "",
    model: LanguageModel | None = None,
    ears: Ears | None = None,
) -> Crew:
    """`model`: in the place of the taped one. `ears`: of today, in the place of the taped detector and transcriber.

    `corrections`: the house's file of names. Raises SettingsError where a sheet is wrong.
    """
    header = tape.header
    thinker = model or _taped_model(tape, answers)
    chosen = replace(
        options,
        attention=AttentionOptions(
            per_minute=round(setting(header, "insights_per_minute", 4)),
            per_call=round(setting(header, "insights_per_call", 12)),
        ),
        deduper=DeduperOptions(window=setting(header, "duplicate_window_seconds", 60.0)),
        by_meaning=header.settings.get("engine_embedder") != "lexicon",
    )
    crew = await learnt_cast(chosen, thinker)
    if tape.started.playbook == "support":
        crew = _support(crew, tape, answers, chosen, thinker)
    return _hearing(crew, tape, answers, corrections, ears)


def _taped_model(tape: Tape, answers: Answers) -> LanguageModel | None:
    """None where the call had none."""
    if not answers.models:
        return None
    name = str(tape.header.settings.get("coach_model", "taped"))
    own_wording = tape.header.settings.get("coach_wording") == "model"
    return FrankModel(WaryModel(TapeModel(answers, name), own_wording=own_wording))


def _support(crew: Crew, tape: Tape, answers: Answers, chosen: CastOptions, model: LanguageModel | None) -> Crew:
    header, library = tape.header, Library()
    options = SupportOptions(
        min_score=setting(header, "min_score", 0.35),
        speak=bool(header.settings.get("speak_to_technician")),
        dialogue=bool(header.settings.get("spoken_dialogue")),
    )
    playbook = SupportPlaybook(TapeKnowledge(answers), library, model, options)
    return replace(
        crew,
        playbook=playbook,
        adviser=Adviser(playbook, Deduper(nearness(chosen), model, chosen.deduper, library)),
        summarizer=Summarizer(model, library),
        budget=Budget(None, library),
    )


def _hearing(crew: Crew, tape: Tape, answers: Answers, corrections: str, ears: Ears | None) -> Crew:
    header, playbook = tape.header, crew.playbook
    options = SegmenterOptions(
        pause=setting(header, "pause_seconds", 0.4),
        buffer=setting(header, "buffer_seconds", 3.0),
        max_buffer=setting(header, "max_buffer_seconds", 10.0),
    )
    transcriber: Transcriber | None = TapeTranscriber(answers, frozenset(texts(header, "hears")) or None)
    if ears:
        transcriber = ears.transcriber and OutsideTranscriber(ears.transcriber, far=not ears.embedded)
    terms: Mapping[str, tuple[str, ...]] = load_terms()
    hints = HintOptions(tuple(texts(header, "hint_terms")), terms.get(playbook.name, ()))
    verdicts = TapeDetector.verdicts(tape.voices)
    detector = ears.detector if ears else lambda: TapeDetector(verdicts)
    return replace(
        crew,
        segmenter=lambda pauses: Segmenter(detector(), options, pauses),
        diarizer=Diarizer(playbook.manners, ears.voices if ears else None),
        scribe=Scribe(
            transcriber,
            Prompter(hints),
            guard=Guard(),
            corrector=Corrector(Names(read_wordbook(corrections))),
        ),
        canceller=lambda: TapeCanceller(answers),
        model_budget=ModelBudget(round(setting(header, "coach_budget_tokens", 0))),
    )
