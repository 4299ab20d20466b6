"""What calls leave behind in the server, by telephone and by browser: memory, sockets, tasks, threads.

    python -m bench.leak --phones 200 --browsers 50

Calls come in through the doors and end as calls do, ten at a time; then the server may rest, and is asked what it
holds. As many calls come before and are not counted: they load what every later one uses, and fill what is bounded.
"""

import argparse
import asyncio
import time
from collections.abc import Callable
from typing import Any

from aiohttp import ClientSession

from bench.house import TOKEN, Server, server
from bench.peers import Crowd
from bench.speech import breaths
from bench.telephones import Speech, Telephone, talk, utterances

_AT_ONCE = 10
_CALL_SECONDS = 1.0
_REST_SECONDS = 3.0
"""After the last call: its story is written and its connections are gone."""
_REMEMBERED = 64
"""Ended calls that the switchboard keeps in memory; that many must have come before anything is a leak."""


def by_telephone(house: Server, count: int) -> None:
    """So many calls."""
    said = utterances()
    for first in range(0, count, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, count))
        telephones = [Telephone(house.address, TOKEN, Speech(said, seed=number)) for number in numbers]
        talk(telephones, _CALL_SECONDS, [])
        for telephone in telephones:
            telephone.hang_up()


def by_browser(house: Server, count: int) -> None:
    """So many calls, each of one browser."""
    asyncio.run(_browse(house, count))


async def _browse(house: Server, count: int) -> None:
    async with ClientSession(house.address) as client:
        for first in range(0, count, _AT_ONCE):
            async with Crowd(client, breaths()).of(min(_AT_ONCE, count - first)):
                await asyncio.sleep(_CALL_SECONDS)


def measure(name: str, calls: Callable[[Server, int], None], count: int) -> None:
    with server() as house:
        calls(house, max(count, _REMEMBERED + _AT_ONCE))
        before = _rested(house)
        calls(house, count)
        after = _rested(house)
    grown = {what: after[what] - before[what] for what in before}
    print(
        f"{count:4d} {name}  {grown['kilobytes'] / count:6.1f} kB and {grown['objects'] / count:.1f} objects a call  "
        f"left behind: {grown['sockets']} sockets, {grown['tasks']} tasks, {grown['threads']} threads",
        flush=True,
    )


def _rested(house: Server) -> dict[str, Any]:
    time.sleep(_REST_SECONDS)
    held: dict[str, Any] = house.ask("hold")
    return held


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--phones", type=int, default=200)
    parser.add_argument("--browsers", type=int, default=50)
    chosen = parser.parse_args()
    if chosen.phones:
        measure("telephones", by_telephone, chosen.phones)
    if chosen.browsers:
        measure("browsers  ", by_browser, chosen.browsers)


if __name__ == "__main__":
    main()
