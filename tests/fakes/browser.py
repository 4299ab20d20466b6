"""A browser in a call, in the same process: a real caller, a real peer, and a wire between them that can be bad."""

import asyncio
import gc
import os
import threading
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import numpy as np

from kitt_rtc.captions import Captions
from kitt_rtc.journal import Journal
from kitt_rtc.model.audio import RATE
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.transports.webrtc.caller import Caller
from kitt_rtc.transports.webrtc.peer import Peer, PeerOptions

REP = Speaker("REP1", Role.REP, "Ana")


def tone(seconds: float, *, hertz: float = 440.0, level: float = 0.25) -> bytes:
    """House sound of one frequency; `level` is its peak, of full scale."""
    at = np.arange(round(seconds * RATE)) / RATE
    return (np.sin(2 * np.pi * hertz * at) * level * 32_767).astype("<i2").tobytes()


def loudness_by_tenths(pcm: bytes) -> list[float]:
    """Root mean square of each tenth of a second, of full scale."""
    samples = np.frombuffer(pcm, "<i2").astype(float) / 32_768
    whole = len(samples) // 1_600 * 1_600
    return [float(value) for value in np.sqrt((samples[:whole].reshape(-1, 1_600) ** 2).mean(axis=1))]


def loudest_hertz(pcm: bytes) -> float:
    samples = np.frombuffer(pcm, "<i2").astype(float)
    return float(np.abs(np.fft.rfft(samples)).argmax() * RATE / len(samples))


def clock() -> Callable[[], float]:
    began = time.monotonic()
    return lambda: time.monotonic() - began


@dataclass
class Talk:
    """A caller, and the leg that answered it."""

    caller: Caller
    journal: Journal
    peer: Peer
    run: asyncio.Task[str]
    answer_sdp: str


@asynccontextmanager
async def talking(
    journal: Journal | None = None,
    *,
    options: PeerOptions | None = None,
    after: int = 0,
    wire: "BadWire | None" = None,
    captions: Captions | None = None,
) -> AsyncIterator[Talk]:
    """A connected pair. `wire` stands between them when it is given."""
    journal = journal or Journal("call_1", clock())
    async with Caller(after=after) as caller:
        answered: list[Peer] = []
        runs: list[asyncio.Task[str]] = []

        async def exchange(sdp: str) -> str:
            offer = without_candidates(sdp) if wire else sdp
            peer = await Peer.answer(
                offer, leg_id="leg_1", speaker=REP, clock=clock(), journal=journal, options=options, captions=captions
            )  # fmt: skip
            answered.append(peer)
            runs.append(asyncio.create_task(peer.run()))
            return await wire.stand_before(peer.answer_sdp) if wire else peer.answer_sdp

        try:
            await caller.call(exchange)
            yield Talk(caller, journal, answered[0], runs[0], answered[0].answer_sdp)
        finally:
            await caller.close()
            for peer, run in zip(answered, runs, strict=True):
                await peer.hang_up()
                await asyncio.wait([run])
                assert run.cancelled() or run.exception() is None
            if wire:
                wire.close()


def without_candidates(sdp: str) -> str:
    return "\r\n".join(line for line in sdp.split("\r\n") if not line.startswith("a=candidate:"))


def media_address(sdp: str) -> tuple[str, int]:
    """The first IPv4 candidate of a description."""
    for line in sdp.split("\r\n"):
        parts = line.split()
        if line.startswith("a=candidate:") and "." in parts[4]:
            return parts[4], int(parts[5])
    raise AssertionError("no candidate")


class BadWire:
    """Passes datagrams on, both ways, but for those that `loses` says it loses: `loses(data, to_peer)`."""

    def __init__(self, loses: Callable[[bytes, bool], bool]) -> None:
        self.loses = loses
        self._ends: list[_End] = []

    async def stand_before(self, answer: str) -> str:
        """The answer with this wire's address in the place of the peer's."""
        host, port = media_address(answer)
        loop = asyncio.get_running_loop()
        _, to_peer = await loop.create_datagram_endpoint(lambda: _End(self, to_peer=False), remote_addr=(host, port))
        _, to_caller = await loop.create_datagram_endpoint(lambda: _End(self, to_peer=True), local_addr=(host, 0))
        to_peer.other, to_caller.other = to_caller, to_peer
        self._ends = [to_peer, to_caller]
        own = to_caller.transport.get_extra_info("sockname")[1]
        candidate = f"a=candidate:1 1 udp 2130706431 {host} {own} typ host"
        return without_candidates(answer).replace("a=ice-ufrag:", f"{candidate}\r\na=ice-ufrag:")

    def close(self) -> None:
        for end in self._ends:
            end.transport.close()


class _End(asyncio.DatagramProtocol):
    """One of the wire's two sockets: what it receives, the other sends."""

    def __init__(self, wire: BadWire, *, to_peer: bool) -> None:
        self.other: _End | None = None
        self.transport: asyncio.DatagramTransport
        self._wire = wire
        self._to_peer = to_peer
        self._from: tuple[str, int] | None = None

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._from = addr
        if self.other is not None and not self._wire.loses(data, self._to_peer):
            self.other.send(data)

    def send(self, data: bytes) -> None:
        self.transport.sendto(data, self._from if self._to_peer else None)

    def error_received(self, exc: OSError) -> None:
        """The far socket is closed already."""


async def until(condition: Callable[[], object], *, seconds: float = 10.0) -> None:
    """Wait until something is so, that a real wire will make so."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  # the far end is a network, not an event
            await asyncio.sleep(0.005)


def sockets() -> int:
    """How many sockets this process has open."""
    gc.collect()
    found = 0
    for number in os.listdir("/proc/self/fd"):
        try:
            found += os.readlink(f"/proc/self/fd/{number}").startswith("socket:")
        except FileNotFoundError:
            continue
    return found


def decoders() -> list[threading.Thread]:
    """The decoder threads of aiortc that are alive."""
    return [thread for thread in threading.enumerate() if thread.name.endswith("-decoder")]


@asynccontextmanager
async def nothing_left() -> AsyncIterator[None]:
    """Afterwards there are as many sockets, tasks and decoder threads as there were before."""
    before, tasks = sockets(), len(asyncio.all_tasks())
    yield
    for _ in range(5):
        await asyncio.sleep(0)  # transports close in the loop's next turn
    assert sockets() == before
    assert len(asyncio.all_tasks()) == tasks, asyncio.all_tasks()
    assert not decoders()
