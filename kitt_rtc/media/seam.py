"""Where sound is cut, so that no cut is heard: house frames, their last one told to whoever joins the next.

The law: a seam never jumps. What was heard last runs on as its own mirror image, which begins where it ended, and is
faded into what follows.
"""

import numpy as np

from kitt_rtc.model.audio import FRAME_SAMPLES, RATE, SILENCE

_RAMP = RATE * 5 // 1_000
"""Samples of a fade between two sounds: 5 ms."""
_RISING = (np.arange(_RAMP) + 0.5) / _RAMP
_FALLING = (np.cos(np.pi * (np.arange(FRAME_SAMPLES) + 0.5) / FRAME_SAMPLES) + 1) / 2


def join(last: bytes, following: bytes) -> bytes:
    """The following frame, heard behind one that it does not continue."""
    if last == SILENCE and following == SILENCE:
        return following
    sound = np.frombuffer(following, "<i2").astype(np.float64)
    sound[:_RAMP] *= _RISING
    sound[:_RAMP] += _running_on(last)[:_RAMP] * (1 - _RISING)
    return _pcm(sound)


def fade(last: bytes) -> bytes:
    """The frame heard when nothing follows: the last sound dying away."""
    return SILENCE if last == SILENCE else _pcm(_running_on(last) * _FALLING)


def _running_on(last: bytes) -> np.ndarray:
    return np.frombuffer(last, "<i2")[::-1].astype(np.float64)


def _pcm(sound: np.ndarray) -> bytes:
    samples: np.ndarray = np.rint(sound).astype("<i2")
    return samples.tobytes()
