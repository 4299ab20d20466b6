"""How somebody sounds by their words: mood and urgency, with the words that tell it (roadmap R10)."""

from dataclasses import dataclass

MOODS = ("calm", "pleased", "doubtful", "annoyed", "angry")
URGENCIES = ("none", "soon", "now")


@dataclass(frozen=True, slots=True)
class Tone:
    """Of the one who is not ours: the client, or the technician."""

    mood: str = "calm"
    """One of `MOODS`."""
    urgency: str = "none"
    """One of `URGENCIES`."""
    quote: str = ""
    """The words that tell it, as they were said; empty while nothing does."""
    utterance_id: str = ""


CALM = Tone()
"""While nothing tells another."""
