"""The table that `kitt-rtc eval` prints: a line for each call, the totals, and the targets beside them."""

from collections.abc import Iterable, Sequence

from kitt_rtc.replay.marks import Marks

HITS, FALSE_ALARMS, DUPLICATES, INSIDE, WAIT = 0.80, 6.0, 0, 0.05, 3.0
"""Targets: least share of hits; most false alarms an hour, duplicates, share of cards within the client's words, and
seconds from the line to its card at the 95th percentile."""


def table(marks: Sequence[Marks]) -> str:
    """For people."""
    rows = [
        f"{'call':<34} {'hits':>7} {'missed':>7} {'lost':>5} {'false':>6} {'twice':>6} {'inside':>7}  wait p50/p95",
        *map(_row, marks),
        _row(Marks.together(marks, "all together")),
    ]
    return "\n".join(rows)


def verdicts(marks: Marks) -> Iterable[str]:
    """Each figure beside its target, met or missed."""
    inside = marks.inside / marks.shown if marks.shown else 0.0
    told = [
        (
            "golden insights hit",
            f"{100 * marks.hit_share:.0f} %",
            f"at least {100 * HITS:.0f} %",
            marks.hit_share >= HITS,
        ),
        (
            "false alarms an hour",
            f"{marks.false_alarms_an_hour:.1f}",
            f"at most {FALSE_ALARMS:g}",
            marks.false_alarms_an_hour <= FALSE_ALARMS,
        ),
        ("duplicates shown", str(marks.duplicates), f"at most {DUPLICATES}", marks.duplicates <= DUPLICATES),
        ("cards within the client's words", f"{100 * inside:.0f} %", f"at most {100 * INSIDE:.0f} %", inside <= INSIDE),
        ("from line to card, p95", f"{_quantile(marks.waits, 0.95):.1f} s", f"at most {WAIT:g} s", _waits_met(marks)),
    ]
    for name, figure, target, met in told:
        yield f"{name:<34} {figure:>8}   {target:<16} {'met' if met else 'MISSED'}"


def _waits_met(marks: Marks) -> bool:
    return _quantile(marks.waits, 0.95) <= WAIT


def _row(marks: Marks) -> str:
    waits = f"{_quantile(marks.waits, 0.5):.1f}/{_quantile(marks.waits, 0.95):.1f} s" if marks.waits else "-"
    return (
        f"{marks.name:<34} {marks.hits:>3}/{marks.golden:<3} {len(marks.missed):>7} {marks.lost:>5}"
        f" {len(marks.false_alarms):>6} {marks.duplicates:>6} {marks.inside:>7}  {waits}"
    )


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
