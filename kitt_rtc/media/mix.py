"""Voices added together without clipping."""

from collections.abc import Sequence

import numpy as np

_LOUDEST = 32_767


def mix(voices: Sequence[bytes]) -> bytes:
    """Add 16-bit sounds of equal length; what would pass full scale stays at it."""
    if len(voices) == 1:
        return voices[0]
    total = np.zeros(len(voices[0]) // 2, np.int32)
    for voice in voices:
        total += np.frombuffer(voice, "<i2")
    return np.clip(total, -_LOUDEST - 1, _LOUDEST).astype("<i2").tobytes()


def loudness(pcm: bytes) -> float:
    """Root mean square, 0 to 1 of full scale (contract T16's unit)."""
    samples = np.frombuffer(pcm, "<i2")
    if not len(samples):
        return 0.0
    wide = samples.astype(np.float32)
    return float(np.sqrt(np.dot(wide, wide) / len(wide))) / 32_768.0
