"""A caller shaped like a browser: makes the offer, speaks house sound in real time, keeps what it hears and reads.

For the demo, `kitt-rtc simulate`, tests and the bench. It does not know HTTP: it is given a function that takes an
offer to an answer.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from types import TracebackType

from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack

from kitt_rtc.media.track import MediaTrack, Sink
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, RATE, AudioFrame
from kitt_rtc.model.caption import Caption
from kitt_rtc.model.draft import Draft
from kitt_rtc.model.errors import BadOffer, EngineTimeout
from kitt_rtc.transports.webrtc.channel import LABEL
from kitt_rtc.transports.webrtc.closing import AIORTC_ERRORS, Tether
from kitt_rtc.transports.webrtc.ear import Ear
from kitt_rtc.transports.webrtc.frames import push_decoded
from kitt_rtc.transports.webrtc.opus import OpusDecoder, libopus
from kitt_rtc.transports.webrtc.session import configuration, hear_by
from kitt_rtc.transports.webrtc.voice import Source, Voice
from kitt_rtc.wire import Envelope, decode, decode_caption, decode_draft

Exchange = Callable[[str], Awaitable[str]]
"""Takes an offer's SDP to the answer's."""

_CONNECT_SECONDS = 10.0
_MAX_ENVELOPES = 10_000


class Caller:
    """One person in a browser: `async with Caller() as caller: await caller.call(exchange)`."""

    def __init__(
        self, *, after: int = 0, remember_seconds: float = 60.0, mouth: Source | None = None, ear: Sink | None = None
    ) -> None:
        """`after` is the number of the last envelope it has already; it remembers the last of what it hears.

        For measurements `mouth` speaks in the place of what it is told to play, and `ear` is offered each frame when
        its packet comes.
        """
        self._after = after
        self._script = _Script()
        self._memory = _Memory(round(remember_seconds / FRAME_SECONDS))
        self._connection = RTCPeerConnection(configuration())
        self._tether = Tether(self._connection)
        self._connection.addTrack(Voice(mouth or self._script))
        self._channel = self._connection.createDataChannel(LABEL)
        self._channel.on("open", self._greet)
        self._channel.on("message", self._read)
        self._channel.on("close", self._hear_the_end)
        self._connection.on("track", self._on_track)
        self._connection.on("connectionstatechange", self._on_state)
        self._envelopes: asyncio.Queue[Envelope | None] = asyncio.Queue(_MAX_ENVELOPES)
        self._moved = asyncio.Event()
        self._track: MediaStreamTrack | None = None
        self.caption: Caption | None = None
        """The latest state of what is being said that arrived on the channel."""
        self.draft: Draft | None = None
        """The same of the tip that is being written."""
        self._heard = MediaTrack(asyncio.get_running_loop().time)
        self._heard.attach(self._memory)
        if ear is not None:
            self._heard.attach(ear)
        self._packets: Ear | None = None
        self._ear: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Caller":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def state(self) -> str:
        """In WebRTC's words: new, connecting, connected, failed, closed."""
        return self._connection.connectionState

    @property
    def heard(self) -> bytes:
        """What was heard so far, house sound, the oldest forgotten."""
        return self._memory.pcm

    async def call(self, exchange: Exchange) -> None:
        """Offer, be answered, connect. Raises BadOffer when the answer cannot be used, EngineTimeout without sound."""
        await self._connection.setLocalDescription(await self._connection.createOffer())
        answer = await exchange(self._connection.localDescription.sdp)
        try:
            await self._connection.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))
        except AIORTC_ERRORS as error:
            raise BadOffer("the answer is not SDP that can be used") from error
        if self._track is not None:
            self._ear = asyncio.create_task(self._listen(self._track), name="caller's ear")
        try:
            async with asyncio.timeout(_CONNECT_SECONDS):
                await self._until("connected")
        except TimeoutError as error:
            raise EngineTimeout("webrtc", f"not connected after {_CONNECT_SECONDS:.0f} s", retryable=True) from error

    async def play(self, pcm: bytes) -> None:
        """Speak house sound from this moment on, in real time; returns when the last of it has been sent."""
        await self._script.play(pcm)

    async def envelopes(self) -> AsyncIterator[Envelope]:
        """What arrives on the channel, until it closes."""
        while (envelope := await self._envelopes.get()) is not None:
            yield envelope

    def rate(self, insight_id: str, rating: str) -> None:
        """Say what the insight was worth: "helpful", "wrong" or "not_now"."""
        self.send(json.dumps({"type": "rate_insight", "insight_id": insight_id, "rating": rating}))

    def hush(self) -> None:
        """Ask the voice to stop."""
        self.send(json.dumps({"type": "hush"}))

    def send(self, text: str) -> None:
        """Anything up the channel, as it is."""
        self._channel.send(text)

    def close_channel(self) -> None:
        """Close the channel alone: a page's way to say that it leaves."""
        self._channel.close()

    async def left(self) -> None:
        """Until the other side has hung up or is lost."""
        await self._until("closed", "failed")

    async def close(self) -> None:
        """Hang up. Harmless when already done."""
        if self._packets is not None:
            self._packets.hearer = None
        await self._tether.close()
        self._channel.remove_all_listeners()
        if self._ear is not None:
            self._ear.cancel()
            await asyncio.wait([self._ear])
            self._ear = None
        self._script.close()

    async def _until(self, *states: str) -> None:
        while self.state not in states:
            self._moved.clear()
            await self._moved.wait()

    async def _listen(self, track: MediaStreamTrack) -> None:
        """What aiortc decodes: nothing where each packet is heard as it comes."""
        while True:
            try:
                frame = await track.recv()
            except MediaStreamError:
                return
            push_decoded(self._heard, frame)

    def _hear(self, pcm: bytes, at: float, lost: bool) -> None:
        self._heard.push(pcm, rate=RATE, at=at, lost=lost)

    def _greet(self) -> None:
        self.send(json.dumps({"type": "resume", "after": self._after}))

    def _read(self, text: str) -> None:
        envelope = decode(text)
        if envelope is None:
            self.caption = decode_caption(text) or self.caption
            self.draft = decode_draft(text) or self.draft
        elif not self._envelopes.full():
            self._envelopes.put_nowait(envelope)

    def _hear_the_end(self) -> None:
        if not self._envelopes.full():
            self._envelopes.put_nowait(None)

    def _on_track(self, track: MediaStreamTrack) -> None:
        self._track = track
        if (library := libopus()) is not None:
            self._packets = Ear(OpusDecoder(library))
            self._packets.hearer = self._hear
            hear_by(self._packets, self._connection.getReceivers()[0])

    def _on_state(self) -> None:
        self._moved.set()


class _Script:
    """What the caller says: nothing, until it is given something to say."""

    def __init__(self) -> None:
        self._pcm = b""
        self._position = 0
        self._said = asyncio.Event()

    async def play(self, pcm: bytes) -> None:
        self._pcm, self._position = pcm, 0
        self._said.clear()
        if pcm:
            await self._said.wait()

    def next(self) -> AudioFrame | None:
        if self._position >= len(self._pcm):
            self._said.set()
            return None
        piece = self._pcm[self._position : self._position + FRAME_BYTES]
        self._position += FRAME_BYTES
        return AudioFrame(piece.ljust(FRAME_BYTES, b"\0"), 0.0)

    def close(self) -> None:
        self._pcm = b""
        self._said.set()


class _Memory:
    """The last frames that were heard."""

    def __init__(self, frames: int) -> None:
        self._pcm = bytearray()
        self._most = frames * FRAME_BYTES

    @property
    def pcm(self) -> bytes:
        return bytes(self._pcm)

    def offer(self, frame: AudioFrame) -> None:
        self._pcm += frame.pcm
        if len(self._pcm) > 2 * self._most:
            del self._pcm[: -self._most]

    def end(self) -> None:
        """Nothing more will be heard; what was, is kept."""
