"""A voice made by code, for what looks at the sound and not at the words: a pitch that moves, with overtones."""

import numpy as np

from kitt_rtc.model.audio import RATE


def voice(seconds: float, *, level: float = 0.1) -> bytes:
    """House sound, with a root mean square of `level`; from 150 hertz down to 110, as at the end of a sentence."""
    time = np.arange(round(seconds * RATE)) / RATE
    pitch = 150.0 - 40.0 * time / seconds + 4.0 * np.sin(2 * np.pi * 4.5 * time)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    sound = np.sum([np.sin(order * phase) / order for order in range(1, 16)], axis=0)
    sound *= np.sin(np.pi * np.arange(len(time)) / len(time)) ** 0.5
    return (sound / np.sqrt(np.mean(sound**2)) * level * 32_767).clip(-32_768, 32_767).astype("<i2").tobytes()
