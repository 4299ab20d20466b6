"""Where somebody draws breath: the borders of phrases inside a piece of speech.

Turns on one microphone follow each other without the pause that ends a sentence; hardly ever without the sixth of a
second that ends a phrase.
"""

from itertools import pairwise

import numpy as np

from kitt_rtc.model.audio import RATE, SAMPLE_BYTES

_STEP = RATE // 100
"""10 ms."""
_PAUSE_STEPS = 15
_QUIET = 0.2
"""A pause is below this part of the speaker's own loudness."""
_LOUD_SHARE = 0.9
_SMOOTH = np.ones(3) / 3


def phrases(pcm: bytes) -> list[bytes]:
    """House sound cut in the middle of each pause of 0.15 s; put together again it is the same sound."""
    samples = np.frombuffer(pcm, "<i2")
    count = len(samples) // _STEP
    if count <= _PAUSE_STEPS:
        return [pcm]
    power = np.mean(samples[: count * _STEP].reshape(count, _STEP).astype(np.float32) ** 2, axis=1)
    loudness = np.convolve(np.sqrt(power), _SMOOTH, "same")
    quiet = loudness < _QUIET * np.quantile(loudness, _LOUD_SHARE)
    turns = np.flatnonzero(np.diff(quiet.astype(np.int8), prepend=0, append=0))
    pauses = [(start, end) for start, end in zip(turns[::2], turns[1::2], strict=True) if end - start >= _PAUSE_STEPS]
    borders = [int(start + end) // 2 for start, end in pauses if start > 0 and end < count]
    cuts = [0, *(border * _STEP * SAMPLE_BYTES for border in borders), len(pcm)]
    return [pcm[start:end] for start, end in pairwise(cuts)]
