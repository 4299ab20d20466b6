"""A page that waits for calls at the reception's socket, over a real one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, WSMsgType


class DeskPage:
    def __init__(self, socket: ClientWebSocketResponse, speaker: str) -> None:
        self.speaker = speaker
        self._socket = socket

    async def told(self, kind: str) -> dict[str, Any]:
        """The next notice, which is of this kind."""
        notice: dict[str, Any] = await self._socket.receive_json(timeout=10)
        assert notice["type"] == kind, notice
        return notice

    async def say(self, **message: object) -> None:
        await self._socket.send_json(message)

    async def say_text(self, text: str) -> None:
        await self._socket.send_str(text)

    async def accept(self) -> dict[str, Any]:
        """Take the call that rings: what is told then."""
        ring = await self.told("ring")
        await self.say(type="accept", call=ring["call"])
        return await self.told("accepted")

    async def decline(self) -> dict[str, Any]:
        """The ring that is declined."""
        ring = await self.told("ring")
        await self.say(type="decline", call=ring["call"])
        return ring

    async def closed(self) -> int | None:
        """Wait until the house closes; its code."""
        while (await self._socket.receive(timeout=10)).type is WSMsgType.TEXT:
            pass
        return self._socket.close_code

    async def leave(self) -> None:
        await self._socket.close()


@asynccontextmanager
async def desk_page(
    client: ClientSession, speaker: str, *, role: str = "support_agent", token: str = ""
) -> AsyncIterator[DeskPage]:
    query = {"role": role, "speaker": speaker, **({"token": token} if token else {})}
    async with client.ws_connect("/reception", params=query) as socket:
        yield DeskPage(socket, speaker)
