"""A browser in a call: a leg over one peer connection.

The law: `run` may be cancelled at any moment, and the connection is closed all the same; a peer that is never run is
closed by whoever asked for it.
"""

import asyncio
import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiortc.mediastreams import MediaStreamError

from kitt_rtc.captions import Captions
from kitt_rtc.drafts import Drafts
from kitt_rtc.journal import Journal
from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.media.track import MediaTrack
from kitt_rtc.model.audio import RATE, Clock
from kitt_rtc.model.quality import LineQuality
from kitt_rtc.model.speech import Speaker
from kitt_rtc.transports.commands import Inbox
from kitt_rtc.transports.webrtc.frames import push_decoded
from kitt_rtc.transports.webrtc.gauge import Gauge
from kitt_rtc.transports.webrtc.pulse import PeerState, PulseOptions, state_of
from kitt_rtc.transports.webrtc.session import Session, SessionOptions
from kitt_rtc.transports.webrtc.voice import Voice

logger = logging.getLogger(__name__)

HUNG_UP, LOST = "hung_up", "lost"
_MEASURE_SECONDS = 2.0
_BACKLOG_SECONDS = 0.005
"""Frames that come faster than this have waited: listeners get a turn between them."""


@dataclass(frozen=True, slots=True)
class PeerOptions:
    session: SessionOptions = field(default_factory=SessionOptions)
    pulse: PulseOptions = field(default_factory=PulseOptions)


