"""Engines to crews: for each playbook the steps that serve its calls, and what all of them share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kitt_rtc.calls.crew import Crew
from kitt_rtc.calls.purse import ModelBudget
from kitt_rtc.calls.scheduler import Scheduler
from kitt_rtc.calls.speculation import SpeculationOptions
from kitt_rtc.calls.taping import Taping
from kitt_rtc.calls.ticker import Captioning, TickerOptions
from kitt_rtc.engines.energy import EnergyOptions, GatedDetector
from kitt_rtc.metrics import Metrics
from kitt_rtc.model.audio import FULL_SCALE
from kitt_rtc.model.checklist import ChecklistItem
from kitt_rtc.model.speech import Role
from kitt_rtc.pipeline.adviser import Adviser
from kitt_rtc.pipeline.attention import AttentionOptions, Budget
from kitt_rtc.pipeline.captioner import Captioner
from kitt_rtc.pipeline.correction.names import Names
from kitt_rtc.pipeline.correction.wordbook import read_wordbook
from kitt_rtc.pipeline.corrector import Corrector
from kitt_rtc.pipeline.deduper import Deduper, DeduperOptions
from kitt_rtc.pipeline.diarizer import Diarizer
from kitt_rtc.pipeline.following import Following
from kitt_rtc.pipeline.hint import HintOptions, Prompter
from kitt_rtc.pipeline.scribe import Scribe
from kitt_rtc.pipeline.segmenter import Segmenter, SegmenterOptions
from kitt_rtc.pipeline.summarizer import Summarizer
from kitt_rtc.pipeline.taping import TapedKnowledge
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.coaching import CoachingPlaybook
from kitt_rtc.playbooks.likenesses import Likenesses
from kitt_rtc.playbooks.meanings import Meanings
from kitt_rtc.playbooks.support import SupportOptions, SupportPlaybook
from kitt_rtc.playbooks.terms import load_terms
from kitt_rtc.ports import Playbook
from kitt_rtc.prompts.library import Library
from kitt_rtc.settings import Settings
from kitt_rtc.toolbox import Toolbox


def crews(
    settings: Settings,
    toolbox: Toolbox,
    library: Library,
    metrics: Metrics,
    *,
    cards: Cards,
    meanings: Meanings,
    likenesses: Likenesses,
) -> Mapping[str, Crew]:
    """A crew by the name of its playbook; somebody has `meanings` and `likenesses` learnt.

    Raises SettingsError where a file of the house cannot be read.
    """
    shared = _Shared(
        scheduler=Scheduler(toolbox.at_once, metrics=metrics),
        corrector=Corrector(Names(read_wordbook(settings.corrections))),
        count=lambda outcome: metrics.caption_passes.labels(outcome).inc(),
        topic_of=cards.topic_of,
        checklists={"coaching": cards.checklist_items},
    )
    found = _playbooks(settings, toolbox, library, cards, meanings=meanings, likenesses=likenesses)
    return {playbook.name: _crew(playbook, settings, toolbox, library, shared) for playbook in found}


@dataclass(frozen=True, slots=True)
class _Shared:
    """What all calls of the house have in common."""

    scheduler: Scheduler
    corrector: Corrector
    count: Callable[[str], None]
    """Told what became of each pass of live captions."""
    topic_of: Callable[[str], str]
    """The topic of an objection's label."""
    checklists: Mapping[str, Callable[[str], Sequence[ChecklistItem]]]
    """By playbook: what should come up, by language."""


def _playbooks(
    settings: Settings, toolbox: Toolbox, library: Library, cards: Cards, *, meanings: Meanings, likenesses: Likenesses
) -> Sequence[Playbook]:
    """A third playbook is one more line here: docs/adding-a-playbook.md."""
    knowledge = TapedKnowledge(toolbox.knowledge) if settings.kitt_tape else toolbox.knowledge
    support = SupportOptions(
        min_score=settings.min_score, speak=settings.speak_to_technician, dialogue=settings.spoken_dialogue
    )
    return (
        CoachingPlaybook(cards, library, toolbox.coach, meanings=meanings, likenesses=likenesses),
        SupportPlaybook(knowledge, library, toolbox.coach, support),
    )


def _crew(playbook: Playbook, settings: Settings, toolbox: Toolbox, library: Library, shared: _Shared) -> Crew:
    options = SegmenterOptions(
        pause=settings.pause_seconds, buffer=settings.buffer_seconds, max_buffer=settings.max_buffer_seconds
    )
    upload_gate = EnergyOptions(loudness=settings.silence_threshold / FULL_SCALE)
    remembers = DeduperOptions(window=settings.duplicate_window_seconds)
    deduper = Deduper(toolbox.nearness, toolbox.analyst, remembers, library, shared.topic_of)
    diarizer = Diarizer(playbook.manners, toolbox.voices)
    scribe = _scribe(playbook, settings, toolbox, shared.corrector)
    ahead = toolbox.captions and toolbox.coach is not None and settings.coach_speculation != "off"
    captioning = Captioning(Captioner(scribe, diarizer), shared.scheduler, shared.count, TickerOptions(at_pause=ahead))
    return Crew(
        playbook=playbook,
        segmenter=lambda pauses: Segmenter(toolbox.detector(), options, pauses),
        upload_segmenter=lambda: Segmenter(GatedDetector(toolbox.detectors(), upload_gate), options),
        diarizer=diarizer,
        scribe=scribe,
        scheduler=shared.scheduler,
        adviser=Adviser(playbook, deduper),
        summarizer=Summarizer(toolbox.analyst, library),
        following=Following(toolbox.nearness),
        checklist=shared.checklists.get(playbook.name, lambda _: ()),
        budget=Budget(_attention(playbook, settings), library),
        recordings=toolbox.recordings,
        taping=_taping(settings, toolbox),
        canceller=toolbox.canceller,
        captioning=captioning if toolbox.captions else None,
        model_budget=ModelBudget(settings.coach_budget_tokens),
        speculation=SpeculationOptions(on=ahead),
    )


def _taping(settings: Settings, toolbox: Toolbox) -> Taping | None:
    if not settings.kitt_tape:
        return None
    hears = toolbox.transcriber.languages if toolbox.transcriber else None
    return Taping(toolbox.tapes, {**settings.on_tape, "hears": sorted(hears or ())})


def _attention(playbook: Playbook, settings: Settings) -> AttentionOptions | None:
    """A rep talks to a client meanwhile; who has none in their call, like a technician, waits for the answer."""
    if Role.REP not in playbook.manners:
        return None
    return AttentionOptions(per_minute=settings.insights_per_minute, per_call=settings.insights_per_call)


def _scribe(playbook: Playbook, settings: Settings, toolbox: Toolbox, corrector: Corrector) -> Scribe:
    hints = HintOptions(settings.hint_terms, load_terms().get(playbook.name, ()))
    return Scribe(
        toolbox.transcriber,
        Prompter(hints),
        guard=toolbox.guard,
        corrector=corrector,
        stand_in=toolbox.stand_in,
    )
