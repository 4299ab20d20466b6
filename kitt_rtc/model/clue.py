"""What a technician has told of a trouble, piece by piece, with the words that tell it."""

from dataclasses import dataclass

CLUES = ("product", "component", "code", "symptom", "tried", "time", "quantity", "state")
"""Kinds. A "state" is what a yes or a no answers: is live view there, is it one camera or all?"""


@dataclass(frozen=True, slots=True)
class Clue:
    """One piece: said, or denied."""

    kind: str
    """One of `CLUES`."""
    id: str
    """For machines, the same in every language: "camera", "live_view"; of codes and quantities, the words."""
    label: str
    """For people, in the language it was told in."""
    quote: str
    """The words, as they were said; of a bare "yes", that."""
    utterance_id: str
    denied: bool = False
    """It is not so, or they do not have one: known too, and asked no more."""
