"""A browser's voice taken where aiortc hands it to its jitter buffer, and decoded on the spot.

Why: aiortc wakes a thread for every packet, to decode it at 48 kHz in two channels, and wakes the loop for every
decoded frame. With twenty browsers half of the processor's time goes there. Here a packet becomes house sound within
the call that brought it, and aiortc, which is given no frame, decodes nothing. A single packet that is lost is made
good by libopus; a longer hole stays one.
"""

from collections.abc import Callable

from aiortc.jitterbuffer import JitterFrame
from aiortc.rtp import RtpPacket

from kitt_rtc.model.audio import RATE, SAMPLE_BYTES
from kitt_rtc.transports.webrtc.opus import OpusDecoder
from kitt_rtc.transports.webrtc.reorder import Reorder

Hearer = Callable[[bytes, float, bool], None]
"""Takes house sound, its moment on the sender's time line in seconds, and whether it stands for sound that is lost."""
_RTP_RATE = 48_000
_HALF = 1 << 31


class Ear:
    """Fits where aiortc has its `JitterBuffer`: takes every packet and gives none."""

    def __init__(self, decoder: OpusDecoder) -> None:
        self.hearer: Hearer | None = None
        """Nobody, until somebody listens; and nobody again once the connection is closed."""
        self._decoder = decoder
        self._order = Reorder()
        self._stamp: int | None = None
        self._time = 0
        self._length = 0
        """Of the last packet, in RTP time."""

    def add(self, packet: RtpPacket) -> tuple[bool, JitterFrame | None]:
        _, frame = self._order.add(packet)
        while frame is not None:
            self._hear(frame)
            frame = self._order.next()
        return False, None

    def _hear(self, frame: JitterFrame) -> None:
        """RTP time is a number of 32 bits that begins anywhere and comes round (RFC 3550, 5.1)."""
        step = 0 if self._stamp is None else (frame.timestamp - self._stamp + _HALF) % (2 * _HALF) - _HALF
        self._stamp = frame.timestamp
        if step == 2 * self._length > 0:
            self._give(self._decoder.conceal(self._length * RATE // _RTP_RATE), self._time + self._length, lost=True)
        self._time += step
        pcm = self._decoder.decode(frame.data)
        self._length = len(pcm) // SAMPLE_BYTES * _RTP_RATE // RATE
        self._give(pcm, self._time)

    def _give(self, pcm: bytes, time: int, *, lost: bool = False) -> None:
        if pcm and self.hearer is not None:
            self.hearer(pcm, time / _RTP_RATE, lost)
