"""What a learnt echo path leaves behind is turned down, in bands of 250 Hz, by a filter that changes with each frame.

Where hardly more remains than may be left of the echo, a band is turned down; where more remains somebody speaks, and
it stays as it is. The filter is of minimum phase, so that nothing is heard later.
"""

import numpy as np

from kitt_rtc.media.echo_path import Cleaned, Power
from kitt_rtc.media.far_end import Samples
from kitt_rtc.model.audio import FRAME_SAMPLES

_BANDS = 32
_TAPS = 2 * _BANDS
_LEFT = np.float32(0.02)
"""Of the echo that was taken away so much may be left, in power: loudspeakers and mu-law bend what they play."""
_LINGERS = np.float32(0.6)
"""What may be left dies away no faster than this, a frame: rooms are longer than a path."""
_EAGER = np.float32(1.5)
"""So many times what may be left is turned down."""
_FLOOR = np.float32(0.03)
"""Amplitude of a band in which there is nothing but echo."""
_OPEN = 0.95
"""If every band keeps so much, the frame stays as it is."""
_BANDING = np.kron(np.eye(_BANDS, dtype=np.float32), np.ones((FRAME_SAMPLES // _BANDS, 1), np.float32))
_BANDING = np.concatenate((np.zeros((1, _BANDS), np.float32), _BANDING))
"""Sums a spectrum by bands; the constant part is nobody's."""
_THROUGH = np.concatenate((np.ones(1, np.float32), np.zeros(_TAPS - 1, np.float32)))
_FOLD = np.concatenate(([1.0], np.full(_BANDS - 1, 2.0), [1.0], np.zeros(_BANDS - 1))).astype(np.float32)
_RISING = ((np.arange(FRAME_SAMPLES) + 0.5) / FRAME_SAMPLES).astype(np.float32)


class EchoResidue:
    """Of one leg."""

    def __init__(self) -> None:
        self._left: Power = np.zeros(_BANDS, np.float32)
        self._taps: Samples = _THROUGH
        self._before: Samples = np.zeros(_TAPS - 1, np.float32)

    def quiet(self, frame: Cleaned) -> Samples:
        """What is heard of the frame."""
        left, seen = np.stack((frame.doubt + _LEFT * frame.echo, frame.seen)) @ _BANDING
        self._left = np.maximum(left, _LINGERS * self._left)
        gains: Power = np.maximum(1 - _EAGER * self._left / (seen + 1), _FLOOR)
        taps = _THROUGH if float(gains.min()) > _OPEN else _minimum_phase(gains)
        known = np.concatenate((self._before, frame.rest))
        leaving, coming = (_through(known, each) for each in (self._taps, taps))
        self._before, self._taps = known[1 - _TAPS :], taps
        return leaving + (coming - leaving) * _RISING


def _through(known: Samples, taps: Samples) -> Samples:
    return known[_TAPS - 1 :] if taps is _THROUGH else np.convolve(known, taps, "valid")


def _minimum_phase(gains: Power) -> Samples:
    """The filter that has these gains, and no more delay than it must."""
    shape = np.log(np.concatenate((gains[:1], gains)))
    cepstrum = np.fft.irfft(shape, _TAPS) * _FOLD
    return np.fft.irfft(np.exp(np.fft.rfft(cepstrum)), _TAPS).astype(np.float32)
