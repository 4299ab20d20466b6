"""The earpiece as an outgoing track: twenty milliseconds at a time, on a steady clock, silence when there is nothing.

Sound leaves here as Opus, encoded at the house's own rate: that spares aiortc a resampler, two thirds of the samples,
a second channel and a thread for each of the fifty frames a second. RTP time still counts 48,000 a second (RFC 7587).
"""

import fractions
from typing import Protocol

from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av.packet import Packet
from av.stream import Stream

from kitt_rtc.media.opus import OpusEncoder
from kitt_rtc.media.pace import Pace
from kitt_rtc.model.audio import FRAME_SAMPLES, RATE, SILENCE, AudioFrame

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
        self._encoder = OpusEncoder(channels=1, purpose="voip")
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
