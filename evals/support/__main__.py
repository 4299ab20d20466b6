"""Every figure of the technician's helper beside its target: `python -m evals.support [part …] [--quick]`."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial

from evals.command import run
from evals.figure import Figure
from evals.support import calls, dialogues, model, questions, talks, threshold
from evals.support.bench import Bench, opened


async def _by_words(bench: Bench, quick: bool) -> Sequence[Figure]:
    """Questions by words alone, as without the sentence encoder."""
    async with opened(by_meaning=False) as plain:
        figures = [*await questions.figures(plain, quick), *await questions.blind(plain, quick)]
    return [replace(figure, measure=f"words alone: {figure.measure}") for figure in figures]


PARTS: dict[str, Callable[[Bench, bool], Awaitable[Sequence[Figure]]]] = {
    "questions": questions.figures,
    "blind": questions.blind,
    "words": _by_words,
    "calls": calls.figures,
    "dialogues": dialogues.figures,
    "model": model.figures,
    "talks": talks.figures,
    "threshold": threshold.figures,
}


async def _part(name: str, quick: bool) -> Sequence[Figure]:
    """Each on a base of its own."""
    async with opened() as bench:
        return await PARTS[name](bench, quick)


if __name__ == "__main__":
    run("evals.support", __doc__, {name: partial(_part, name) for name in PARTS})
