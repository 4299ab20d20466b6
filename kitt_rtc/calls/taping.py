"""What calls need to be taped: where to, and what the tape's head says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kitt_rtc.ports import Tapes

TAPED = "taped"
"""A word of `CallStarted.warnings`: the call's sound and all that engines answer is kept. Told before anyone speaks."""


@dataclass(frozen=True, slots=True)
class Taping:
    tapes: Tapes
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Those that decide what comes of a call; never a secret."""
    every: float = 1.0
    """Seconds between two writings."""
