"""What the knowledge base answered: what was found, and what was passed over and why."""

from dataclasses import dataclass

from kitt_rtc.model.insight import Passage


@dataclass(frozen=True, slots=True)
class Dropped:
    """A passage that fits the words and was not given all the same."""

    passage: Passage
    rule: str
    """ "expired", "not_yet_valid", "product" (of another one), or "limit" (others fit better)."""
    detail: str = ""
    """The date or the product it was dropped for; empty for "limit"."""


@dataclass(frozen=True, slots=True)
class Findings:
    """The answer to a query."""

    passages: tuple[Passage, ...] = ()
    """Best first; each carries its score and the parts of it."""
    dropped: tuple[Dropped, ...] = ()
    """Best first, at most some twenty."""
