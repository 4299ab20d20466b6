"""A recording, listened to as others would: what is on each side, and when."""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

RATE = 48_000


def listened(path: Path) -> NDArray[np.float32]:
    """Both sides of a recording, 48,000 samples a second, 1.0 full scale."""
    with av.open(str(path)) as container:
        assert container.streams.audio[0].channels == 2
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)


def heard(side: NDArray[np.float32], begin: float, end: float, *, floor: float = 0.01) -> list[tuple[float, float]]:
    """When this side is not silent between two moments, in seconds; pauses under a tenth of a second are none."""
    piece = np.abs(side[round(begin * RATE) : round(end * RATE)])
    loud = np.flatnonzero(piece > floor) / RATE + begin
    if not len(loud):
        return []
    breaks = np.flatnonzero(np.diff(loud) > 0.1)
    starts, ends = [loud[0], *loud[breaks + 1]], [*loud[breaks], loud[-1]]
    return [(float(start), float(stop)) for start, stop in zip(starts, ends, strict=True)]


def hertz(side: NDArray[np.float32], begin: float, end: float) -> float:
    """The frequency with the most energy between two moments."""
    piece = side[round(begin * RATE) : round(end * RATE)]
    return float(np.argmax(np.abs(np.fft.rfft(piece * np.hanning(len(piece))))) * RATE / len(piece))
