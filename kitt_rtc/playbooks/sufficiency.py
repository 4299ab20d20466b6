"""Do we know enough to search? Contract T17 to T20: the word counts, exact, in this order, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

PLENTY = 30
"""More words than this are enough by themselves (T17)."""
SOME = 15
"""More words than this are enough with an entity or an issue (T18)."""
FEW = 10
"""More words than this are enough with an issue (T19)."""


@dataclass(frozen=True, slots=True)
class Sufficiency:
    """The ruling and its ground, as a key of `phrases.md`."""

    enough: bool
    ground: str
    words: int


def judge(words: int, entities: Sequence[str], issue: str) -> Sufficiency:
    """Enough to search, or `needs_clarification` (T20)."""
    if words > PLENTY:
        return Sufficiency(True, "enough.words", words)
    if words > SOME and (entities or issue):
        return Sufficiency(True, "enough.entity", words)
    if words > FEW and issue:
        return Sufficiency(True, "enough.issue", words)
    return Sufficiency(False, "needs_clarification", words)
