"""What one person's loudspeaker has played in the last seconds: one line of samples without a hole.

The law: a sample's number is never given twice, and what nobody played is silence. Whoever empties the earpiece rests
while there is nothing to hear; the time that passed is told by the frames' stamps, and becomes silence of that length.
"""

import numpy as np
from numpy.typing import NDArray

from kitt_rtc.model.audio import FRAME_SECONDS, RATE, AudioFrame

Samples = NDArray[np.float32]
"""In 16-bit units."""

KEPT_SECONDS = 10.0
_KEPT = round(KEPT_SECONDS * RATE)
_ROOM = _KEPT + RATE
"""What is kept is moved to the front once a second, not with every frame."""
_GAP_SECONDS = 0.060
"""A frame that comes so much after its turn is not the next one; what is less is an uneven pace."""


class FarEnd:
    """Takes no memory until something was played, 350 KiB from then on."""

    def __init__(self) -> None:
        self.end = 0
        """The number of the sample that is played next."""
        self._known = np.zeros(0, np.int16)
        self._used = 0
        """Samples that are known; the last of them has the number `end - 1`."""
        self._due: float | None = None

    def put(self, frame: AudioFrame) -> None:
        """The next frame that is played; `at` is of any steady clock."""
        if self._due is not None and frame.at - self._due >= _GAP_SECONDS:
            self._append(np.zeros(min(_KEPT, round((frame.at - self._due) * RATE)), np.int16))
            self._due = frame.at
        self._append(np.frombuffer(frame.pcm, "<i2"))
        self._due = (frame.at if self._due is None else self._due) + FRAME_SECONDS

    def window(self, start: int, count: int) -> Samples:
        """These samples; silence where nothing is known any more, or was played yet."""
        first = self.end - self._used
        low, high = max(start, first), min(start + count, self.end)
        found = np.zeros(count, np.float32)
        if low < high:
            found[low - start : high - start] = self._known[low - first : high - first]
        return found

    def _append(self, samples: NDArray[np.int16]) -> None:
        if not len(self._known):
            self._known = np.zeros(_ROOM, np.int16)
        if self._used + len(samples) > _ROOM:
            kept = _ROOM - max(RATE, len(samples))
            self._known[:kept] = self._known[self._used - kept : self._used].copy()
            self._used = kept
        self._known[self._used : self._used + len(samples)] = samples
        self._used += len(samples)
        self.end += len(samples)
