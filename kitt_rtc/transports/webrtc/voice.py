"""The earpiece as an outgoing track: twenty milliseconds at a time, on a steady clock, silence when there is nothing.

Sound leaves here as Opus, encoded at the house's own rate: that spares aiortc a resampler, two thirds of the samples,
a second channel and a thread for each of the fifty frames a second. RTP time still counts 48,000 a second (RFC 7587).
"""

import fractions
from typing import Protocol

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame as LibraryFrame
from av import CodecContext
from av.audio.codeccontext import AudioCodecContext
from av.packet import Packet
from av.stream import Stream

from kitt_rtc.media.pace import Pace
from kitt_rtc.model.audio import FRAME_SAMPLES, RATE, SILENCE, AudioFrame

_BITS_PER_SECOND = 32_000
_TAIL_FRAMES = 10
"""Silent frames that are still encoded, so that the last sound fades as the encoder means it to."""
_RTP_RATE = 48_000
_TIME_BASE = fractions.Fraction(1, _RTP_RATE)


class Source(Protocol):
    """Where the sound comes from; an `Earpiece` fits."""

    def next(self) -> AudioFrame | None: ...


class Voice(MediaStreamTrack):
    """What is sent to a browser. Derived from aiortc's class because aiortc takes nothing else."""

    kind = "audio"

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.skipped = 0
        """Frames that were due while the loop stood still, and were left out."""
        self._source = source
        self._encoder = _Encoder()
        self._pace = Pace()
        self._frames = 0

    async def recv(self) -> "Packet[Stream]":
        """The next twenty milliseconds, when they are due."""
        missed = await self._pace.wait()
        self.skipped += missed
        self._frames += missed
        if self.readyState != "live":
            raise MediaStreamError
        frame = self._source.next()
        packet = Packet(self._encoder.encode(frame.pcm if frame is not None else SILENCE))
        packet.pts = self._frames * FRAME_SAMPLES * _RTP_RATE // RATE
        packet.time_base = _TIME_BASE
        self._frames += 1
        return packet


class _Encoder:
    """House frames to Opus packets. Silence that lasts is encoded once and for all."""

    def __init__(self) -> None:
        codec = CodecContext.create("libopus", "w")
        assert isinstance(codec, AudioCodecContext)
        codec.sample_rate = RATE
        codec.layout = "mono"
        codec.format = "s16"
        codec.bit_rate = _BITS_PER_SECOND
        codec.options = {"application": "voip", "compression_level": "5"}
        self._codec = codec
        self._silent_frames = 0
        self._silence = b""

    def encode(self, pcm: bytes) -> bytes:
        if pcm != SILENCE:
            self._silent_frames = 0
            return self._opus(pcm)
        self._silent_frames += 1
        if self._silent_frames <= _TAIL_FRAMES:
            self._silence = self._opus(pcm)
        return self._silence

    def _opus(self, pcm: bytes) -> bytes:
        frame = LibraryFrame(format="s16", layout="mono", samples=FRAME_SAMPLES)
        frame.planes[0].update(pcm)
        frame.sample_rate = RATE
        return b"".join(bytes(packet) for packet in self._codec.encode(frame))
