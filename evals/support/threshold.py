"""From which score on is an article given? Silence against answers, on the questions of tuning.

The rule: the least threshold, in steps of a hundredth, at which nine in ten of what nothing answers stay unanswered on
each half of the tuning questions alone and 97 % of all together. The held questions have no say in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.figure import Figure
from evals.support.bench import Bench
from evals.support.questions import MIN_SCORE, SAMPLES, TUNE, Outcome, ask_all, percent, read

STEPS = tuple(step / 100 for step in range(20, 61))
SILENCE = 97.0
"""Percent; two more than the target, for what tuning does not see."""
SILENCE_OF_EACH = 90.0


@dataclass(frozen=True, slots=True)
class Step:
    """What a threshold does."""

    at: float
    silent: float
    """Percent of what nothing answers."""
    silent_of_each: float
    """The lesser of both files."""
    right: float
    """Percent of what is answered by an article, answered by the right one."""
    wrong: float


def curve(files: Sequence[Sequence[Outcome]]) -> list[Step]:
    everything = [one for outcomes in files for one in outcomes]
    return [_step(at, everything, files) for at in STEPS]


def best(steps: Sequence[Step]) -> Step:
    """By the rule; the highest where none obeys it."""
    fit = (step for step in steps if step.silent >= SILENCE and step.silent_of_each >= SILENCE_OF_EACH)
    return next(fit, steps[-1])


def _step(at: float, everything: Sequence[Outcome], files: Sequence[Sequence[Outcome]]) -> Step:
    known = [one for one in everything if one.question.articles]
    return Step(
        at,
        _silence(everything, at),
        min(_silence(outcomes, at) for outcomes in files),
        percent(known, lambda one: one.answered(at) and one.right_in(1)) or 0.0,
        percent(known, lambda one: one.answered(at) and not one.right_in(1)) or 0.0,
    )


def _silence(outcomes: Sequence[Outcome], at: float) -> float:
    return percent([one for one in outcomes if not one.question.articles], lambda one: not one.answered(at)) or 0.0


async def figures(bench: Bench, quick: bool = False) -> Sequence[Figure]:
    """Prints the curve too, unless it has to be quick."""
    files = [await ask_all(bench, read(file)[:: 4 if quick else 1]) for file in (TUNE, SAMPLES)]
    steps = curve(files)
    chosen = best(steps)
    if not quick:
        print("\nthreshold   silent  of each    right    wrong   (percent, questions of tuning)")
        for step in steps[::2]:
            sign = "<-" if abs(step.at - chosen.at) < 0.011 else ""
            shares = (step.silent, step.silent_of_each, step.right, step.wrong)
            print(f"{step.at:9.2f}{''.join(f'{share:9.1f}' for share in shares)} {sign}")
        print()
    return (
        Figure("threshold: MIN_SCORE", MIN_SCORE, "", note=f"by the rule {chosen.at:.2f}"),
        Figure(
            "threshold: silent on the questions of tuning", chosen.silent, "%", SILENCE, True, f"at {chosen.at:.2f}"
        ),
        Figure("threshold: right article, questions of tuning", chosen.right, "%", note=f"at {chosen.at:.2f}"),
    )
