"""Any sound in, house sound out, and out again at another rate; one state per stream.

A resampler holds back about two milliseconds between calls, so the pieces of a stream join without a seam. One per
voice for the whole call, never one per piece.
"""

import av
import numpy as np
from av.audio.frame import AudioFrame as LibraryFrame
from av.audio.resampler import AudioResampler

from kitt_rtc.media.doubler import Doubler
from kitt_rtc.model.audio import RATE

_LAYOUTS = {1: "mono", 2: "stereo"}
MAX_CHANNELS = 2


class Resampler:
    """16-bit PCM of one rate to mono 16-bit PCM of another. Keeps its state between calls."""

    def __init__(self, *, rate: int, channels: int = 1, to_rate: int = RATE) -> None:
        """`rate` and `to_rate` in samples per second; `channels` 1 or 2, interleaved."""
        if channels not in _LAYOUTS:
            raise ValueError(f"1 or 2 channels, not {channels}")
        self.rate = rate
        self.channels = channels
        self.to_rate = to_rate
        self._unchanged = rate == to_rate and channels == 1
        doubles = 2 * rate == to_rate and channels == 1
        self._engine = Doubler() if doubles else AudioResampler(format="s16", layout="mono", rate=to_rate)

    def feed(self, pcm: bytes) -> bytes:
        """The next piece of the stream; whole samples only."""
        if self._unchanged or not pcm:
            return pcm
        if isinstance(self._engine, Doubler):
            return self._engine.feed(pcm)
        frame = LibraryFrame.from_ndarray(
            np.frombuffer(pcm, "<i2").reshape(1, -1), format="s16", layout=_LAYOUTS[self.channels]
        )
        frame.sample_rate = self.rate
        return b"".join(samples_of(out) for out in self._engine.resample(frame))

    def flush(self) -> bytes:
        """What was held back. The stream ends here: the resampler cannot be fed again."""
        if self._unchanged:
            return b""
        if isinstance(self._engine, Doubler):
            return self._engine.flush()
        try:
            return b"".join(samples_of(out) for out in self._engine.resample(None))
        except av.error.FFmpegError:
            return b""  # nothing was ever fed


def to_house(pcm: bytes, *, rate: int, channels: int = 1) -> bytes:
    """A whole sound at once, as house sound."""
    resampler = Resampler(rate=rate, channels=channels)
    return resampler.feed(pcm) + resampler.flush()


def samples_of(frame: LibraryFrame) -> bytes:
    """The samples of a mono 16-bit frame of the library, without its padding."""
    return bytes(memoryview(frame.planes[0]))[: frame.samples * 2]
