"""One aiortc connection, from a browser's offer to its certain end: nothing of it stays behind.

aiortc's callbacks only put into fields and set an event; whoever holds the session does the work.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from aiortc import (
    RTCConfiguration,
    RTCDataChannel,
    RTCIceServer,
    RTCPeerConnection,
    RTCRtpReceiver,
    RTCSessionDescription,
)  # fmt: skip
from aiortc.codecs import get_capabilities
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtcconfiguration import RTCBundlePolicy

from kitt_rtc.model.errors import BadOffer, EngineTimeout, EngineUnavailable
from kitt_rtc.model.quality import LineQuality
from kitt_rtc.transports.commands import Inbox
from kitt_rtc.transports.webrtc.channel import LABEL, Channel, ChannelOptions
from kitt_rtc.transports.webrtc.closing import AIORTC_ERRORS, Tether
from kitt_rtc.transports.webrtc.ear import Ear
from kitt_rtc.transports.webrtc.firewall import Firewall
from kitt_rtc.transports.webrtc.gauge import Gauge
from kitt_rtc.transports.webrtc.offer import read_offer
from kitt_rtc.transports.webrtc.opus import OpusDecoder, libopus
from kitt_rtc.transports.webrtc.reorder import Reorder

logger = logging.getLogger(__name__)

_GATHER_SECONDS = 1
"""A STUN or TURN server that has not answered by then is done without: the browser waits for our answer."""
_ANSWER_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server."""

    url: str
    username: str = ""
    credential: str = ""


@dataclass(frozen=True, slots=True)
class SessionOptions:
    ice_servers: tuple[IceServer, ...] = ()
    """Where this server asks for addresses of its own; none where browsers reach it directly."""
    channel: ChannelOptions = field(default_factory=ChannelOptions)


def configuration(servers: Sequence[IceServer] = ()) -> RTCConfiguration:
    """aiortc's configuration: one transport for everything, and no server that nobody asked for."""
    return RTCConfiguration(
        iceServers=[
            RTCIceServer(urls=server.url, username=server.username or None, credential=server.credential or None)
            for server in servers
        ],
        bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
    )


def hear_by(buffer: Ear | Reorder, receiver: RTCRtpReceiver) -> None:
    """Have a receiver hand its packets to this in the place of aiortc's own jitter buffer."""
    vars(receiver)["_RTCRtpReceiver__jitter_buffer"] = buffer


class Session:
    """A connection that has been answered."""

    def __init__(self, voice: MediaStreamTrack, options: SessionOptions) -> None:
        self.answer_sdp = ""
        self.changed = asyncio.Event()
        """Something about this session is not as it was."""
        self.track: MediaStreamTrack | None = None
        """What the browser says, by aiortc; None when it only listens."""
        library = libopus()
        self.ear = None if library is None else Ear(OpusDecoder(library))
        """What the browser says, past aiortc; None where libopus cannot be had, and the track alone hears it."""
        self.channel: Channel | None = None
        """The browser's channel `kitt`, once it is open."""
        self.opened = asyncio.Event()
        """The channel is there."""
        self.inbox = Inbox()
        """What comes up the channel."""
        self._options = options
        self._connection = RTCPeerConnection(configuration(options.ice_servers))
        self._tether = Tether(self._connection)
        transceiver = self._connection.addTransceiver(voice)
        opus = [codec for codec in get_capabilities("audio").codecs if codec.mimeType == "audio/opus"]
        transceiver.setCodecPreferences(opus)
        ice = transceiver.receiver.transport.transport._connection
        # aioice would wait five seconds for servers that do not answer.
        vars(ice)["get_component_candidates"] = partial(ice.get_component_candidates, timeout=_GATHER_SECONDS)
        hear_by(self.ear or Reorder(), transceiver.receiver)
        self.firewall = Firewall(ice)
        self._connection.on("track", self._on_track)
        self._connection.on("datachannel", self._on_channel)
        self._connection.on("connectionstatechange", self.changed.set)

    @classmethod
    async def answer(cls, offer: str, voice: MediaStreamTrack, options: SessionOptions) -> "Session":
        """Answer an offer. Raises BadOffer with the reason, EngineTimeout, EngineUnavailable; then nothing is left."""
        tidy = read_offer(offer)
        session = cls(voice, options)
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await session._negotiate(tidy)
        except AIORTC_ERRORS as error:
            raise BadOffer("the offer cannot be answered") from error
        except TimeoutError as error:
            raise EngineTimeout("webrtc", "the offer could not be answered in time", retryable=True) from error
        finally:
            if not session.answer_sdp:
                await session.close()
        return session

    @property
    def state(self) -> str:
        """In WebRTC's words: new, connecting, connected, failed, closed."""
        return self._connection.connectionState

    async def measure(self, gauge: Gauge) -> LineQuality | None:
        """How well the connection carries sound, by this gauge."""
        return await gauge.read(self._connection)

    async def close(self) -> None:
        """Leave. Harmless when already left."""
        self.inbox.close()
        if self.ear is not None:
            self.ear.hearer = None
        await self._tether.close()
        self.firewall.lift()

    async def _negotiate(self, offer: str) -> None:
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp=offer, type="offer"))
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        self.firewall.guard()
        answer = self._connection.localDescription.sdp
        if "a=candidate:" not in answer:
            raise EngineUnavailable("webrtc", "this server has no network address that it may answer from")
        self.answer_sdp = answer

    def _on_track(self, track: MediaStreamTrack) -> None:
        self.track = track

    def _on_channel(self, wire: RTCDataChannel) -> None:
        if wire.label != LABEL or self.channel is not None:
            wire.close()
            return
        self.channel = Channel(wire, self.inbox, self._options.channel)
        self.opened.set()
        wire.on("close", self.changed.set)
