"""A person on the telephone: a leg over a media-stream socket.

The law: the socket is always read, whatever the house does, or the network throws sound away (its warning 31930).
"""

import asyncio
import logging
from dataclasses import asdict, dataclass

from kitt_rtc.media import g711
from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.media.track import MediaTrack
from kitt_rtc.model.audio import Clock
from kitt_rtc.model.errors import BadMessage
from kitt_rtc.model.quality import LineQuality
from kitt_rtc.model.speech import Speaker
from kitt_rtc.transports.twilio import messages
from kitt_rtc.transports.twilio.frame_order import FrameOrder
from kitt_rtc.transports.twilio.gauge import Gauge
from kitt_rtc.transports.twilio.keypad import Keypad
from kitt_rtc.transports.twilio.message_order import MessageOrder
from kitt_rtc.transports.twilio.messages import (
    INBOUND,
    Connected,
    Dtmf,
    Mark,
    Media,
    Message,
    Start,
    StartDetails,
    Stop,
)
from kitt_rtc.transports.twilio.opening import UNREADABLE_IN_A_ROW, Opening, Socket
from kitt_rtc.transports.twilio.voice import WIRE_RATE, Voice

logger = logging.getLogger(__name__)

_TURN_MESSAGES = 32
"""After this many messages the loop serves others (RELIABILITY trap 12)."""
_FREE_LOSS = 500
"""Ten seconds. More silence than that plus what was heard is not filled in: a time line may lie."""


@dataclass(frozen=True, slots=True)
class LineOptions:
    silent_seconds: float = 10.0
    """The network sends sound all the time: a socket quiet for this long is dead."""


class Line:
    """One telephone in a call. Fits `ports.Leg`."""

    transport = "twilio"

    def __init__(
        self,
        socket: Socket,
        opening: Opening,
        *,
        leg_id: str,
        speaker: Speaker,
        clock: Clock,
        voices: int = 1,
        options: LineOptions | None = None,
    ) -> None:
        """`opening` is what `open_stream` found on the socket; `clock` is the call's."""
        self.id = leg_id
        self.speaker = speaker
        self.voices = voices
        self.microphone = MediaTrack(clock)
        self.earpiece = Earpiece()
        self.counters = opening.counters
        self.keypad = Keypad(self.counters)
        """Keys that the person presses; ends with the line."""
        self.reason = ""
        """Why the line ended, in the words of `LegLeft.reason`; empty while it lives."""
        self._socket = socket
        self._early = opening.early
        self._start = opening.start
        self._options = options or LineOptions()
        self._order = FrameOrder(self.counters)
        self._numbers = MessageOrder(self.counters)
        self._gauge = Gauge(clock)
        self._quality: LineQuality | None = None
        self._voice = Voice(self.earpiece, socket, opening.start.stream_sid, self.counters, self._gauge)
        self._nonsense = 0
        self._leaving = False

    @property
    def call_sid(self) -> str:
        return self._start.call_sid

    @property
    def quality(self) -> LineQuality | None:
        """Of the last ten seconds; of the line's last ones, once it has ended."""
        return self._quality if self.reason else self._gauge.quality

    async def run(self) -> str:
        """Carry sound until the far end leaves or `hang_up`: "hung_up", "lost", "call_over" or "error"."""
        why = "the call is over"
        try:
            async with asyncio.TaskGroup() as group:
                helpers = [group.create_task(self._voice.run()), group.create_task(self._watch())]
                reason, why = await self._listen()
                self._quality, self.reason = self._gauge.quality, reason
                for helper in helpers:
                    helper.cancel()
        finally:
            self.microphone.end()
            self.earpiece.close()
            self.keypad.close()
            logger.debug("line closed", extra={"leg": self.id, **asdict(self.counters)})
            await self._socket.close(why)
        return self.reason

    async def hang_up(self) -> None:
        """Close the socket: for the network the stream ends here, and the call with it."""
        self._leaving = True
        self.earpiece.close()
        await self._socket.close("the call is over")

    # Hearing.

    async def _listen(self) -> tuple[str, str]:
        """Until the stream ends: the leg's reason, and the sentence for the socket."""
        for frame in self._early:
            self._take(frame)
        ended = False
        while not ended and (text := await self._socket.receive()) is not None:
            self.counters.messages += 1
            try:
                ended = self._take(messages.parse(text))
            except BadMessage:
                self._numbers.skip()
                self._unreadable()
            if self._nonsense >= UNREADABLE_IN_A_ROW:
                logger.warning("line closed: nonsense", extra={"leg": self.id, "unreadable": self.counters.unreadable})
                return "error", f"{self._nonsense} messages in a row could not be read"
            if self.counters.messages % _TURN_MESSAGES == 0:
                await asyncio.sleep(0)
        self._hear(self._order.flush())
        if self._leaving:
            return "call_over", "the call is over"
        return ("hung_up", "goodbye") if ended else ("lost", "the stream was lost")

    def _take(self, message: Message) -> bool:
        """Do what a message says. Does it end the stream?"""
        if not isinstance(message, Connected):
            self._numbers.note(message.sequence_number)
        if isinstance(message, Media):
            if message.stream_sid != self._start.stream_sid or message.media.track != INBOUND:
                self.counters.foreign += 1
            else:
                self._hear(self._order.admit(message))
                lost = self.microphone.lost_frames
                self._gauge.arrive(message.media.timestamp / 1_000, heard=self.counters.frames, lost=lost)
            return False
        self._nonsense = 0
        match message:
            case Stop(stream_sid=sid) if sid in ("", self._start.stream_sid):
                return True
            case Mark(stream_sid=sid, mark=mark) if sid == self._start.stream_sid:
                self.counters.marks_returned += 1
                self._gauge.mark_returned(mark.name)
                self._voice.returned(mark.name)
            case Dtmf(stream_sid=sid, dtmf=pressed) if sid == self._start.stream_sid:
                self.keypad.press(pressed.digit)
            case Start(start=start) if start.call_sid == self.call_sid and start.stream_sid != self._start.stream_sid:
                self._restart(start)
            case Stop() | Mark() | Dtmf():
                self.counters.foreign += 1
            case _:
                self.counters.misplaced += 1
        return False

    def _hear(self, frames: tuple[Media, ...]) -> None:
        counters, track = self.counters, self.microphone
        for frame in frames:
            try:
                ulaw = frame.ulaw()
            except BadMessage:
                self._unreadable()
                continue
            self._nonsense = 0
            counters.frames += 1
            if ulaw:
                at = frame.media.timestamp / 1_000 if track.lost_frames < _FREE_LOSS + counters.frames else None
                track.push(g711.to_pcm(ulaw), rate=WIRE_RATE, at=at)

    def _unreadable(self) -> None:
        self.counters.unreadable += 1
        self._nonsense += 1

    def _restart(self, start: StartDetails) -> None:
        """The same call in a new stream on the same socket: its chunks and its time count from the beginning."""
        self._hear(self._order.flush())
        self._order, self._numbers = FrameOrder(self.counters), MessageOrder(self.counters)
        self._gauge.restart()
        self._start = start
        self._voice.stream_sid = start.stream_sid
        self.counters.restarts += 1

    async def _watch(self) -> None:
        """Close a socket that has gone quiet without closing."""
        seen = -1
        while seen != self.counters.messages:
            seen = self.counters.messages
            await asyncio.sleep(self._options.silent_seconds)
        await self._socket.close("nothing was heard any more")
