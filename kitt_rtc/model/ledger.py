"""Where the time went between the end of a sentence and the card on a screen (contract N7).

One clock, the call's. A sentence ends at the last sample that is kept of it, in the time of its track: that is stamped
once, when its first sound arrives, and counted in samples from there. So what a packet is late by, on the network or in
a buffer, belongs to the first stage, "pause".
"""

from collections.abc import Iterable
from dataclasses import dataclass

BEHIND_THE_CARD = frozenset({"kept", "sent", "painted"})
"""Stages that every page has of its own; those before are gone through once."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of the way. Stages stand in the order they were gone through, without gaps and without overlap."""

    name: str
    """"pause" (until it was certain that the sentence was over), "queue" (until an engine had a place for it), "words"
    (until they were in the story), "news" (until the adviser looked), "context", "advice", "attention" (until it could
    be read), "memory" (was it said already?), "kept" (until the card was on disk), "sent" (until it was at a page) or
    "painted" (until it was on the screen)."""
    seconds: float
    """Never negative."""


def measured(began: float, *marks: tuple[str, float]) -> tuple[Stage, ...]:
    """The stages between these moments of one clock, each named by the mark where it ended, told to a tenth of a ms.

    The law: they add up to the last mark's distance from `began`. A mark that lies before the one ahead of it, because
    a stage was not gone through or two clocks differ by a little, ends a stage of no length and takes from no other.
    """
    stages, reached = [], began
    for name, at in marks:
        ended = max(reached, at)
        stages.append(Stage(name, round(ended - reached, 4)))
        reached = ended
    return tuple(stages)


def total(stages: Iterable[Stage]) -> float:
    """Seconds of all of them."""
    return sum(stage.seconds for stage in stages)
