"""`WS /calls/{session_id}/events?after=`: a call's envelopes from a cursor, then as they come.

The law: a follower holds a number and at most one socket's buffer of ours; who does not keep up is told to come again.
"""

import asyncio
import logging
from contextlib import suppress

from aiohttp import WSCloseCode, WSMsgType, web

from kitt_rtc.api.bodies import path_session, read_query
from kitt_rtc.api.desk import obey
from kitt_rtc.api.keys import EVENTS_OPTIONS, SWITCHBOARD
from kitt_rtc.api.rtc_forms import EventsOptions, EventsQuery
from kitt_rtc.calls.call import Call
from kitt_rtc.calls.switchboard import Switchboard
from kitt_rtc.journal import Journal
from kitt_rtc.model.errors import BadMessage, CallNotFound
from kitt_rtc.model.facts import CallEnded
from kitt_rtc.model.speech import Role
from kitt_rtc.transports.commands import AskClock, Command, Resume, parse_command
from kitt_rtc.transports.feed import Feed, caption_lines, draft_lines
from kitt_rtc.wire import encode_clock

logger = logging.getLogger(__name__)

_CLOSE_SECONDS = 2.0
_IDLE_BYTES = 16_384
"""Where more than this waits to be sent, a caption would come late: it is passed over."""
_REPLY_SECONDS = 10.0
"""aiohttp's own patience with a far end that does not say goodbye; ours is shorter, and ends in a cut."""


async def events(request: web.Request) -> web.WebSocketResponse:
    """Envelopes down, captions and drafts beside them; `rate_insight`, `snooze`, `painted`, `clock` and `hush` up.

    Ended calls are told from the store, then closed.
    """
    session_id = path_session(request)
    query = read_query(request, EventsQuery)
    call, journal = await _story(request.app[SWITCHBOARD], session_id)
    options = request.app[EVENTS_OPTIONS]
    socket = web.WebSocketResponse(
        heartbeat=options.heartbeat_seconds, max_msg_size=options.most_bytes, compress=False, timeout=_REPLY_SECONDS
    )
    await socket.prepare(request)
    follower = _Follower(request, socket, options)
    async with asyncio.TaskGroup() as group:
        feeding = group.create_task(follower.feed(call, journal, query.after), name=f"events of {session_id}")
        captioning = group.create_task(follower.caption(call), name=f"captions of {session_id}")
        drafting = group.create_task(follower.draft(call), name=f"drafts of {session_id}")
        await follower.listen(call, by=query.speaker or Role.UNKNOWN.value)
        feeding.cancel()
        captioning.cancel()
        drafting.cancel()
    return socket


async def _story(switchboard: Switchboard, session_id: str) -> tuple[Call | None, Journal]:
    """The live call and its journal, or a closed journal of what is stored. Raises CallNotFound."""
    try:
        call = switchboard.find(session_id).call
    except CallNotFound:
        stored = await switchboard.story(session_id)
        journal = Journal(session_id, lambda: 0.0, story=stored)
        journal.close()
        return None, journal
    return call, call.journal


class _Follower:
    """One socket."""

    def __init__(self, request: web.Request, socket: web.WebSocketResponse, options: EventsOptions) -> None:
        self._request = request
        self._socket = socket
        self._options = options

    async def feed(self, call: Call | None, journal: Journal, after: int) -> None:
        """The story down the socket to its end, then close."""
        feed = Feed(journal, after=after)
        caught_up = False
        try:
            async for text in feed:
                async with asyncio.timeout(self._options.behind_seconds):
                    await self._socket.send_str(text)
                if caught_up and call is not None and self._lags(call, feed.cursor):
                    raise TimeoutError
                caught_up = caught_up or feed.cursor >= journal.last
        except TimeoutError:
            await self._close(WSCloseCode.TRY_AGAIN_LATER, "try again")
        except ConnectionError:
            return  # gone; `listen` has seen it too
        else:
            ending = next((entry.fact for entry in journal.entries(journal.last - 1)), None)
            reason = ending.reason if isinstance(ending, CallEnded) else "over"
            goes_on = not isinstance(ending, CallEnded)  # the next process takes it up
            code = WSCloseCode.SERVICE_RESTART if goes_on or reason == "shutdown" else WSCloseCode.OK
            await self._close(code, f"call_over: {reason}")

    async def caption(self, call: Call | None) -> None:
        """What is being said down the socket, where next to nothing waits in it; an ended call has none."""
        if call is None:
            return
        with suppress(ConnectionError):  # gone; `listen` has seen it too
            async for text in caption_lines(call.captions, self._idle):
                await self._socket.send_str(text)

    async def draft(self, call: Call | None) -> None:
        """The tip that is being written, likewise."""
        if call is None:
            return
        with suppress(ConnectionError):  # gone; `listen` has seen it too
            async for text in draft_lines(call.drafts, self._idle):
                await self._socket.send_str(text)

    def _idle(self) -> bool:
        transport = self._request.transport
        return transport is not None and not self._socket.closed and transport.get_write_buffer_size() <= _IDLE_BYTES

    async def listen(self, call: Call | None, *, by: str) -> None:
        """Obey what comes up, until the socket closes."""
        with suppress(ConnectionError):  # gone while a ping of theirs was being answered
            await self._listen(call, by)

    async def _listen(self, call: Call | None, by: str) -> None:
        faults = commands = 0
        async for message in self._socket:
            if message.type is not WSMsgType.TEXT:
                await self._close(WSCloseCode.UNSUPPORTED_DATA, "text only")
                return
            try:
                command = parse_command(message.data)
            except BadMessage:
                faults += 1
            else:
                commands += 1
                if call is not None:
                    await self._do(call, command, by)
            if faults >= self._options.most_faults or commands >= self._options.most_commands:
                await self._close(WSCloseCode.POLICY_VIOLATION, "not commands")
                return
            await asyncio.sleep(0)  # what waits in the buffer must not hold the loop (RELIABILITY trap 12)

    async def _do(self, call: Call, command: Command, by: str) -> None:
        match command:
            case AskClock(sent):
                if self._idle():
                    await self._socket.send_str(encode_clock(call.id, sent, call.clock()))
            case Resume():
                return  # the cursor stands in the address
            case _:
                obey(call, command, by=by)

    def _lags(self, call: Call, cursor: int) -> bool:
        entry = call.journal.entries(cursor - 1)[0]
        return call.clock() - entry.at > self._options.behind_seconds

    async def _close(self, code: int, reason: str) -> None:
        """Say why and close; a socket that does not even take that is cut."""
        try:
            async with asyncio.timeout(_CLOSE_SECONDS):
                await self._socket.close(code=code, message=reason.encode())
        except TimeoutError:
            logger.info("events socket cut: it takes nothing")
            if self._request.transport is not None:
                self._request.transport.abort()
