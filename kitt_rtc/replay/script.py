"""What is said in a call, by whom and when: all that is needed to live it again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kitt_rtc.model.facts import (
    CallEnded,
    CallStarted,
    CoachSnoozed,
    Entry,
    Fact,
    InsightRated,
    LanguageSwitched,
    LegHeld,
    LegJoined,
    LegLeft,
    PhoneStatusChanged,
    ProfileRead,
    SpeakerCorrected,
    SpeakerNamed,
    UtteranceHeard,
)

GIVEN = (
    LanguageSwitched
    | LegHeld
    | LegJoined
    | LegLeft
    | PhoneStatusChanged
    | ProfileRead
    | SpeakerCorrected
    | SpeakerNamed
    | UtteranceHeard
    | CoachSnoozed
    | InsightRated
)
"""What people and lines did; the rest of a story is what the house made of it, and is made anew."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Something that happens in the call, whatever the house makes of it."""

    at: float
    """Seconds since the call began."""
    fact: Fact


@dataclass(frozen=True, slots=True)
class Script:
    call_id: str
    started: CallStarted
    cues: tuple[Cue, ...]
    seconds: float
    """How long the call is."""

    @classmethod
    def of(cls, story: Sequence[Entry]) -> "Script":
        """What people did in a call that was. Raises ValueError for a story without a beginning."""
        if not story or not isinstance(story[0].fact, CallStarted):
            raise ValueError("a story begins with call_started")
        started = story[0].fact
        cues = tuple(Cue(entry.at, entry.fact) for entry in story if isinstance(entry.fact, GIVEN))
        return cls(started.call_id, started, cues, _length(story))

    @property
    def playbook(self) -> str:
        return self.started.playbook

    @property
    def language(self) -> str:
        return self.started.language


def _length(story: Iterable[Entry]) -> float:
    known = list(story)
    ended = known[-1].fact
    return ended.seconds if isinstance(ended, CallEnded) else known[-1].at
