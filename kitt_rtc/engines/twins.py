"""How alike two texts are, word for word: near-duplicates in two documents are told when one of them comes in."""

from kitt_rtc.model.words import fold

_RUN = 3
"""Words in a row that are compared."""


def likeness(one: str, other: str) -> float:
    """0 to 1: of all runs of three words, the part that both have."""
    runs, others = _runs(one), _runs(other)
    return len(runs & others) / max(1, len(runs | others))


def _runs(text: str) -> set[tuple[str, ...]]:
    words = fold(text).split()
    return {tuple(words[start : start + _RUN]) for start in range(max(1, len(words) - _RUN + 1))}
