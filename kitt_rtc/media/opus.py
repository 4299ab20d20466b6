"""Two channels of house sound into Opus packets of twenty milliseconds."""

from av import AudioFrame as LibraryFrame
from av import CodecContext
from av.audio.codeccontext import AudioCodecContext

from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SAMPLES, RATE

STEREO_BYTES = 2 * FRAME_BYTES
"""Twenty milliseconds of both channels, interleaved."""
_QUIET = bytes(STEREO_BYTES)
_BITS_PER_SECOND = 32_000
_TAIL_FRAMES = 10
"""Silent frames that are still encoded, so that the last sound fades as the encoder means it to."""


class StereoEncoder:
    """Interleaved 16-bit frames to packets. Silence that lasts is encoded once and for all."""

    def __init__(self) -> None:
        codec = CodecContext.create("libopus", "w")
        assert isinstance(codec, AudioCodecContext)
        codec.sample_rate = RATE
        codec.layout = "stereo"
        codec.format = "s16"
        codec.bit_rate = _BITS_PER_SECOND
        codec.options = {"application": "audio", "compression_level": "5"}
        codec.open()
        self.head = bytes(codec.extradata or b"")
        """The packet that begins a stream: RFC 7845's OpusHead, with the encoder's delay in it."""
        self._codec = codec
        self._quiet_frames = 0
        self._quiet = b""

    @property
    def delay(self) -> int:
        """Samples of 48 kHz that a reader leaves out at the beginning of the stream."""
        return int.from_bytes(self.head[10:12], "little")

    def encode(self, pcm: bytes) -> list[bytes]:
        """Whole frames only, of `STEREO_BYTES`."""
        return [self._packet(pcm[at : at + STEREO_BYTES]) for at in range(0, len(pcm), STEREO_BYTES)]

    def silence(self, frames: int) -> list[bytes]:
        """So many frames of nothing."""
        return [self._packet(_QUIET) for _ in range(frames)]

    def _packet(self, pcm: bytes) -> bytes:
        if pcm != _QUIET:
            self._quiet_frames = 0
            return self._opus(pcm)
        self._quiet_frames += 1
        if self._quiet_frames <= _TAIL_FRAMES:
            self._quiet = self._opus(pcm)
        return self._quiet

    def _opus(self, pcm: bytes) -> bytes:
        frame = LibraryFrame(format="s16", layout="stereo", samples=FRAME_SAMPLES)
        frame.planes[0].update(pcm)
        frame.sample_rate = RATE
        return b"".join(bytes(packet) for packet in self._codec.encode(frame))
