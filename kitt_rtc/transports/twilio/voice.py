"""The earpiece as outgoing media messages: twenty milliseconds at a time, on a steady clock.

The network plays what it gets in order and queues the rest, so sound is sent as fast as it is heard and no faster:
what somebody hushes is then mostly still ours to forget.
"""

import asyncio

from kitt_rtc.media import g711
from kitt_rtc.media.earpiece import Earpiece
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
        self._unmarked = False
        self._hushes = 0
        self._pace = Pace()

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
        self._unmarked = True

    async def _obey_hush(self) -> None:
        hushes = self._earpiece.hushes
        if hushes != self._hushes:
            self._hushes = hushes
            if self._unmarked:
                self._unmarked = False
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
                await self._mark()
        return await self._earpiece.wait_for_sound()

    async def _mark(self) -> None:
        self._unmarked = False
        self._counters.marks_sent += 1
        name = f"heard-{self._counters.marks_sent}"
        self._gauge.mark_sent(name)
        await self._socket.send(messages.mark(self.stream_sid, name))
