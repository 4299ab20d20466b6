"""Other people, far away in the same room: speech, but nobody's on this line."""

import numpy as np

from evals.hearing.corpora import speak
from kitt_rtc.model.audio import RATE

_VOICES = ("slt", "rms", "awb", "en-us", "en-gb", "en-us+f3")
_TALK = (
    "I told them that the delivery would come on Monday, and nobody had thought of the stairs.",
    "We could have lunch at one, or a little later if the meeting takes longer again.",
    "The figures of the last quarter look better than those of the one before.",
)
_LEVEL = 10 ** (-36 / 20)


def babble(seconds: float, *, seed: int) -> bytes:
    """Six voices at once, low. Raises CorpusMissing where there are no voices."""
    chance = np.random.default_rng(seed)
    total = np.zeros(round(seconds * RATE))
    for place, voice in enumerate(_VOICES):
        talk = np.frombuffer(speak(_TALK[place % len(_TALK)], voice=voice), "<i2").astype(np.float64)
        total += np.resize(np.roll(talk, int(chance.integers(len(talk)))), len(total))
    return (total / np.sqrt(np.mean(total**2)) * _LEVEL * 32_767).astype("<i2").tobytes()
