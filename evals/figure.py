"""A figure beside its target, also when it is missed."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    measure: str
    """What was measured, in words."""
    value: float | None
    """None: it cannot be measured here, and `note` says why."""
    unit: str
    """"%", "ms", "words/h", …"""
    target: float | None = None
    """None: there is none; the figure is told all the same."""
    at_least: bool = False
    """The target is the least, and not the most, that is good enough."""
    note: str = ""
    """On what, and how many."""

    @property
    def met(self) -> bool | None:
        """None where there is no target, or no value."""
        if self.value is None or self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target


def table(figures: Iterable[Figure]) -> str:
    """The figures as lines of Markdown."""
    rows = [("measure", "figure", "target", "", "on"), *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    padded = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    lines = [f"| {' | '.join(cells)} |" for cells in padded]
    rule = "|" + "|".join("-" * (width + 2) for width in widths) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def quantile(values: Iterable[float], share: float) -> float:
    """The value that this share of all values does not exceed."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values")
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _row(figure: Figure) -> tuple[str, str, str, str, str]:
    sign = "≥" if figure.at_least else "≤"
    target = "" if figure.target is None else f"{sign} {figure.target:g} {figure.unit}"
    value = "–" if figure.value is None else f"{figure.value:.{_digits(figure.value)}f} {figure.unit}"
    verdict: dict[bool | None, str] = {True: "met", False: "MISSED", None: ""}
    return figure.measure, value, target, verdict[figure.met], figure.note


def _digits(value: float) -> int:
    return 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
