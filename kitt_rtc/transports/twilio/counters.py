"""What a telephone line counts: everything that was not as it should be, and how much was."""

from dataclasses import dataclass


@dataclass(slots=True)
class LineCounters:
    """Numbers since the socket opened; read by logs and metrics, never reset."""

    messages: int = 0
    """Messages that came, readable or not."""
    frames: int = 0
    """Pieces of sound that were heard."""
    unreadable: int = 0
    foreign: int = 0
    """Messages of another stream, or of another track than the person's own."""
    misplaced: int = 0
    """Messages that do not belong where they came: a second greeting, a start of another call."""
    jumps: int = 0
    """How often `sequenceNumber` was further on than the next: messages are missing, or are late."""
    late: int = 0
    """Messages whose number had been passed: late, or sent twice."""
    repeated: int = 0
    """Frames that came twice, or after they had been given up."""
    reordered: int = 0
    """Frames that came before their turn and waited."""
    missing: int = 0
    """Frames that were waited for in vain."""
    refused_early: int = 0
    """Frames before the start that there was no room for."""
    digits_dropped: int = 0
    restarts: int = 0
    """New streams of the same call on the same socket."""
    frames_sent: int = 0
    clears: int = 0
    marks_sent: int = 0
    marks_returned: int = 0
