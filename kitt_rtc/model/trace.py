"""How an answer was looked for: what was asked of the knowledge base, what it had, and why most of it was not said."""

from dataclasses import dataclass

OUTCOMES = ("answered", "asked", "below", "told", "unsaid", "nothing")
"""An answer; a question instead; nothing reached the threshold; all of it was told already; no line fits (or the model
says that no passage answers); the base had nothing."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage that a search brought."""

    passage_id: str
    title: str
    source: str
    score: float
    """0 to 1; the best of all phrasings."""
    section: str = ""
    language: str = ""
    version: str = ""
    dropped: str = ""
    """Why it is not the answer: "below" (the threshold), "told" (already), "behind" (another fits better), "unsaid"
    (no line of it fits), "waits" (a question comes first), or what the base itself says: "expired", "not_yet_valid",
    "product" (of another one), "limit"; empty: it is the answer."""
