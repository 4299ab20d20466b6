"""Somebody at a desk: asks the server over HTTP, and follows the story of a call as it is told."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from aiohttp import ClientSession, ClientWebSocketResponse

from kitt_rtc.model.facts import Entry
from kitt_rtc.wire import decode, name_of

Kind = TypeVar("Kind")
_SECONDS = 40.0
"""A spoken sentence, and all that follows from it, on a busy machine."""


class Story:
    """A call's envelopes as they come down its events socket."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.over = False
        self.close_code: int | None = None
        self._moved = asyncio.Event()

    def all(self, kind: type[Kind]) -> list[Kind]:
        """Every fact of a kind so far."""
        return [entry.fact for entry in self.entries if isinstance(entry.fact, kind)]

    def at(self, fact: object) -> float:
        """When a fact was told, in seconds since the call began."""
        return next(entry.at for entry in self.entries if entry.fact is fact)

    async def until(
        self, kind: type[Kind], where: Callable[[Kind], object] = lambda _: True, *, seconds: float = _SECONDS
    ) -> Kind:
        """The first fact of a kind that is like this, told already or to come."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    self._moved.clear()
                    found = next((fact for fact in self.all(kind) if where(fact)), None)
                    if found is not None:
                        return found
                    if self.over:
                        raise AssertionError(f"the story ended without this {kind.__name__}:\n{self}")
                    await self._moved.wait()
        except TimeoutError:
            raise AssertionError(f"no such {kind.__name__} in {seconds:.0f} s:\n{self}") from None

    async def end(self, *, seconds: float = _SECONDS) -> None:
        """Until the story is closed."""
        async with asyncio.timeout(seconds):
            while not self.over:
                self._moved.clear()
                await self._moved.wait()

    async def read(self, socket: ClientWebSocketResponse) -> None:
        async for message in socket:
            envelope = decode(message.data)
            if envelope is not None:
                self.entries.append(envelope.entry)
                self._moved.set()
        self.over, self.close_code = True, socket.close_code
        self._moved.set()

    def __str__(self) -> str:
        return "\n".join(f"{entry.seq:>4} {entry.at:7.2f} {name_of(entry.fact)} {entry.fact}" for entry in self.entries)


class Desk:
    """One person's HTTP."""

    def __init__(self, client: ClientSession) -> None:
        self.client = client

    async def post(self, path: str, body: object = None, *, status: int = 200) -> dict[str, Any]:
        async with self.client.post(path, json={} if body is None else body) as answer:
            told = await answer.json()
            assert answer.status == status, told
            return dict(told)

    async def get(self, path: str, *, status: int = 200) -> dict[str, Any]:
        async with self.client.get(path) as answer:
            told = await answer.json()
            assert answer.status == status, told
            return dict(told)

    async def text(self, path: str) -> str:
        async with self.client.get(path) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.text()

    async def engines(self) -> dict[str, dict[str, str]]:
        """What /health says stands behind each port."""
        async with self.client.get("/health") as answer:
            return {standing["port"]: standing for standing in (await answer.json())["engines"]}

    async def filled(self) -> None:
        """Until the knowledge base has its articles."""
        async with asyncio.timeout(_SECONDS):
            while (await self.engines())["knowledge"]["readiness"] != "ready":  # noqa: ASYNC110 (another process)
                await asyncio.sleep(0.05)

    async def metric(self, line: str) -> float:
        """The value of one line of /metrics, by its name and labels as they are written there."""
        found = [text for text in (await self.text("/metrics")).splitlines() if text.startswith(f"{line} ")]
        return float(found[0].rpartition(" ")[2]) if found else 0.0

    @asynccontextmanager
    async def following(self, call_id: str, *, after: int = 0) -> AsyncIterator[Story]:
        """The call's story, from a cursor on."""
        story = Story()
        async with self.client.ws_connect(f"/calls/{call_id}/events?after={after}") as socket:
            reading = asyncio.create_task(story.read(socket))
            try:
                yield story
            finally:
                reading.cancel()
                await asyncio.wait([reading])
