"""Findings with their quotes, as a call's story keeps them: each label once, each quote once, the newest win."""

from collections.abc import Iterable

from kitt_rtc.model.words import fold

MOST_FINDINGS = 12
"""So many pain points, objections or commitments are kept."""


def newest(known: Iterable[str], found: Iterable[str], *, once_a_label: bool = True) -> tuple[str, ...]:
    """What was known and what is new; `once_a_label`: a label that is there already brings nothing."""
    kept: list[tuple[str, str, str]] = []
    for finding in (*known, *found):
        label, quote = label_of(finding), quote_of(finding)
        twice = any((once_a_label and label == other) or quote in said or said in quote for other, said, _ in kept)
        if not twice:
            kept.append((label, quote, finding))
    return tuple(finding for _, _, finding in kept[-MOST_FINDINGS:])


def label_of(finding: str) -> str:
    """Folded: what stands before the quote."""
    return fold(finding.partition(":")[0])


def quote_of(finding: str) -> str:
    """Folded: the words that tell it."""
    return fold(finding.partition(":")[2])
