"""The crew of a call whose words are known: nothing is heard, everything else is as in a live one."""

import asyncio
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable

from kitt_rtc.calls.crew import Crew
from kitt_rtc.calls.scheduler import Scheduler
from kitt_rtc.engines.sentences import SentenceEncoder, SentenceOptions
from kitt_rtc.pipeline.adviser import Adviser
from kitt_rtc.pipeline.attention import AttentionOptions, Budget
from kitt_rtc.pipeline.deduper import Deduper, DeduperOptions
from kitt_rtc.pipeline.diarizer import Diarizer
from kitt_rtc.pipeline.following import Following
from kitt_rtc.pipeline.pauses import Pauses
from kitt_rtc.pipeline.scribe import Scribe
from kitt_rtc.pipeline.segmenter import Segmenter
from kitt_rtc.pipeline.summarizer import Summarizer
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.coaching import CoachingPlaybook
from kitt_rtc.playbooks.likenesses import Likenesses
from kitt_rtc.playbooks.meanings import Meanings
from kitt_rtc.ports import LanguageModel
from kitt_rtc.prompts.library import Library


@dataclass(frozen=True, slots=True)
class CastOptions:
    """What may differ from one replay to the next."""

    cards: Traversable | None = None
    """Another folder of sheets; None: ours."""
    attention: AttentionOptions = field(default_factory=AttentionOptions)
    deduper: DeduperOptions = field(default_factory=DeduperOptions)
    by_meaning: bool = True
    """With the sentence encoder; without, words alone decide."""


def cast(options: CastOptions, model: LanguageModel | None = None) -> Crew:
    """For calls of the coaching playbook; made where no event loop runs. Raises SettingsError for a wrong sheet."""
    return asyncio.run(learnt_cast(options, model))


async def learnt_cast(options: CastOptions, model: LanguageModel | None = None) -> Crew:
    """The same where one runs. Raises SettingsError for a wrong sheet."""
    library, cards, encoder = Library(), Cards.load(options.cards), nearness(options)
    meanings = Meanings(cards, encoder)
    likenesses = Likenesses.load(encoder)
    await meanings.learn()
    await likenesses.learn()
    playbook = CoachingPlaybook(cards, library, model, meanings=meanings, likenesses=likenesses)
    deduper = Deduper(encoder, model, options.deduper, library, cards.topic_of)
    return Crew(
        playbook=playbook,
        segmenter=_nobody_listens,
        upload_segmenter=lambda: _nobody_listens(Pauses()),
        diarizer=Diarizer(playbook.manners),
        scribe=Scribe(None),
        scheduler=Scheduler(lambda: 1),
        adviser=Adviser(playbook, deduper),
        summarizer=Summarizer(model, library),
        budget=Budget(options.attention, library),
        following=Following(encoder),
    )


def nearness(options: CastOptions) -> SentenceEncoder | None:
    """Sentences by their meaning, in a replay. Raises EngineUnavailable where the encoder is not installed."""
    return SentenceEncoder(SentenceOptions(inline=True)) if options.by_meaning else None


def _nobody_listens(_: Pauses) -> Segmenter:
    raise AssertionError("a replayed call has no microphones")
