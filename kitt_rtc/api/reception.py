"""`WS /reception`: a page that waits for calls. It is told who rings, and says what it takes.

Down: `ring`, `stop`, `accepted`; up: `accept`, `decline`, `available`. Every message is a JSON object with a `type`.
"""

import asyncio
import logging
import time
from collections import deque
from contextlib import suppress
from typing import Any

from aiohttp import WSCloseCode, WSMsgType, web
from pydantic import ValidationError

from kitt_rtc.api.bodies import read_query
from kitt_rtc.api.guard import Guard
from kitt_rtc.api.keys import GUARD, RECEPTION, RECEPTION_OPTIONS
from kitt_rtc.api.reception_forms import ReceptionMessage, ReceptionOptions, ReceptionQuery
from kitt_rtc.calls.reception import Accepted, Notice, Reception, Ring, Seat, Stop

logger = logging.getLogger(__name__)

_CLOSE_SECONDS = 2.0


async def reception(request: web.Request) -> web.WebSocketResponse:
    """The seat is taken while the socket is open."""
    query = read_query(request, ReceptionQuery)
    options, desks = request.app[RECEPTION_OPTIONS], request.app[RECEPTION]
    socket = web.WebSocketResponse(
        heartbeat=options.heartbeat_seconds, max_msg_size=options.most_bytes, compress=False, timeout=_CLOSE_SECONDS
    )
    seat = desks.sit(query.person)
    try:
        await socket.prepare(request)
        page = _Page(request, socket, seat, options)
        async with asyncio.TaskGroup() as group:
            telling = group.create_task(page.tell(request.app[GUARD]), name="reception")
            await page.listen(desks)
            telling.cancel()
    finally:
        desks.rise(seat)
    return socket


class _Page:
    """One socket."""

    def __init__(
        self, request: web.Request, socket: web.WebSocketResponse, seat: Seat, options: ReceptionOptions
    ) -> None:
        self._request = request
        self._socket = socket
        self._seat = seat
        self._options = options
        self._heard: deque[float] = deque()

    async def tell(self, guard: Guard) -> None:
        """What rings here, until the seat is left; then close."""
        try:
            async for notice in self._seat.notices():
                async with asyncio.timeout(self._options.send_seconds):
                    await self._socket.send_json(_told(notice, guard))
        except ConnectionError:
            return  # gone; `listen` has seen it too
        except TimeoutError:
            self._cut()
            return
        code = WSCloseCode.SERVICE_RESTART if self._seat.left == "closed" else WSCloseCode.TRY_AGAIN_LATER
        await self._close(code, "the house closes" if self._seat.left == "closed" else "try again")

    async def listen(self, desks: Reception) -> None:
        """Do what the page says, until the socket closes."""
        with suppress(ConnectionError):  # gone while a ping of theirs was being answered
            async for message in self._socket:
                said = _parsed(message.data) if message.type is WSMsgType.TEXT else None
                if said is None or self._is_flood():
                    await self._close(WSCloseCode.POLICY_VIOLATION, "not messages of this door, or too many")
                    return
                self._obey(said, desks)

    def _obey(self, said: ReceptionMessage, desks: Reception) -> None:
        match said.type:
            case "accept":
                desks.accept(self._seat, said.call)
            case "decline":
                desks.decline(self._seat, said.call)
            case "available":
                desks.make_available(self._seat, said.available)

    def _is_flood(self) -> bool:
        now = time.monotonic()
        self._heard.append(now)
        while now - self._heard[0] > self._options.per_seconds:
            self._heard.popleft()
        return len(self._heard) > self._options.most_messages

    async def _close(self, code: int, reason: str) -> None:
        """Say why and close; a socket that does not even take that is cut."""
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._socket.close(code=code, message=reason.encode())
        except TimeoutError:
            self._cut()

    def _cut(self) -> None:
        logger.info("reception socket cut: it takes nothing")
        if self._request.transport is not None:
            self._request.transport.abort()


def _parsed(text: str) -> ReceptionMessage | None:
    try:
        return ReceptionMessage.model_validate_json(text)
    except ValidationError:
        return None


def _told(notice: Notice, guard: Guard) -> dict[str, Any]:
    match notice:
        case Ring():
            return {
                "type": "ring",
                "call": notice.call_id,
                "playbook": notice.playbook,
                "language": notice.language,
                "from": notice.caller,
                "note": notice.note,
                "seconds": notice.seconds,
            }
        case Stop():
            return {"type": "stop", "call": notice.call_id, "reason": notice.reason}
        case Accepted():
            return {
                "type": "accepted",
                "call": notice.call_id,
                "token": guard.token_for(notice.call_id),
                "token_seconds": guard.token_seconds,
                "playbook": notice.playbook,
                "language": notice.language,
            }
