"""What should come up in a call, and the words that show that it did."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    id: str
    title: str
    """In the language of the call, a few words."""
    phase: str = ""
    """The phase it belongs to; empty: any."""


@dataclass(frozen=True, slots=True)
class Tick:
    """An item is done, and this proves it."""

    item_id: str
    quote: str
    """The words, as they stand in the utterance."""
    utterance_id: str
