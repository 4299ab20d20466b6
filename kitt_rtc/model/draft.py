"""A tip that is still being written, as far as it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Draft:
    """The first words of a card. It is no fact: the card takes its place, or it vanishes."""

    id: str
    title: str = ""
    say: str = ""
    quote: str = ""
    """The words of the call that call for it, as they stand there: without them nothing is shown."""
    over: bool = False
    """Nothing more comes of it."""
    insight_id: str = ""
    """Of the card that takes its place, once it is over; empty: it came to nothing."""
