"""Where the time went between the end of a sentence and the card on a screen (contract N7)."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """One part of the way. Stages stand in the order they were gone through, without gaps and without overlap."""

    name: str
    """"pause", "queue", "words", "news", "context", "advice", "memory", "attention", "kept", "sent" or "painted"."""
    seconds: float
    """Never negative."""


def total(stages: Iterable[Stage]) -> float:
    """Seconds of all of them."""
    return sum(stage.seconds for stage in stages)
