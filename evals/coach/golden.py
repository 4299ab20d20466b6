"""The golden calls of evals/golden: does the right card come, and is nothing said that nobody needs?

`kitt-rtc eval evals/golden` prints the same call by call.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from evals.figure import Figure, quantile
from kitt_rtc.replay import report
from kitt_rtc.replay.cast import CastOptions, cast
from kitt_rtc.replay.golden import GoldenCall, read_golden
from kitt_rtc.replay.marks import Marks, mark
from kitt_rtc.replay.stage import play

FOLDER = Path(__file__).parents[1] / "golden"


async def figures(quick: bool = False) -> Sequence[Figure]:
    """Development and held out apart; `quick`: of every third call."""
    calls = read_golden(FOLDER)[:: 3 if quick else 1]
    return await asyncio.to_thread(_figures, calls)  # a replay has a loop of its own


def _figures(calls: Sequence[GoldenCall]) -> Sequence[Figure]:
    crew = cast(CastOptions())
    found: list[Figure] = []
    for held_out, name in ((False, "development"), (True, "held out")):
        marks = [mark(call, play(call.script, crew)) for call in calls if call.held_out is held_out]
        if marks:
            found += _of(Marks.together(marks, name), len(marks))
    first, second = (play(calls[0].script, crew) for _ in range(2))
    found.append(Figure("golden: N8, facts that differ between two replays", _differing(first, second), "", 0.0))
    return found


def _of(marks: Marks, calls: int) -> list[Figure]:
    name = f"golden, {marks.name}"
    note = f"{calls} calls, {marks.seconds / 60:.0f} minutes, {marks.golden} golden insights"
    return [
        Figure(f"{name}: hits", 100 * marks.hit_share, "%", 100 * report.HITS, at_least=True, note=note),
        Figure(f"{name}: false alarms", marks.false_alarms_an_hour, "/h", report.FALSE_ALARMS, note=note),
        Figure(f"{name}: good tips found and withheld", float(marks.lost), "", note=note),
        Figure(f"{name}: duplicates shown", float(marks.duplicates), "", report.DUPLICATES),
        Figure(f"{name}: cards within the client's words", float(marks.inside), "cards", 0.0, note=f"{marks.shown}"),
        Figure(f"{name}: from line to card, p95", quantile(marks.waits, 0.95), "s", report.WAIT, note=note),
    ]


def _differing(one: Sequence[object], other: Sequence[object]) -> float:
    return float(abs(len(one) - len(other)) + sum(left != right for left, right in zip(one, other, strict=False)))
