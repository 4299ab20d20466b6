"""The journal over the data channel `kitt`, and the few commands that come up it.

The law: no more than 256 KiB wait in aiortc for one page, and no caption behind more than the low mark. A page that
takes nothing for a while loses its channel, not its call; it comes back, here or at the events socket, with the last
number it saw.
"""

import asyncio
import logging
from dataclasses import dataclass

from aiortc import RTCDataChannel
from aiortc.exceptions import InvalidStateError

from kitt_rtc.captions import Captions
from kitt_rtc.drafts import Drafts
from kitt_rtc.journal import Journal
from kitt_rtc.model.errors import BadMessage
from kitt_rtc.transports.commands import AskClock, Inbox, Resume, parse_command
from kitt_rtc.transports.feed import Feed, caption_lines, draft_lines
from kitt_rtc.wire import encode_clock

logger = logging.getLogger(__name__)

LABEL = "kitt"


@dataclass(frozen=True, slots=True)
class ChannelOptions:
    resume_seconds: float = 1.0
    """How long the first envelope waits for a page to say what it has already."""
    most_bytes: int = 262_144
    """Most that may wait to be sent."""
    low_bytes: int = 65_536
    """Sending goes on once this little waits."""
    stall_seconds: float = 10.0
    """A page that does not get below the low mark for this long loses its channel."""


class Channel:
    """One page's data channel."""

    def __init__(self, wire: RTCDataChannel, inbox: Inbox, options: ChannelOptions) -> None:
        self.stalled = False
        """We closed it, because the far end took nothing."""
        self.refused = 0
        """Messages from the page that were no command."""
        self.unsent = 0
        """Envelopes longer than the page can take; it fetches them at the events socket."""
        self._wire = wire
        self._inbox = inbox
        self._options = options
        self._journal: Journal | None = None
        self._after: int | None = None
        self._first = asyncio.Event()
        self._low = asyncio.Event()
        wire.bufferedAmountLowThreshold = options.low_bytes
        wire.on("message", self._heard)
        wire.on("bufferedamountlow", self._low.set)
        wire.on("close", self._low.set)
        wire.on("close", self._first.set)

    @property
    def open(self) -> bool:
        return self._wire.readyState == "open"

    async def run(self, journal: Journal) -> None:
        """Send the journal from the page's cursor, until it closes or the channel does."""
        self._journal = journal
        async for text in Feed(journal, after=await self._cursor()):
            if not await self._room_for(len(text.encode())):
                return
            self._send(text)

    async def caption(self, captions: Captions) -> None:
        """Send what is being said, where next to nothing waits to be sent; until the call is over."""
        async for text in caption_lines(captions, self._idle):
            self._send(text)

    async def draft(self, drafts: Drafts) -> None:
        """Send the tip that is being written, likewise."""
        async for text in draft_lines(drafts, self._idle):
            self._send(text)

    def _idle(self) -> bool:
        return self.open and self._wire.bufferedAmount <= self._options.low_bytes

    async def _cursor(self) -> int:
        try:
            async with asyncio.timeout(self._options.resume_seconds):
                await self._first.wait()
        except TimeoutError:
            pass
        return self._after or 0

    async def _room_for(self, size: int) -> bool:
        """Wait until an envelope of so many bytes may be sent; False once the channel is closed."""
        options = self._options
        while self.open and self._wire.bufferedAmount > max(options.low_bytes, options.most_bytes - size):
            self._low.clear()
            try:
                async with asyncio.timeout(options.stall_seconds):
                    await self._low.wait()
            except TimeoutError:
                self.stalled = True
                self._wire.close()
                logger.info("data channel closed: the page takes nothing", extra={"bytes": self._wire.bufferedAmount})
        return self.open

    def _send(self, text: str) -> None:
        try:
            self._wire.send(text)
        except InvalidStateError:
            return  # closed since we looked; the page comes back with its cursor
        except ValueError:
            self.unsent += 1

    def _heard(self, message: str | bytes) -> None:
        try:
            command = parse_command(message)
        except BadMessage:
            self.refused += 1
        else:
            if isinstance(command, AskClock):
                self._tell_time(command.sent)
            elif not isinstance(command, Resume):
                self._inbox.offer(command)
            elif not self._first.is_set():
                self._after = command.after
            else:
                self.refused += 1
        self._first.set()

    def _tell_time(self, sent: float) -> None:
        """The call's time, when it is known and there is room; who gets no answer asks again."""
        if self._journal is not None and self._idle():
            self._send(encode_clock(self._journal.call_id, sent, self._journal.now))
