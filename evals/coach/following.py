"""Is it known when a rep follows a tip? On the labelled pairs beside this file: `python -m evals.coach following`.

A pair is a tip and what the rep said within thirty seconds of it. Thresholds were chosen on the part to tune on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from evals.figure import Figure
from kitt_rtc.engines.sentences import SentenceEncoder, SentenceOptions
from kitt_rtc.pipeline.following import Following

PAIRS = Path(__file__).with_name("followed.yaml")
_OTHER = {"fr": "en", "en": "fr"}


@dataclass(frozen=True, slots=True)
class Pair:
    tip: str
    say: str
    language: str
    how: str
    """ "said", "paraphrased", or empty: the rep did something else."""
    held: bool


def pairs(path: Path = PAIRS, *, other: bool = False) -> list[Pair]:
    """`other`: with the same tip in the other language than the one the rep speaks."""
    sheet = yaml.safe_load(path.read_text("utf-8"))
    tips = {language: sheet["tips"][_OTHER[language] if other else language] for language in _OTHER}
    return [
        Pair(tips[row["language"]][row["tip"]], row["say"], row["language"], row["how"], row["held"])
        for row in sheet["pairs"]
    ]


async def figures(quick: bool = False) -> Sequence[Figure]:
    """Of the held part, with the embedded nearness and without; `quick`: of every third pair."""
    step = 3 if quick else 1
    held = [pair for pair in pairs() if pair.held][::step]
    across = [pair for pair in pairs(other=True) if pair.held][::step]
    by_meaning = Following(SentenceEncoder(SentenceOptions(inline=True)))
    return (
        *await _of(held, by_meaning, "following"),
        *await _of(across, by_meaning, "following, tip in the other language"),
        *await _of(held, Following(), "following, words alone"),
    )


async def _of(held: Sequence[Pair], following: Following, name: str) -> Sequence[Figure]:
    found = [(pair, await following.how(pair.tip, pair.say)) for pair in held]
    followed = [how for pair, how in found if pair.how]
    others = [how for pair, how in found if not pair.how]
    claimed = [pair for pair, how in found if how]
    return (
        Figure(
            f"{name}: followed tips that are known",
            100 * sum(map(bool, followed)) / max(1, len(followed)),
            "%",
            85.0,
            at_least=True,
            note=f"{len(followed)} held pairs",
        ),
        Figure(
            f"{name}: others taken for it",
            100 * sum(map(bool, others)) / max(1, len(others)),
            "%",
            5.0,
            note=f"{len(others)} held pairs",
        ),
        Figure(
            f"{name}: of those taken for it, right",
            100 * sum(bool(pair.how) for pair in claimed) / max(1, len(claimed)),
            "%",
            note="precision",
        ),
    )
