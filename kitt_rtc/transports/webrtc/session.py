"""One aiortc connection, from a browser's offer to its certain end: nothing of it stays behind.

aiortc's callbacks only put into fields and set an event; whoever holds the session does the work.
"""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from aiortc import RTCConfiguration, RTCDataChannel, RTCIceServer, RTCPeerConnection, RTCSessionDescription
from aiortc.codecs import get_capabilities
from aiortc.exceptions import InternalError, InvalidAccessError, InvalidStateError, OperationError
from aiortc.mediastreams import MediaStreamTrack
from aiortc.rtcconfiguration import RTCBundlePolicy

from kitt_rtc.model.errors import BadOffer, EngineTimeout, EngineUnavailable
from kitt_rtc.transports.webrtc.channel import LABEL
from kitt_rtc.transports.webrtc.closing import close_connection
from kitt_rtc.transports.webrtc.firewall import Firewall
from kitt_rtc.transports.webrtc.offer import read_offer

logger = logging.getLogger(__name__)

_GATHER_SECONDS = 0.8
"""A STUN or TURN server that has not answered by then is done without: the browser waits for our answer."""
_ANSWER_SECONDS = 5.0
_AIORTC_ERRORS = (
    ValueError, LookupError, TypeError, AttributeError, AssertionError, RuntimeError,
    InternalError, InvalidAccessError, InvalidStateError, OperationError,
)  # fmt: skip
"""What aiortc raises on an offer that it cannot use (RELIABILITY trap 6)."""


@dataclass(frozen=True, slots=True)
class IceServer:
    """A STUN or TURN server."""

    url: str
    username: str = ""
    credential: str = ""


def configuration(servers: Sequence[IceServer] = ()) -> RTCConfiguration:
    """aiortc's configuration: one transport for everything, and no server that nobody asked for."""
    return RTCConfiguration(
        iceServers=[
            RTCIceServer(urls=server.url, username=server.username or None, credential=server.credential or None)
            for server in servers
        ],
        bundlePolicy=RTCBundlePolicy.MAX_BUNDLE,
    )


class Session:
    """A connection that has been answered."""

    def __init__(self, voice: MediaStreamTrack, servers: Sequence[IceServer]) -> None:
        self.answer_sdp = ""
        self.changed = asyncio.Event()
        """Something about this session is not as it was."""
        self.track: MediaStreamTrack | None = None
        """What the browser says; None when it only listens."""
        self.wire: RTCDataChannel | None = None
        """The browser's channel `kitt`, once it is open."""
        self._connection = RTCPeerConnection(configuration(servers))
        transceiver = self._connection.addTransceiver(voice)
        opus = [codec for codec in get_capabilities("audio").codecs if codec.mimeType == "audio/opus"]
        transceiver.setCodecPreferences(opus)
        ice = transceiver.receiver.transport.transport._connection
        # aioice would wait five seconds for servers; see _GATHER_SECONDS.
        gather = ice.get_component_candidates
        ice.get_component_candidates = lambda component, addresses: gather(  # type: ignore[method-assign]
            component, addresses, timeout=_GATHER_SECONDS  # type: ignore[arg-type]  # said to be whole; it is passed on
        )
        self.firewall = Firewall(ice)
        self._connection.on("track", self._on_track)
        self._connection.on("datachannel", self._on_channel)
        self._connection.on("connectionstatechange", self.changed.set)

    @classmethod
    async def answer(cls, offer: str, voice: MediaStreamTrack, servers: Sequence[IceServer] = ()) -> "Session":
        """Answer an offer. Raises BadOffer with the reason, EngineTimeout, EngineUnavailable; then nothing is left."""
        tidy = read_offer(offer)
        session = cls(voice, servers)
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await session._negotiate(tidy)
        except _AIORTC_ERRORS as error:
            await session.close()
            raise BadOffer("the offer cannot be answered") from error
        except TimeoutError as error:
            await session.close()
            raise EngineTimeout("webrtc", "the offer could not be answered in time", retryable=True) from error
        except BaseException:
            await session.close()
            raise
        return session

    @property
    def state(self) -> str:
        """In WebRTC's words: new, connecting, connected, failed, closed."""
        return self._connection.connectionState

    async def close(self) -> None:
        """Leave. Harmless when already left."""
        await close_connection(self._connection, self.firewall)

    async def _negotiate(self, offer: str) -> None:
        await self._connection.setRemoteDescription(RTCSessionDescription(sdp=offer, type="offer"))
        await self._connection.setLocalDescription(await self._connection.createAnswer())
        self.firewall.guard()
        self.answer_sdp = self._connection.localDescription.sdp
        if "a=candidate:" not in self.answer_sdp:
            raise EngineUnavailable("webrtc", "this server has no network address that it may answer from")

    def _on_track(self, track: MediaStreamTrack) -> None:
        self.track = track

    def _on_channel(self, wire: RTCDataChannel) -> None:
        if wire.label != LABEL or self.wire is not None:
            wire.close()
            return
        self.wire = wire
        self.changed.set()
