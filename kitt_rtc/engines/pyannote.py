"""Voices as vectors, by a speaker embedding of pyannote.audio, from a folder of the user's own weights.

The law: nothing is fetched and nothing is told to anybody. Weights come from the folder alone, never from a hub, and
the library's telemetry is turned off before a model is made. Its files are unpickled by the library and can run code:
only weights of a known origin belong there.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np

from kitt_rtc.engines.workers import Workers
from kitt_rtc.model.audio import FULL_SCALE, RATE, SAMPLE_BYTES
from kitt_rtc.model.errors import EngineRefused, EngineUnavailable
from kitt_rtc.ports import Vector

ENGINE = "pyannote"
_MODEL = "pytorch_model.bin"
_LEAST_BYTES = round(0.3 * RATE) * SAMPLE_BYTES
"""In less than 0.3 s nobody is known."""
_UNIT = np.float32(1.0 / FULL_SCALE)
_COMMON = 0.5
"""Cosines of these vectors lie about zero for two voices; the house's clustering expects them above one half, as those
of voiceprint.py are. A part that all vectors share lifts them: a cosine c becomes 0.5 + 0.5 c."""
_UNREADABLE = (
    OSError, EOFError, RuntimeError, ValueError, LookupError, TypeError, AttributeError, UnpicklingError,
)  # fmt: skip
"""What the library raises over a file of something else, or one that is cut short."""
_GIVE = "give the folder of a speaker embedding, like that of wespeaker-voxceleb-resnet34-LM"


@dataclass(frozen=True, slots=True)
class PyannoteOptions:
    folder: str
    """With pytorch_model.bin, as pyannote's embedding models are given out."""
    threads: int = 1
    waiting: int = 32
    """Sentences that may stand in line."""
    seconds: float = 10.0
    """Deadline of one sentence, its time in line included."""
    loading_seconds: float = 120.0


class PyannoteEncoder:
    """Fits `ports.VoiceEncoder`."""

    def __init__(self, options: PyannoteOptions) -> None:
        """Raises EngineUnavailable where weights or library are missing. The model is loaded when first used."""
        self._file = _weights(options.folder)
        if not _installed():
            raise EngineUnavailable(ENGINE, "pyannote.audio is not installed: pip install 'kitt-rtc[pyannote]'")
        self._options = options
        self._workers = Workers(ENGINE, threads=options.threads, waiting=options.waiting)
        self._loading = threading.Lock()
        self._model: Any = None

    async def warm(self) -> None:
        """Load the model now: the first sentence does not wait, and weights of something else are known at once."""
        await self._workers.run(self._loaded, seconds=self._options.loading_seconds)

    async def encode(self, pieces: Sequence[bytes]) -> list[Vector | None]:
        return await self._workers.run(lambda: self._vectors(pieces), seconds=self._options.seconds)

    async def close(self) -> None:
        """Wait for what has begun, and let the model go."""
        await self._workers.close()
        self._model = None

    def _vectors(self, pieces: Sequence[bytes]) -> list[Vector | None]:
        """In a thread."""
        model = self._loaded()
        return [_vector(model, piece) if len(piece) >= _LEAST_BYTES else None for piece in pieces]

    def _loaded(self) -> Any:
        with self._loading:
            if self._model is None:
                self._model = _load(self._file)
            return self._model


def _weights(name: str) -> Path:
    """A name that is no folder would be looked for on the hub: it never reaches the library."""
    folder = Path(name)
    if not name or not folder.is_dir():
        raise EngineUnavailable(ENGINE, f"PYANNOTE_FOLDER is not a folder: {_GIVE}")
    if not (folder / _MODEL).is_file():
        raise EngineUnavailable(ENGINE, f"PYANNOTE_FOLDER holds no {_MODEL}: {_GIVE}")
    return folder / _MODEL


def _installed() -> bool:
    """`pyannote` alone is a name that several packages share."""
    return find_spec("pyannote") is not None and find_spec("pyannote.audio") is not None


def _load(file: Path) -> Any:
    """In a thread; the library alone takes seconds to import."""
    torch, from_pretrained = _library()
    try:
        # A model given out with its training's loss loads without it, for nobody trains here.
        model = from_pretrained(str(file), strict=False).eval()
        with torch.inference_mode():
            told = model(torch.zeros(1, 1, RATE))
    except _UNREADABLE as error:
        raise EngineUnavailable(ENGINE, f"pyannote.audio cannot read {_MODEL} in PYANNOTE_FOLDER: {_GIVE}") from error
    if told.ndim != 2:  # a segmentation, which tells frame by frame who may speak
        raise EngineUnavailable(ENGINE, f"{_MODEL} in PYANNOTE_FOLDER is no speaker embedding: {_GIVE}")
    return model


def _library() -> tuple[Any, Any]:
    """PyTorch, and what makes a model of a file; it tells nobody that it did."""
    try:
        import torch
        from pyannote.audio import Model
        from pyannote.audio.telemetry import set_telemetry_metrics
    except (ImportError, OSError) as error:  # the latter where torchaudio was built for another PyTorch
        told = "pyannote.audio cannot be imported: torch, torchaudio and it must be of builds that fit"
        raise EngineUnavailable(ENGINE, told) from error
    set_telemetry_metrics(False)
    torch.set_num_threads(1)  # the cores belong to the engine that writes
    return torch, Model.from_pretrained


def _vector(model: Any, piece: bytes) -> Vector | None:
    import torch

    sound = np.frombuffer(piece, "<i2") * _UNIT
    if not sound.any():
        return None
    try:
        with torch.inference_mode():
            told = model(torch.from_numpy(sound)[None, None])[0].numpy()
    except RuntimeError as error:
        raise EngineRefused(ENGINE, "pyannote.audio cannot tell the voice of this piece") from error
    length = float(np.linalg.norm(told))
    if not np.isfinite(length) or not length:
        return None
    return (_COMMON**0.5, *(told * ((1.0 - _COMMON) ** 0.5 / length)).tolist())
