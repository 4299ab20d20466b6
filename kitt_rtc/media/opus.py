"""House sound into Opus packets of twenty milliseconds, at the house's own rate."""

from typing import Literal

from av import AudioFrame as LibraryFrame
from av import CodecContext
from av.audio.codeccontext import AudioCodecContext

from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SAMPLES, RATE

STEREO_BYTES = 2 * FRAME_BYTES
"""Twenty milliseconds of both channels, interleaved."""
_QUIET = bytes(STEREO_BYTES)
_LAYOUTS = {1: "mono", 2: "stereo"}
_BITS_PER_SECOND = 32_000
_TAIL_FRAMES = 10
"""Silent frames that are still encoded, so that the last sound fades as the encoder means it to."""


class OpusEncoder:
    """16-bit frames to packets, one by one. Silence that lasts is encoded once and for all."""

    def __init__(self, *, channels: int, purpose: Literal["voip", "audio"]) -> None:
        """`channels` 1 or 2, interleaved; `purpose` in libopus' own words."""
        self._layout = _LAYOUTS[channels]
        codec = CodecContext.create("libopus", "w")
        assert isinstance(codec, AudioCodecContext)
        codec.sample_rate = RATE
        codec.layout = self._layout
        codec.format = "s16"
        codec.bit_rate = _BITS_PER_SECOND
        codec.options = {"application": purpose, "compression_level": "5"}
        codec.open()
        self.head = bytes(codec.extradata or b"")
        """The packet that begins a stream: RFC 7845's OpusHead, with the encoder's delay in it."""
        self._codec = codec
        self._nothing = bytes(channels * FRAME_BYTES)
        self._quiet_frames = 0
        self._quiet = b""

    @property
    def delay(self) -> int:
        """Samples of 48 kHz that a reader leaves out at the beginning of the stream."""
        return int.from_bytes(self.head[10:12], "little")

    def encode(self, pcm: bytes) -> bytes:
        """The packet of one frame."""
        if pcm != self._nothing:
            self._quiet_frames = 0
            return self._opus(pcm)
        self._quiet_frames += 1
        if self._quiet_frames <= _TAIL_FRAMES:
            self._quiet = self._opus(pcm)
        return self._quiet

    def _opus(self, pcm: bytes) -> bytes:
        frame = LibraryFrame(format="s16", layout=self._layout, samples=FRAME_SAMPLES)
        frame.planes[0].update(pcm)
        frame.sample_rate = RATE
        return b"".join(bytes(packet) for packet in self._codec.encode(frame))


class StereoEncoder:
    """Whole stretches of both channels to packets: for a recording."""

    def __init__(self) -> None:
        self._encoder = OpusEncoder(channels=2, purpose="audio")
        self.head = self._encoder.head
        self.delay = self._encoder.delay

    def encode(self, pcm: bytes) -> list[bytes]:
        """Whole frames only, of `STEREO_BYTES`."""
        return [self._encoder.encode(pcm[at : at + STEREO_BYTES]) for at in range(0, len(pcm), STEREO_BYTES)]

    def silence(self, frames: int) -> list[bytes]:
        """So many frames of nothing."""
        return [self._encoder.encode(_QUIET) for _ in range(frames)]
