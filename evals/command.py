"""The command of an evaluation: its parts one after the other, and one table with targets beside figures."""

import argparse
import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence

from evals.figure import Figure, table

Parts = Mapping[str, Callable[[bool], Awaitable[Sequence[Figure]]]]
"""By name; each is told whether only its small fixed part is wanted."""


def run(package: str, purpose: str | None, parts: Parts) -> None:
    """`python -m PACKAGE [part …] [--quick]`."""
    parser = argparse.ArgumentParser(prog=f"python -m {package}", description=purpose)
    parser.add_argument("parts", nargs="*", metavar="part", help=f"which of {', '.join(parts)}; all by default")
    parser.add_argument("--quick", action="store_true", help="the small fixed part, as in make test")
    chosen = parser.parse_args()
    unknown = [part for part in chosen.parts if part not in parts]
    if unknown:
        parser.error(f"no part is called {unknown[0]}")
    figures = asyncio.run(_measured(parts, chosen.parts or list(parts), quick=chosen.quick))
    print(table(figures))
    missed = [figure for figure in figures if figure.met is False]
    print(f"\n{sum(figure.met is True for figure in figures)} targets met, {len(missed)} missed.")


async def _measured(parts: Parts, chosen: Sequence[str], *, quick: bool) -> list[Figure]:
    """Part after part: side by side they would take each other's processor time."""
    figures: list[Figure] = []
    for number, name in enumerate(chosen, start=1):
        began = time.monotonic()
        print(f"[{number}/{len(chosen)}] {name} …", end="", file=sys.stderr, flush=True)
        figures += await parts[name](quick)
        print(f" {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return figures
