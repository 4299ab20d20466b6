"""Every figure of the technician's helper beside its target: `python -m evals.support [part …] [--quick]`."""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Sequence

from evals.figure import Figure, table
from evals.support import calls, dialogues, model, questions, talks, threshold
from evals.support.bench import Bench, opened

PARTS: dict[str, Callable[[Bench, bool], Awaitable[Sequence[Figure]]]] = {
    "questions": questions.figures,
    "calls": calls.figures,
    "dialogues": dialogues.figures,
    "model": model.figures,
    "talks": talks.figures,
    "threshold": threshold.figures,
}


async def measure(parts: Sequence[str], *, quick: bool) -> list[Figure]:
    """Part after part: side by side they would take each other's processor time."""
    figures: list[Figure] = []
    async with opened() as bench:
        for number, name in enumerate(parts, start=1):
            began = time.monotonic()
            print(f"[{number}/{len(parts)}] {name} …", end="", file=sys.stderr, flush=True)
            figures += await PARTS[name](bench, quick)
            print(f" {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.support", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"which of {', '.join(PARTS)}; all by default")
    parser.add_argument("--quick", action="store_true", help="the small fixed part, as in make test")
    chosen = parser.parse_args()
    unknown = [part for part in chosen.parts if part not in PARTS]
    if unknown:
        parser.error(f"no part is called {unknown[0]}")
    figures = asyncio.run(measure(chosen.parts or list(PARTS), quick=chosen.quick))
    print(table(figures))
    missed = [figure for figure in figures if figure.met is False]
    print(f"\n{sum(figure.met is True for figure in figures)} targets met, {len(missed)} missed.")


if __name__ == "__main__":
    main()
