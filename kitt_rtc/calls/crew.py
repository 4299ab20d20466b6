"""The steps that serve one call."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from kitt_rtc.calls.purse import ModelBudget
from kitt_rtc.calls.scheduler import Scheduler
from kitt_rtc.calls.speculation import SpeculationOptions
from kitt_rtc.calls.taping import Taping
from kitt_rtc.calls.ticker import Captioning
from kitt_rtc.model.checklist import ChecklistItem
from kitt_rtc.pipeline.adviser import Adviser
from kitt_rtc.pipeline.attention import Budget
from kitt_rtc.pipeline.diarizer import Diarizer
from kitt_rtc.pipeline.following import Following
from kitt_rtc.pipeline.pauses import Pauses
from kitt_rtc.pipeline.scribe import Scribe
from kitt_rtc.pipeline.segmenter import Segmenter
from kitt_rtc.pipeline.summarizer import Summarizer
from kitt_rtc.ports import EchoCanceller, Playbook, Recordings


@dataclass(frozen=True, slots=True)
class Crew:
    """One per playbook; shared by its calls, but for the segmenter, which each voice has of its own."""

    playbook: Playbook
    segmenter: Callable[[Pauses], Segmenter]
    """For a live voice, by what is known of its pauses."""
    upload_segmenter: Callable[[], Segmenter]
    """For an uploaded one, behind the gate of SILENCE_THRESHOLD."""
    diarizer: Diarizer
    scribe: Scribe
    scheduler: Scheduler
    """When the scribe may write: of the house, for all crews."""
    adviser: Adviser
    summarizer: Summarizer
    checklist: Callable[[str], Sequence[ChecklistItem]] = lambda _: ()
    """What should come up in a call, by its language."""
    budget: Budget = field(default_factory=Budget)
    """When a card may be shown; by default at once, whatever else was."""
    following: Following = field(default_factory=Following)
    """Whether the rep follows a tip."""
    recordings: Recordings | None = None
    """Where calls are recorded; None: nowhere."""
    taping: Taping | None = None
    """Where calls are taped, to be lived again; None: nowhere."""
    canceller: Callable[[], EchoCanceller] | None = None
    """Frees a live voice of what is played beside it; None: what is heard is heard."""
    captioning: Captioning | None = None
    """Live captions; None: words are shown once they are written down."""
    model_budget: ModelBudget = field(default_factory=ModelBudget)
    """What language models may cost in a call."""
    speculation: SpeculationOptions = field(default_factory=SpeculationOptions)
    """Is advice begun before the sentence is over?"""
