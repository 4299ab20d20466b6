"""The keys that a machine at the far end of a line hears, by frequency."""

import numpy as np

from kitt_rtc.media.tones import KEYS

_WINDOW_SECONDS, _STEP_SECONDS = 0.030, 0.010
_LEAST_WINDOWS = 4
"""40 ms of one key, as every receiver asks (ITU-T Q.24)."""
_LOUD = 0.01
_PURE = 0.6
"""Of the window's power, the part that the two tones make up."""


def keys_in(pcm: bytes, *, rate: int) -> str:
    """Which keys were pressed, in their order, in 16-bit sound."""
    samples = np.frombuffer(pcm, "<i2").astype(float) / 32_768
    size, step = round(_WINDOW_SECONDS * rate), round(_STEP_SECONDS * rate)
    told = [_key(samples[at : at + size], rate) for at in range(0, len(samples) - size + 1, step)]
    pressed, before, windows = "", "", 0
    for key in told:
        windows = windows + 1 if key == before else 1
        if key and windows == _LEAST_WINDOWS:
            pressed += key
        before = key
    return pressed


def _key(window: np.ndarray, rate: int) -> str:
    """The key in a window; empty when there is none."""
    power = float(np.mean(window**2))
    if power < _LOUD**2:
        return ""
    at = np.arange(len(window)) / rate
    tones = {tone for pair in KEYS.values() for tone in pair}
    parts = {tone: abs(np.mean(window * np.exp(-2j * np.pi * tone * at))) ** 2 * 2 for tone in tones}
    key = max(KEYS, key=lambda known: parts[KEYS[known][0]] + parts[KEYS[known][1]])
    low, high = (parts[tone] for tone in KEYS[key])
    return key if low + high > _PURE * power and min(low, high) > 0.1 * max(low, high) else ""
