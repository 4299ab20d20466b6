"""Two people on one microphone, who are told apart by how high they hum."""

from collections.abc import Sequence

import numpy as np

from kitt_rtc.model.audio import RATE
from kitt_rtc.ports import Vector

_TIME = np.arange(round(1.7 * RATE)) / RATE
_PAUSE = bytes(round(0.4 * RATE) * 2)


def _hum(hertz: float) -> bytes:
    tone = (np.sin(2 * np.pi * hertz * _TIME) * 9_000).astype("<i2").tobytes()
    return _PAUSE[: len(_PAUSE) // 2] + tone + _PAUSE[len(_PAUSE) // 2 :]


LOW, HIGH = _hum(150.0), _hum(600.0)
"""A phrase of 1.7 s in two seconds and a tenth."""


class TwoVoices:
    """An encoder that knows low from high, and forgets nothing of what it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def encode(self, pieces: Sequence[bytes]) -> list[Vector | None]:
        self.asked += 1
        return [_vector(piece) for piece in pieces]


def _vector(piece: bytes) -> Vector | None:
    samples = np.frombuffer(piece, "<i2").astype(np.int32)
    crossings = int(np.count_nonzero(np.diff(np.signbit(samples))))
    if len(samples) < RATE // 3:
        return None
    return (1.0, 0.0, 0.0) if crossings / len(samples) * RATE / 2 < 250 else (0.0, 1.0, 0.0)
