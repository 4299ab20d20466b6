"""What is asked of the knowledge base."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subjects:
    """What the dialogue is about, by name; names are compared without case and accents."""

    products: tuple[str, ...] = ()
    """ "Argus Dome"; a passage of one of them fits better."""
    components: tuple[str, ...] = ()
    """ "memory card", as anybody in the call called it; a passage that names one fits better."""
    error_codes: tuple[str, ...] = ()
    """ "E-4012", or "error 4012": a passage that has one fits much better, one that has only others fits worse."""


@dataclass(frozen=True, slots=True)
class Query:
    """A question to the knowledge base."""

    text: str
    also: tuple[str, ...] = ()
    """The same question in other words or in the other language: a passage counts by the wording it fits best."""
    language: str = ""
    """Two letters, of who asks: preferred between passages that fit alike, never demanded."""
    product: str = ""
    """Only what is of this product, or of none in particular; empty: everything."""
    about: Subjects = Subjects()
    on: str = ""
    """The day, as "2026-11-29", on which an article must be valid; empty: today."""
