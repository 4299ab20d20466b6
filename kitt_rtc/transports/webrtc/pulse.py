"""How a browser's leg is, from how long nothing was heard of it.

A browser that vanishes says nothing; ICE's consent notices after half a minute (RELIABILITY trap 8). A living one sends
something every few seconds even while it is mute: RTCP, and the checks of consent.
"""

from dataclasses import dataclass
from enum import StrEnum


class PeerState(StrEnum):
    CONNECTING = "connecting"
    LIVE = "live"
    SILENT = "silent"
    """Connected, and no sound arrives: muted at the source, or a microphone that gives nothing."""
    LOST = "lost"
    """Nothing arrives at all. It may still come back."""
    OVER = "over"


@dataclass(frozen=True, slots=True)
class PulseOptions:
    """All in seconds."""

    connect: float = 10.0
    """A browser that has not connected by then never will."""
    silent: float = 2.0
    lost: float = 10.0
    gone: float = 35.0
    """Lost for this long is left."""
    tick: float = 0.5
    """How often we look."""


def state_of(options: PulseOptions, *, since_sound: float, since_anything: float) -> PeerState:
    """How a connected leg is; `since_…` in seconds."""
    if since_anything >= options.lost:
        return PeerState.LOST
    return PeerState.SILENT if since_sound >= options.silent else PeerState.LIVE
