"""The caller's side of one media stream, as Twilio speaks it: for the simulated telephone.

Numbers travel as strings, one frame leaves every twenty milliseconds on a steady clock, what is received is played at
the same pace, and marks come back once it has been heard.
"""

import asyncio
import base64
import json
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientWebSocketResponse, WSMsgType

from kitt_rtc.engines.booth_caller import FRAME_BYTES, SILENCE, WIRE_RATE, Caller, Wire

_QUEUED_BYTES = WIRE_RATE * 600
"""Ten minutes of sound may wait to be played; what comes beyond is thrown away."""
_PROTOCOL_ERROR = 1002


@dataclass(frozen=True, slots=True)
class StreamFacts:
    """What `start` tells."""

    stream_sid: str
    call_sid: str
    account_sid: str
    parameters: Mapping[str, str]


class BoothStream:
    """From `connected` to `stop`, to the house's closing, or to a cut wire."""

    def __init__(self, socket: ClientWebSocketResponse, caller: Caller, wire: Wire, facts: StreamFacts) -> None:
        self._socket = socket
        self._caller = caller
        self._wire = wire
        self._facts = facts
        self._sequence = 0
        self._playing: deque[bytes | str] = deque()
        self._playing_bytes = 0
        self._closed = asyncio.Event()
        self.protested = False
        """The house said what Twilio does not know (error 31924), and lost the stream for it."""

    async def run(self, hung_up: asyncio.Event, *, tick_seconds: float, cut: Callable[[], Awaitable[None]]) -> bool:
        """Did the caller, or the network by `hung_up`, end it? False when the house closed or the wire was cut.

        `tick_seconds` is the time that twenty milliseconds take; `cut` breaks the connection without a word.
        """
        async with asyncio.TaskGroup() as group:
            reader = group.create_task(self._listen())
            try:
                ended = await self._talk(hung_up, tick_seconds)
                if self._wire.cut:
                    await cut()
            except ConnectionError:
                ended = False
            reader.cancel()
        return ended

    async def _talk(self, hung_up: asyncio.Event, tick_seconds: float) -> bool:
        await self._introduce()
        loop = asyncio.get_running_loop()
        due = loop.time()
        chunk = 0
        while not self._closed.is_set() and not self._wire.cut:
            if hung_up.is_set() or self._caller.done:
                await self._goodbye()
                return True
            chunk += 1
            for text in self._wire.carry(self._frame(chunk)):
                await self._socket.send_str(text)
            await self._play()
            due += tick_seconds
            await asyncio.sleep(max(0.0, due - loop.time()))
        return False

    async def _introduce(self) -> None:
        await self._socket.send_str(json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"}))
        details = {
            **self._ids(),
            "streamSid": self._facts.stream_sid,
            "tracks": ["inbound"],
            "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": WIRE_RATE, "channels": 1},
            "customParameters": dict(self._facts.parameters),
        }
        await self._send({"event": "start", "start": details})
        for digit in self._caller.digits:
            await self._send({"event": "dtmf", "dtmf": {"track": "inbound_track", "digit": digit}})
        self._caller.digits = ""

    def _frame(self, chunk: int) -> str:
        payload = base64.b64encode(self._caller.say()).decode()
        media = {"track": "inbound", "chunk": str(chunk), "timestamp": str((chunk - 1) * 20), "payload": payload}
        return self._text({"event": "media", "media": media})

    async def _goodbye(self) -> None:
        for text in self._wire.rest():
            await self._socket.send_str(text)
        await self._send({"event": "stop", "stop": self._ids()})

    def _ids(self) -> dict[str, str]:
        return {"accountSid": self._facts.account_sid, "callSid": self._facts.call_sid}

    async def _send(self, message: dict[str, Any]) -> None:
        await self._socket.send_str(self._text(message))

    def _text(self, message: dict[str, Any]) -> str:
        self._sequence += 1
        return json.dumps({**message, "sequenceNumber": str(self._sequence), "streamSid": self._facts.stream_sid})

    # Hearing.

    async def _listen(self) -> None:
        try:
            async for message in self._socket:
                if message.type is WSMsgType.TEXT and not await self._take(message.data):
                    self.protested = True
                    await self._socket.close(code=_PROTOCOL_ERROR, message=b"31924")
        except ConnectionError:
            pass  # a mark could not be returned any more
        self._closed.set()

    async def _take(self, text: str) -> bool:
        try:
            told = json.loads(text)
            if told["streamSid"] != self._facts.stream_sid:
                return False
            match told["event"]:
                case "media":
                    self._enqueue(base64.b64decode(told["media"]["payload"], validate=True))
                case "mark":
                    self._playing.append(str(told["mark"]["name"]))
                case "clear":
                    await self._clear()
                case _:
                    return False
        except (ValueError, KeyError, TypeError):
            return False
        return True

    def _enqueue(self, ulaw: bytes) -> None:
        if self._playing_bytes + len(ulaw) <= _QUEUED_BYTES:
            self._playing.append(ulaw)
            self._playing_bytes += len(ulaw)

    async def _play(self) -> None:
        """Twenty milliseconds into the caller's ear, silence where there is nothing, and the marks that were passed."""
        heard = bytearray()
        while self._playing:
            head = self._playing[0]
            if isinstance(head, str):
                self._playing.popleft()
                await self._return_mark(head)
                continue
            room = FRAME_BYTES - len(heard)
            if not room:
                break
            heard += head[:room]
            if len(head) > room:
                self._playing[0] = head[room:]
            else:
                self._playing.popleft()
        self._playing_bytes -= len(heard)
        self._caller.listen(bytes(heard) + SILENCE[len(heard) :])

    async def _clear(self) -> None:
        self._caller.forget()
        names = [head for head in self._playing if isinstance(head, str)]
        self._playing.clear()
        self._playing_bytes = 0
        for name in names:
            await self._return_mark(name)

    async def _return_mark(self, name: str) -> None:
        self._caller.marks.append(name)
        await self._send({"event": "mark", "mark": {"name": name}})
