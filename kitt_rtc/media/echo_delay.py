"""How late the far end comes back in a microphone: cross-correlation with the phase transform.

One peak proves nothing, for speech looks like speech; three short looks that agree do, or one long one.
"""

from collections import deque

import numpy as np
from numpy.typing import NDArray

from kitt_rtc.media.far_end import Samples
from kitt_rtc.model.audio import RATE

LOOK_SAMPLES = RATE * 400 // 1_000
"""Of the microphone, for a short look."""
REACH_SAMPLES = RATE * 750 // 1_000
"""So much more of the far end is looked at: the longest delay, and what the edge of the window spoils."""
_LOW_HZ, _HIGH_HZ = 300, 3_400
"""The band of a telephone."""
_RAMP = np.hanning(2 * 320)[:320].astype(np.float32)
"""Both are faded in and out: two edges at the same moment would look like an echo without delay."""
_SOONEST, _LATEST = RATE * 2 // 1_000, RATE * 710 // 1_000
_CLEAR, _CERTAIN = 7.5, 12.0
"""So many times higher than the rest must a peak be, to count among others or alone."""
_ONE_ROOM = RATE * 16 // 1_000
"""Peaks this close are of one room."""


class DelayFinder:
    """Looks again and again at one leg. A look costs about a millisecond."""

    def __init__(self, *, agreeing: int, looks: int) -> None:
        """So many of the last `looks` must agree."""
        self._agreeing = agreeing
        self._places: deque[int | None] = deque(maxlen=looks)

    def look(self, near: Samples, far: Samples, at_once: int) -> int | None:
        """What to add to the number of a microphone's sample for that of the far end's, as soon as looks agree.

        `near` is `LOOK_SAMPLES` long, `far` longer by `REACH_SAMPLES`, and both end now; `at_once` is what would have
        to be added if there were no delay.
        """
        lag, height = peak(near, far)
        last = at_once - lag if height >= _CLEAR else None
        self._places.append(last)
        if last is None:
            return None
        agreeing = [place for place in self._places if place is not None and abs(place - last) <= _ONE_ROOM]
        return max(agreeing) if len(agreeing) >= self._agreeing else None

    def forget(self) -> None:
        """What was seen was of another path."""
        self._places.clear()


def delay(near: Samples, far: Samples) -> int | None:
    """By how many samples the far end is late in a long piece of microphone, if it is certainly there.

    `far` is longer by `REACH_SAMPLES`, and both end at the same moment.
    """
    lag, height = peak(near, far)
    return lag if height >= _CERTAIN else None


def peak(near: Samples, far: Samples) -> tuple[int, float]:
    """The likeliest delay in samples, and how many times it is higher than all others are on average."""
    size = _size(len(far))
    low, high = _LOW_HZ * size // RATE, _HIGH_HZ * size // RATE
    heard, played = np.fft.rfft(_faded(near), size)[low:high], np.fft.rfft(_faded(far), size)[low:high]
    cross = heard * np.conj(played)
    strength = np.abs(cross)
    if not (mean := float(strength.mean())):
        return 0, 0.0
    phases = np.zeros(size // 4 + 1, np.complex64)
    phases[low:high] = cross / (strength + 0.1 * mean)
    # At half the rate: the band ends well below it. The far end begins earlier by its reach, which is the lag of no
    # delay, and stands so far from the end.
    lags: NDArray[np.float32] = np.abs(np.fft.irfft(phases))[-(REACH_SAMPLES // 2) :]
    mean = float(np.sqrt(np.mean(lags**2)))
    within = lags[_SOONEST // 2 : _LATEST // 2]
    best = int(np.argmax(within))
    return _SOONEST + 2 * best, float(within[best]) / mean


def _faded(samples: Samples) -> Samples:
    faded = samples.copy()
    faded[: len(_RAMP)] *= _RAMP
    faded[-len(_RAMP) :] *= _RAMP[::-1]
    return faded


def _size(count: int) -> int:
    """A length that transforms fast and divides by four."""
    size = 1 << (count - 1).bit_length()
    return size * 5 // 8 if size * 5 // 8 >= count and size >= 32 else size
