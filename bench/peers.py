"""What a browser's leg costs: processor time a peer, from callers in a second process; and what stays after fifty.

    python bench/peers.py --peers 1 5 10 20
    python bench/peers.py --cycles 50

The callers speak half of the time. Only this process is counted: receiving, decoding, 16 kHz frames on a tap, an
earpiece that speaks half of the time, and the data channel. No detector, no transcriber.
"""

import argparse
import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import numpy as np

from kitt_rtc.journal import Journal
from kitt_rtc.model.audio import FRAME_BYTES, RATE, AudioFrame
from kitt_rtc.model.facts import Trouble
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.transports.webrtc.caller import Caller
from kitt_rtc.transports.webrtc.peer import Peer

WARM_UP_SECONDS = 3.0
COUNT_SECONDS = 12.0
LINE_BYTES = 1_000_000


def talk(seconds: float) -> bytes:
    """Noise with the rhythm of speech, as loud as speech."""
    samples = round(seconds * RATE)
    rhythm = 0.5 + 0.5 * np.sin(2 * np.pi * 4 * np.arange(samples) / RATE)
    noise = np.random.default_rng(1).standard_normal(samples)
    return (noise * rhythm * 2_000).astype("<i2").tobytes()


# the second process


async def be_callers(count: int) -> None:
    """So many callers: offers to stdout, answers from stdin, a JSON line each."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(LINE_BYTES)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    answers: list[asyncio.Future[str]] = [loop.create_future() for _ in range(count)]
    speech = talk(1.0)

    async def one(number: int) -> None:
        async def exchange(offer: str) -> str:
            print(json.dumps({"number": number, "sdp": offer}), flush=True)
            return await answers[number]

        async with Caller(remember_seconds=1.0) as caller:
            await caller.call(exchange)
            while caller.state == "connected":
                await caller.play(speech)
                await asyncio.sleep(1.0)

    async with asyncio.TaskGroup() as group:
        callers = [group.create_task(one(number)) for number in range(count)]
        while line := await reader.readline():
            answer = json.loads(line)
            answers[answer["number"]].set_result(answer["sdp"])
        for caller in callers:
            caller.cancel()


# this process


@dataclass
class House:
    """The legs under measurement."""

    journal: Journal
    peers: list[Peer] = field(default_factory=list)
    frames: int = 0
    loud: int = 0

    async def answer(self, offer: str, group: asyncio.TaskGroup) -> str:
        began = time.monotonic()
        peer = await Peer.answer(
            offer,
            leg_id=f"leg_{len(self.peers)}",
            speaker=Speaker("bench", Role.CUSTOMER),
            clock=lambda: time.monotonic() - began,
            journal=self.journal,
        )
        self.peers.append(peer)
        group.create_task(peer.run())
        group.create_task(self._listen(peer))
        group.create_task(self._speak(peer))
        return peer.answer_sdp

    async def _listen(self, peer: Peer) -> None:
        async for frame in peer.microphone.tap():
            self.frames += 1
            self.loud += any(frame.pcm[:64])

    async def _speak(self, peer: Peer) -> None:
        speech = talk(1.0)
        while not peer.earpiece.closed:
            for start in range(0, len(speech), FRAME_BYTES):
                await peer.earpiece.say(AudioFrame(speech[start : start + FRAME_BYTES], 0.0), source="voice")
            await asyncio.sleep(2.0)


async def lag(samples: list[float]) -> None:
    """How late the loop is, every 10 ms."""
    while True:
        due = time.perf_counter() + 0.01
        await asyncio.sleep(0.01)
        samples.append(time.perf_counter() - due)


async def measure(count: int) -> None:
    journal = Journal("bench", time.monotonic)
    journal.append(Trouble("bench", "began", "now"))
    house = House(journal)
    far = await asyncio.create_subprocess_exec(
        sys.executable, __file__, "--callers", str(count),
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LINE_BYTES,
    )  # fmt: skip
    assert far.stdin is not None
    assert far.stdout is not None
    lags: list[float] = []
    async with asyncio.TaskGroup() as group:
        for _ in range(count):
            offer = json.loads(await far.stdout.readline())
            sdp = await house.answer(offer["sdp"], group)
            far.stdin.write(json.dumps({"number": offer["number"], "sdp": sdp}).encode() + b"\n")
        await asyncio.sleep(WARM_UP_SECONDS)
        watch = group.create_task(lag(lags))
        frames, used, began = house.frames, time.process_time(), time.perf_counter()
        await asyncio.sleep(COUNT_SECONDS)
        took, used = time.perf_counter() - began, time.process_time() - used
        frames = house.frames - frames
        watch.cancel()
        memory = resident()
        for peer in house.peers:
            await peer.hang_up()
    far.stdin.close()
    await far.wait()
    p50, p99 = np.percentile(lags, [50, 99]) * 1_000
    print(
        f"{count:4d} peers  {used / took * 100:6.1f} % of a core  {used / took * 100 / count:5.2f} % a peer  "
        f"{count * took / used:6.1f} a core  {frames / took / 50 / count * 100:5.1f} % of the frames  "
        f"lag p50 {p50:.1f} p99 {p99:.1f} ms  {memory / 1024:.0f} MB",
        flush=True,
    )


@asynccontextmanager
async def pair() -> AsyncIterator[None]:
    journal = Journal("bench", time.monotonic)
    async with Caller(remember_seconds=1.0) as caller, asyncio.TaskGroup() as group:
        peers: list[Peer] = []

        async def exchange(offer: str) -> str:
            peers.append(await Peer.answer(offer, leg_id="leg", speaker=None, clock=time.monotonic, journal=journal))
            group.create_task(peers[0].run())
            return peers[0].answer_sdp

        await caller.call(exchange)
        await caller.play(talk(0.1))
        yield
        await peers[0].hang_up()


async def cycles(count: int) -> None:
    """Connect and close; what is left, with the garbage collector asleep."""
    for _ in range(5):
        async with pair():
            pass
    gc.collect()
    gc.disable()
    before = resident(), sockets(), len(gc.get_objects()), len(asyncio.all_tasks())
    for number in range(1, count + 1):
        async with pair():
            pass
        if number % max(1, count // 5) == 0:
            memory, open_sockets, objects, tasks = (
                now - then
                for now, then in zip(
                    (resident(), sockets(), len(gc.get_objects()), len(asyncio.all_tasks())), before, strict=True
                )
            )
            print(
                f"{number:5d} calls  {memory / number:6.1f} kB a call  {objects / number:5.0f} objects a call  "
                f"{open_sockets} sockets  {tasks} tasks more than before",
                flush=True,
            )


def resident() -> int:
    """Memory of this process, in kB."""
    with open("/proc/self/statm", encoding="ascii") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1_024


def sockets() -> int:
    found = 0
    for number in os.listdir("/proc/self/fd"):
        try:
            found += os.readlink(f"/proc/self/fd/{number}").startswith("socket:")
        except FileNotFoundError:
            continue
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--peers", type=int, nargs="*", default=[1, 5, 10, 20])
    parser.add_argument("--cycles", type=int, default=0)
    parser.add_argument("--callers", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--uvloop", action="store_true")
    chosen = parser.parse_args()
    if chosen.uvloop:
        import uvloop  # noqa: PLC0415  # an extra

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    if chosen.callers:
        asyncio.run(be_callers(chosen.callers))
    elif chosen.cycles:
        asyncio.run(cycles(chosen.cycles))
    else:
        for count in chosen.peers:
            asyncio.run(measure(count))


if __name__ == "__main__":
    main()
