"""Holes in a call: who was away, from when to when, and why.

Pure, from the facts alone: live and years later the same.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kitt_rtc.model.facts import CallResumed, Entry, LegJoined, LegLeft
from kitt_rtc.model.speech import Speaker


@dataclass(frozen=True, slots=True)
class Gap:
    """Nothing that was said in it by this person, or by anybody, could be heard."""

    start: float
    """Seconds since the call began."""
    end: float
    cause: str
    """Why the person was away, in the words of `LegLeft.reason`; "interrupted" where no process held the call."""
    speaker: Speaker | None = None
    """None: everybody."""

    @property
    def seconds(self) -> float:
        return max(0.0, self.end - self.start)


def gaps(story: Iterable[Entry]) -> list[Gap]:
    """Every gap of a story that somebody came back from, in the order they ended."""
    found: list[Gap] = []
    left: dict[str, str] = {}
    people: dict[str, Speaker | None] = {}
    for entry in story:
        match entry.fact:
            case LegJoined(leg_id=leg_id, speaker=speaker, away=away):
                people[leg_id] = speaker
                if speaker is not None and away:
                    found.append(Gap(entry.at - away, entry.at, left.get(speaker.id, "lost"), speaker))
            case LegLeft(leg_id=leg_id, reason=reason):
                gone = people.get(leg_id)
                if gone is not None:
                    left[gone.id] = reason
            case CallResumed(gap=gap):
                found.append(Gap(entry.at - gap, entry.at, "interrupted"))
            case _:
                pass
    return found


def absences(story: Iterable[Entry], broke_off: float) -> dict[str, float]:
    """Since when each person who was in a call is not, by speaker id, once its story broke off and nobody is any more.

    Times are in seconds since the call began.
    """
    since: dict[str, float] = {}
    present: dict[str, Speaker | None] = {}
    for entry in story:
        match entry.fact:
            case LegJoined(leg_id=leg_id, speaker=speaker):
                present[leg_id] = speaker
                if speaker is not None:
                    since.pop(speaker.id, None)
            case LegLeft(leg_id=leg_id):
                gone = present.pop(leg_id, None)
                if gone is not None:
                    since[gone.id] = entry.at
            case _:
                pass
    return {speaker.id: broke_off for speaker in present.values() if speaker is not None} | since
