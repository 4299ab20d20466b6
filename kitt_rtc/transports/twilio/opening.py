"""The first moments of a media-stream socket: nothing is known until `start` comes, and it must come soon."""

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

from kitt_rtc.model.errors import BadMessage
from kitt_rtc.transports.twilio.counters import LineCounters
from kitt_rtc.transports.twilio.messages import Connected, Media, Start, StartDetails, Stop, parse

START_SECONDS = 15.0
EARLY_CHARACTERS = 24_000
"""Some two seconds of sound in base64 before the start are kept; more is refused."""
UNREADABLE_IN_A_ROW = 10
"""A socket that says this much nonsense on end is not the telephone network."""


class Socket(Protocol):
    """A text wire: a WebSocket, or a test's."""

    async def receive(self) -> str | None:
        """The next text; None once the far end has closed."""

    async def send(self, text: str) -> None:
        """Raises ConnectionError once the far end has closed."""

    async def close(self, reason: str) -> None:
        """Say why and close. Harmless when already closed."""


@dataclass(frozen=True, slots=True)
class Opening:
    """A stream that has begun."""

    start: StartDetails
    early: tuple[Media, ...] = ()
    """Sound that came before its start."""
    counters: LineCounters = field(default_factory=LineCounters)


async def open_stream(socket: Socket, *, seconds: float = START_SECONDS) -> Opening:
    """Wait for `start`. Raises BadMessage that says why when it does not come."""
    try:
        async with asyncio.timeout(seconds):
            return await _first_words(socket)
    except TimeoutError:
        raise BadMessage(f"no start within {seconds:g} seconds") from None


async def _first_words(socket: Socket) -> Opening:
    counters = LineCounters()
    early: list[Media] = []
    room = EARLY_CHARACTERS
    nonsense = 0
    while (text := await socket.receive()) is not None:
        counters.messages += 1
        try:
            message = parse(text)
        except BadMessage:
            counters.unreadable += 1
            nonsense += 1
            if nonsense >= UNREADABLE_IN_A_ROW:
                raise BadMessage(f"{nonsense} messages in a row could not be read") from None
            await asyncio.sleep(0)
            continue
        nonsense = 0
        match message:
            case Start(start=start):
                return Opening(start, tuple(early), counters)
            case Media(media=details) if len(details.payload) <= room:
                room -= len(details.payload)
                early.append(message)
            case Media():
                counters.refused_early += 1
                await asyncio.sleep(0)
            case Stop():
                raise BadMessage("stopped before it started")
            case Connected():
                pass
            case _:
                counters.misplaced += 1
    raise BadMessage("closed before it started")
