"""A customer, as the house knows them from before the call."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Profile:
    """Written by people, or by a call with somebody's approval."""

    id: str
    name: str = ""
    company: str = ""
    position: str = ""
    """What they do there."""
    language: str = ""
    """Two letters; empty: not known."""
    phone: str = ""
    """E.164, or empty."""
    products: tuple[str, ...] = ()
    """What they have bought of us."""
    competitors: tuple[str, ...] = ()
    """Whose customer they are, or were."""
    needs: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()
    commitments: tuple[str, ...] = ()
    """What was promised, by either side."""
    terms: tuple[str, ...] = ()
    """Names and words of their trade, for the transcriber."""
    notes: str = ""
    version: int = 0
    """Counts the changes; 0: never stored."""
    updated_at: float = 0.0
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """One field of a profile becomes another."""

    field: str
    before: str
    """In words; of a list, its items with line breaks."""
    after: str
    quote: str = ""
    """The words of a call that led to it; empty when a person wrote it."""
    utterance_id: str = ""
