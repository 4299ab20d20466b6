"""How many browsers a core carries: the whole house in one process, the browsers (aiortc's) in this one.

    python -m bench.peers --peers 1 5 10 20

Each is in a call of its own and speaks half of the time; the house sends it twenty milliseconds of Opus as often.
Counted is the server's process alone, all threads of it. This process has to keep up: where its own loop is late by
more than twenty milliseconds the run does not count.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np
from aiohttp import ClientSession

from bench.gauges import Stopwatch
from bench.house import Server, server
from bench.speech import MOST_LATE_SECONDS, breaths
from kitt_rtc.model.audio import seconds_of
from kitt_rtc.transports.webrtc.caller import Caller

WARM_UP_SECONDS = 3.0
COUNT_SECONDS = 12.0
_LEAST_PAUSE = 1.0


@dataclass
class Crowd:
    """Browsers that call, each by itself."""

    house: ClientSession
    sounds: Sequence[bytes]
    begun: int = 0
    """Utterances; each is said to its end."""
    ending: asyncio.Event = field(default_factory=asyncio.Event)
    """No new utterance is begun."""

    @asynccontextmanager
    async def of(self, count: int) -> AsyncIterator[None]:
        async with asyncio.TaskGroup() as group:
            ready = asyncio.Barrier(count + 1)
            for number in range(count):
                group.create_task(self._one(number, ready))
            await ready.wait()
            yield
            self.ending.set()

    async def _one(self, number: int, ready: asyncio.Barrier) -> None:
        turn = np.random.default_rng(number)
        call_id = (await self._post("/calls/start", {"playbook": "coaching", "language": "en"}))["session_id"]

        async def exchange(sdp: str) -> str:
            person = {"role": "customer", "speaker": {"id": f"C{number}", "name": ""}}
            return str(
                (await self._post("/rtc/offer", {"session_id": call_id, "sdp": sdp, "type": "offer", **person}))["sdp"]
            )

        async with Caller(remember_seconds=1.0) as caller:
            await caller.call(exchange)
            await ready.wait()
            await asyncio.sleep(turn.uniform(0.5, 3.0))
            while not self.ending.is_set():
                sound = self.sounds[turn.integers(len(self.sounds))]
                self.begun += 1
                await caller.play(sound)
                await asyncio.sleep(max(seconds_of(sound), _LEAST_PAUSE))
        await self._post(f"/calls/{call_id}/end", {})

    async def _post(self, path: str, body: dict[str, object]) -> dict[str, str]:
        async with self.house.post(path, json=body) as answer:
            told: dict[str, str] = await answer.json()
            if not answer.ok:
                raise RuntimeError(f"{path} answered {answer.status}: {told}")
            return told


async def measure(count: int, house: Server) -> None:
    before = house.ask("hold")
    async with ClientSession(house.address) as client:
        crowd = Crowd(client, breaths())
        async with crowd.of(count):
            await asyncio.sleep(WARM_UP_SECONDS)
            own = Stopwatch()
            watching = asyncio.create_task(own.run())
            house.ask("begin")
            await asyncio.sleep(COUNT_SECONDS)
            figures, mine = house.ask("end"), own.read()
            watching.cancel()
            after = house.ask("hold")
    heard = house.ask("hold")["heard"]
    print(
        f"{count:4d} browsers  {figures['cores'] * 100:6.1f} % of a core  {count / figures['cores']:6.1f} a core  "
        f"{figures['cores'] / count / 50 * 1e6:6.1f} µs a frame  "
        f"lag p50 {figures['lag_p50']:.1f} p99 {figures['lag_p99']:.1f} ms  "
        f"{(after['kilobytes'] - before['kilobytes']) / count:6.0f} kB a browser  "
        f"heard {heard} of {crowd.begun}  here {mine['cores'] * 100:.0f} % of a core, late p99 {mine['lag_p99']:.1f} ms"
        f"{'' if mine['lag_p99'] <= MOST_LATE_SECONDS * 1_000 else '  DOES NOT COUNT'}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--peers", type=int, nargs="+", default=[1, 5, 10, 20])
    for count in parser.parse_args().peers:
        with server() as house:
            asyncio.run(measure(count, house))


if __name__ == "__main__":
    main()
