"""How well a line carries a voice, in three figures."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineQuality:
    """Of the last seconds, as far as this side can tell."""

    loss: float
    """The part of their sound that never arrived, 0 to 1."""
    jitter_ms: float
    """How unevenly it arrives, in milliseconds (RFC 3550, 6.4.1)."""
    round_trip_ms: float | None = None
    """There and back, in milliseconds; None where nothing was measured."""
