"""A media-stream socket in memory: what the network says is put in, what it is told can be read."""

import asyncio
import base64
import json
from typing import Any

from kitt_rtc.media import g711

STREAM = "MZ18ad3ab5a668481ce02b83e7395059f0"
CALL = "CA30c42cf0a5bc4a2a9ae81d7c2c5b6f8e"


class MediaStream:
    """Fits `transports.twilio.opening.Socket`; the test is the telephone network."""

    def __init__(self) -> None:
        self.closed_because: str | None = None
        self.told: list[dict[str, Any]] = []
        self._coming: asyncio.Queue[str | None] = asyncio.Queue()
        self._news = asyncio.Event()
        self._over = False

    # The house's side.

    async def receive(self) -> str | None:
        if self._over:
            return None
        text = await self._coming.get()
        self._over = text is None
        return text

    async def send(self, text: str) -> None:
        if self._over:
            raise ConnectionResetError("the far end has closed")
        self.told.append(json.loads(text))
        self._news.set()

    async def close(self, reason: str) -> None:
        if self.closed_because is None:
            self.closed_because = reason
            self._coming.put_nowait(None)

    # The network's side.

    def says(self, *texts: str) -> "MediaStream":
        for text in texts:
            self._coming.put_nowait(text)
        return self

    def drops(self) -> None:
        """The connection is gone, without a word."""
        self._coming.put_nowait(None)

    async def until_told(self, event: str, count: int = 1) -> list[dict[str, Any]]:
        """Wait until this many messages of a kind were sent to the network."""
        while len(found := [message for message in self.told if message["event"] == event]) < count:
            self._news.clear()
            await self._news.wait()
        return found


def connected() -> str:
    return json.dumps({"event": "connected", "protocol": "Call", "version": "1.0.0"})


def start(stream: str = STREAM, call: str = CALL, **parameters: str) -> str:
    details = {
        "accountSid": "AC" + "0" * 32,
        "streamSid": stream,
        "callSid": call,
        "tracks": ["inbound"],
        "mediaFormat": {"encoding": "audio/x-mulaw", "sampleRate": 8000, "channels": 1},
        "customParameters": parameters,
    }
    return json.dumps({"event": "start", "sequenceNumber": "1", "start": details, "streamSid": stream})


def media(
    chunk: int, ulaw: bytes, *, timestamp: int | None = None, stream: str = STREAM, track: str = "inbound"
) -> str:
    """One frame, its numbers as strings. Without a timestamp: twenty milliseconds a chunk."""
    details = {
        "track": track,
        "chunk": str(chunk),
        "timestamp": str((chunk - 1) * 20 if timestamp is None else timestamp),
        "payload": base64.b64encode(ulaw).decode(),
    }
    return json.dumps({"event": "media", "sequenceNumber": str(chunk + 1), "media": details, "streamSid": stream})


def mark(name: str, stream: str = STREAM) -> str:
    return json.dumps({"event": "mark", "sequenceNumber": "9", "streamSid": stream, "mark": {"name": name}})


def dtmf(digit: str, stream: str = STREAM) -> str:
    details = {"track": "inbound_track", "digit": digit}
    return json.dumps({"event": "dtmf", "sequenceNumber": "9", "streamSid": stream, "dtmf": details})


def stop(stream: str = STREAM, call: str = CALL) -> str:
    details = {"accountSid": "AC" + "0" * 32, "callSid": call}
    return json.dumps({"event": "stop", "sequenceNumber": "99", "streamSid": stream, "stop": details})


def frames_of(pcm_8k: bytes) -> list[bytes]:
    """Sound at 8 kHz as mu-law pieces of twenty milliseconds."""
    ulaw = g711.to_ulaw(pcm_8k)
    return [ulaw[at : at + 160] for at in range(0, len(ulaw), 160)]
