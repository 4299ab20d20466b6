"""Voices as vectors, by Resemblyzer's network: its weights are read from its wheel, and nothing else of it is used.

So `pip install --no-deps resemblyzer` is enough; a file of the same weights elsewhere is named by VOICES_WEIGHTS.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from kitt_rtc.engines.voiceprint_network import STEP, Floats, Network, spectra, unit
from kitt_rtc.engines.workers import Workers
from kitt_rtc.model.audio import FULL_SCALE, RATE, SAMPLE_BYTES
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.ports import Vector

ENGINE = "voiceprints"
_PACKAGE = "resemblyzer"
_WEIGHTS = "pretrained.pt"
_UNIT = np.float32(1.0 / FULL_SCALE)
_WINDOW, _HOP = 160, 40
"""Spectra that are looked at together, and from one look to the next: 1.6 s and 0.4 s."""
_LEAST_BYTES = round(0.3 * RATE) * SAMPLE_BYTES
"""In less than 0.3 s nobody is known."""
_LOUDNESS = 10 ** (-30 / 20)
"""What the network was taught on: quieter sound is raised to here, -30 dBFS."""


@dataclass(frozen=True, slots=True)
class VoiceprintOptions:
    weights: str = ""
    """Resemblyzer's pretrained.pt; empty: the one in the installed package."""
    threads: int = 1
    waiting: int = 32
    """Sentences that may stand in line."""
    seconds: float = 10.0
    """Deadline of one sentence, its time in line included."""


_PLAIN = VoiceprintOptions()


class VoiceprintEncoder:
    """Fits `ports.VoiceEncoder`."""

    def __init__(self, options: VoiceprintOptions = _PLAIN) -> None:
        """Raises EngineUnavailable where the weights are missing, or are not those we know."""
        threadpool_limits(1, user_api="blas")  # as in silero.py: small products win nothing by several threads
        self._network = _load(options.weights)
        self._options = options
        self._workers = Workers(ENGINE, threads=options.threads, waiting=options.waiting)

    async def encode(self, pieces: Sequence[bytes]) -> list[Vector | None]:
        return await self._workers.run(lambda: self._vectors(pieces), seconds=self._options.seconds)

    async def close(self) -> None:
        """Wait for what has begun."""
        await self._workers.close()

    def _vectors(self, pieces: Sequence[bytes]) -> list[Vector | None]:
        """In a thread. The pieces are of one microphone, and raised together."""
        sounds = [np.frombuffer(piece, "<i2") * _UNIT for piece in pieces]
        loudness = float(np.sqrt(np.mean(np.concatenate(sounds) ** 2))) if sum(map(len, sounds)) else 0.0
        gain = np.float32(max(1.0, _LOUDNESS / max(loudness, 1e-6)))
        told = [len(piece) >= _LEAST_BYTES and bool(sound.any()) for piece, sound in zip(pieces, sounds, strict=True)]
        return [self._vector(sound * gain) if known else None for sound, known in zip(sounds, told, strict=True)]

    def _vector(self, sound: Floats) -> Vector:
        rows = spectra(sound)[: max(1, len(sound) // STEP)]
        starts = list(range(0, max(1, len(rows) - _WINDOW + 1), _HOP))
        if len(rows) - _WINDOW - starts[-1] > _HOP // 2:
            starts.append(len(rows) - _WINDOW)
        windows = np.stack([rows[start : start + _WINDOW] for start in starts])
        return tuple(unit(self._network.vectors(windows).mean(axis=0)).tolist())


def _load(weights: str) -> Network:
    try:
        return Network.load(_path(weights))
    except (OSError, ValueError, LookupError) as error:
        raise EngineUnavailable(ENGINE, f"the weights of voices are not those we know ({_WEIGHTS})") from error


def _path(weights: str) -> Path:
    if weights:
        if not Path(weights).is_file():
            raise EngineUnavailable(ENGINE, "VOICES_WEIGHTS is no file: give the path of Resemblyzer's pretrained.pt")
        return Path(weights)
    package = find_spec(_PACKAGE)
    if package is None or package.origin is None:
        raise EngineUnavailable(ENGINE, "pip install --no-deps resemblyzer, or set VOICES_WEIGHTS")
    return Path(package.origin).with_name(_WEIGHTS)
