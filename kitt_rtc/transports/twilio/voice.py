"""The earpiece as outgoing media messages: twenty milliseconds at a time, on a steady clock.

The network plays what it gets in order and queues the rest, so sound is sent as fast as it is heard and no faster:
what somebody hushes is then mostly still ours to forget.

What was heard is told by marks: one for every half second of prepared speech, one at each pause. The network sends a
mark back when the sound before it was heard, and all of them at once after a `clear`: those prove nothing.
"""

import asyncio

from kitt_rtc.media import g711
from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.media.hearing import Receipt
from kitt_rtc.media.pace import Pace
from kitt_rtc.media.resample import Resampler
from kitt_rtc.model.audio import RATE, SILENCE
from kitt_rtc.transports.twilio import messages
from kitt_rtc.transports.twilio.counters import LineCounters
from kitt_rtc.transports.twilio.gauge import Gauge
from kitt_rtc.transports.twilio.opening import Socket

WIRE_RATE = 8_000
_MARK_SECONDS = 0.1
"""After this much silence what was sent gets a mark: it comes back when the person has heard it all."""
_MARK_FRAMES = 25
"""Half a second: prepared speech is known to have been heard to this."""
_MOST_RECEIPTS = 64
"""Marks that are waited for; the oldest are given up."""


class Voice:
    """What one telephone hears, on its way there."""

    def __init__(
        self, earpiece: Earpiece, socket: Socket, stream_sid: str, counters: LineCounters, gauge: Gauge
    ) -> None:
        self.stream_sid = stream_sid
        self._earpiece = earpiece
        self._socket = socket
        self._counters = counters
        self._gauge = gauge
        self._resampler = Resampler(rate=RATE, to_rate=WIRE_RATE)
        self._resampler.feed(SILENCE)  # primed: from now on twenty milliseconds in are twenty milliseconds out
        self._unmarked = 0
        """Frames sent since the last mark."""
        self._receipts: dict[str, Receipt] = {}
        """By the mark that will confirm them."""
        self._told = 0
        """Frames of prepared speech that a mark was sent for."""
        self._hushes = 0
        self._pace = Pace()
        earpiece.hearing.by_receipt()

    def returned(self, mark: str) -> None:
        """The network has sent this mark back: what was sent before it has been heard, unless it was cleared."""
        receipt = self._receipts.pop(mark, None)
        if receipt is not None:
            self._earpiece.hearing.confirm(receipt)

    async def run(self) -> None:
        """Until the earpiece closes, or the far end does."""
        try:
            while not self._earpiece.closed:
                await self._pace.wait()
                await self._obey_hush()
                frame = self._earpiece.next()
                if frame is None:
                    await self._wait()
                else:
                    await self._say(frame.pcm)
        except ConnectionError:
            return  # whoever reads the socket learns it too, and says why

    async def _say(self, pcm: bytes) -> None:
        ulaw = g711.to_ulaw(self._resampler.feed(pcm))
        await self._socket.send(messages.media(self.stream_sid, ulaw))
        self._counters.frames_sent += 1
        self._unmarked += 1
        if self._unmarked >= _MARK_FRAMES and self._earpiece.hearing.all_left > self._told:
            await self._mark()

    async def _obey_hush(self) -> None:
        hushes = self._earpiece.hushes
        if hushes != self._hushes:
            self._hushes = hushes
            if self._unmarked or self._receipts:
                self._unmarked = 0
                self._receipts.clear()
                self._counters.clears += 1
                await self._socket.send(messages.clear(self.stream_sid))

    async def _wait(self) -> None:
        """For sound, which is due when it comes. A pause long enough to be one is marked."""
        self._pace.rest()
        if self._unmarked:
            try:
                async with asyncio.timeout(_MARK_SECONDS):
                    return await self._earpiece.wait_for_sound()
            except TimeoutError:
                self._gauge.mark_sent(await self._mark())  # nothing is queued before it: it comes back at once
        return await self._earpiece.wait_for_sound()

    async def _mark(self) -> str:
        """Its name."""
        hearing = self._earpiece.hearing
        self._unmarked = 0
        self._told = hearing.all_left
        self._counters.marks_sent += 1
        name = f"heard-{self._counters.marks_sent}"
        self._receipts[name] = hearing.receipt()
        if len(self._receipts) > _MOST_RECEIPTS:
            del self._receipts[next(iter(self._receipts))]
        await self._socket.send(messages.mark(self.stream_sid, name))
        return name
