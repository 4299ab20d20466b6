"""Voices laid side by side on one time line: each frame where its own time says, silence where there is none."""

from collections.abc import Iterable

import numpy as np

from kitt_rtc.model.audio import FRAME_SAMPLES, RATE, AudioFrame

LEFT, RIGHT = 0, 1
_LOUDEST = 32_767


def lay(voices: Iterable[tuple[int, AudioFrame]], *, begin: int, frames: int) -> bytes:
    """`frames` frames of interleaved sound from frame `begin` of the time line on.

    A voice is its channel and a frame of it. Voices of one channel are added; a frame that is only partly within is
    laid down in part.
    """
    first, length = begin * FRAME_SAMPLES, frames * FRAME_SAMPLES
    sound = np.zeros((length, 2), np.int32)
    for channel, frame in voices:
        samples = np.frombuffer(frame.pcm, "<i2")
        start = round(frame.at * RATE) - first
        head, end = max(0, start), min(length, start + len(samples))
        if head < end:
            sound[head:end, channel] += samples[head - start : end - start]
    return np.clip(sound, -_LOUDEST - 1, _LOUDEST).astype("<i2").tobytes()