class Peer:
    """A `Leg` over WebRTC. Made by `Peer.answer`."""

    def __init__(
        self, session: Session, *, leg_id: str, speaker: Speaker | None, clock: Clock, journal: Journal,
        earpiece: Earpiece, options: PulseOptions, voices: int = 1, captions: Captions | None = None,
        drafts: Drafts | None = None,
    ) -> None:  # fmt: skip
        self.id = leg_id
        self.speaker = speaker
        self.voices = voices
        self.microphone = MediaTrack(clock)
        self.earpiece = earpiece
        self.ending = ""
        """Why it ended, for the log and the page: "never_connected", "vanished", "hung_up"; empty while it lives."""
        self._session = session
        self._journal = journal
        self._captions = captions
        self._drafts = drafts
        self._options = options
        self._running = False
        self._leaving = False
        self._gauge = Gauge(clock)
        self._quality: LineQuality | None = None
        self._measured_at = 0.0
        self._connected_at: float | None = None
        self._sound_at = 0.0
        if session.ear is not None:
            session.ear.hearer = self._hear

    @classmethod
    async def answer(
        cls, offer: str, *, leg_id: str, speaker: Speaker | None, clock: Clock, journal: Journal,
        options: PeerOptions | None = None, voices: int = 1, captions: Captions | None = None,
        drafts: Drafts | None = None,
    ) -> "Peer":  # fmt: skip
        """Answer a browser's offer. Raises BadOffer saying why, or an EngineError; then nothing is left behind."""
        chosen = options or PeerOptions()
        earpiece = Earpiece()
        session = await Session.answer(offer, Voice(earpiece), chosen.session)
        return cls(
            session, leg_id=leg_id, speaker=speaker, clock=clock, journal=journal,
            earpiece=earpiece, options=chosen.pulse, voices=voices, captions=captions, drafts=drafts,
        )  # fmt: skip

    @property
    def transport(self) -> str:
        return "webrtc"

    @property
    def answer_sdp(self) -> str:
        return self._session.answer_sdp

    @property
    def commands(self) -> Inbox:
        """What the page asks for over its channel; ends with the leg."""
        return self._session.inbox

    @property
    def dropped_datagrams(self) -> Mapping[str, int]:
        """What strangers sent to the media port and was not let through, by reason."""
        return self._session.firewall.dropped

    @property
    def channel_stalled(self) -> bool:
        """Was the data channel closed because the page took nothing? It may follow at the events socket."""
        return self._session.channel is not None and self._session.channel.stalled

    @property
    def state(self) -> PeerState:
        """How the leg is at this moment."""
        if self.ending:
            return PeerState.OVER
        if self._connected_at is None:
            return PeerState.CONNECTING
        now = time.monotonic()
        listens_only = self._session.track is None
        since_sound = 0.0 if listens_only else now - max(self._sound_at, self._connected_at)
        return state_of(self._options, since_sound=since_sound, since_anything=self._unheard_for(now))

    @property
    def quality(self) -> LineQuality | None:
        """As measured within the last two seconds; None for a browser that is lost."""
        return None if self.state is PeerState.LOST else self._quality

    async def run(self) -> str:
        """Carry sound and envelopes until the browser leaves, is lost, or `hang_up`: "hung_up" or "lost"."""
        self._running = True
        try:
            async with asyncio.TaskGroup() as group:
                # A track of a peer that never connected stays silent for ever: readers are cancelled, not awaited.
                work = (self._pump(), self._tell(), self._caption(), self._draft())
                carriers = [group.create_task(carried) for carried in work]
                self.ending = await self._watch()
                for carrier in carriers:
                    carrier.cancel()
        finally:
            await self.close()
        logger.info("browser left", extra={"leg": self.id, "reason": self.ending})
        return HUNG_UP if self.ending == HUNG_UP else LOST

    async def hang_up(self) -> None:
        """Ask `run` to return soon; a leg that was never run is closed here."""
        self._leaving = True
        self._session.changed.set()
        if not self._running:
            await self.close()

    async def close(self) -> None:
        """Free everything. For a peer that was answered and is never run; `run` does it itself."""
        self.ending = self.ending or HUNG_UP
        self.microphone.end()
        self.earpiece.close()
        await self._session.close()

    async def _watch(self) -> str:
        began = time.monotonic()
        while True:
            self._session.changed.clear()
            ending = self._verdict(began)
            if ending:
                return ending
            try:
                async with asyncio.timeout(self._options.tick):
                    await self._session.changed.wait()
            except TimeoutError:
                await self._measure()

    async def _measure(self) -> None:
        now = time.monotonic()
        if self._connected_at is not None and now - self._measured_at >= _MEASURE_SECONDS:
            self._measured_at = now
            self._quality = await self._session.measure(self._gauge)

    def _verdict(self, began: float) -> str:
        """Is it over, and why? Empty while it is not."""
        if self._leaving:
            return HUNG_UP
        now = time.monotonic()
        if self._session.state == "connected" and self._connected_at is None:
            self._connected_at = now
        if self._connected_at is None:
            ended = self._session.state in {"failed", "closed"} or now - began >= self._options.connect
            return "never_connected" if ended else ""
        if self._session.state in {"failed", "closed"} or self._channel_closed():
            # To hang up is to say so: it was heard just now. An end that nobody told us of is a loss.
            return HUNG_UP if self._unheard_for(now) < self._options.silent else "vanished"
        return "vanished" if self._unheard_for(now) >= self._options.gone else ""

    def _channel_closed(self) -> bool:
        channel = self._session.channel
        return channel is not None and not channel.open and not channel.stalled

    def _unheard_for(self, now: float) -> float:
        heard_at = self._session.firewall.heard_at
        return now - max(heard_at or 0.0, self._connected_at or 0.0)

    def _hear(self, pcm: bytes, at: float, lost: bool) -> None:
        self._sound_at = time.monotonic()
        self.microphone.push(pcm, rate=RATE, at=at, lost=lost)

    async def _pump(self) -> None:
        """What aiortc decodes, which is nothing while the session has an ear of its own. Always reads (trap 9)."""
        track = self._session.track
        while track is not None:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            now = time.monotonic()
            if now - self._sound_at < _BACKLOG_SECONDS:
                await asyncio.sleep(0)
            self._sound_at = now
            push_decoded(self.microphone, frame)

    async def _tell(self) -> None:
        """The journal down the data channel, once there is one."""
        await self._session.opened.wait()
        if self._session.channel is not None:
            await self._session.channel.run(self._journal)

    async def _caption(self) -> None:
        """What is being said, beside it."""
        await self._session.opened.wait()
        if self._session.channel is not None and self._captions is not None:
            await self._session.channel.caption(self._captions)

    async def _draft(self) -> None:
        """The tip that is being written, beside it."""
        await self._session.opened.wait()
        if self._session.channel is not None and self._drafts is not None:
            await self._session.channel.draft(self._drafts)
