"""Local Whisper by faster-whisper, from a folder of weights: the way to French without a key."""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np

from kitt_rtc.engines.confidence import confidence
from kitt_rtc.engines.energy import loud_seconds
from kitt_rtc.engines.whisper_folder import ENGINE, weights
from kitt_rtc.engines.whisper_window import Asked, Windows
from kitt_rtc.engines.workers import Workers
from kitt_rtc.model.audio import FULL_SCALE
from kitt_rtc.model.errors import EngineRefused, EngineUnavailable
from kitt_rtc.ports import Scores, Transcription

ENGLISH_ONLY = "The weights in WHISPER_FOLDER know English only: give multilingual ones (base, not base.en)."
_UNIT = np.float32(1.0 / FULL_SCALE)
_LONGEST_REASON = 120
"""Letters of what the library says of weights that it cannot read."""


@dataclass(frozen=True, slots=True)
class WhisperOptions:
    folder: str
    """Weights that faster-whisper can read: model.bin, config.json, tokenizer.json and a vocabulary."""
    threads: int = 2
    """Pieces of speech written down at once; all threads share one copy of the weights."""
    waiting: int = 32
    """Pieces that may stand in line."""
    seconds: float = 30.0
    """Deadline of one piece, its time in line included."""
    compute: str = "int8"
    """Arithmetic of ctranslate2; int8 suits processors without a GPU."""
    beam: int = 1
    """Ways of writing that are followed side by side."""


class WhisperTranscriber:
    """Writes down any language that its weights know."""

    def __init__(self, options: WhisperOptions) -> None:
        """Raises EngineUnavailable where weights or library are missing. The model is loaded when first used."""
        self._folder = weights(options.folder)
        if find_spec("faster_whisper") is None:
            raise EngineUnavailable(ENGINE, "faster-whisper is not installed: pip install 'kitt-rtc[whisper]'")
        self._options = options
        self._workers = Workers(ENGINE, threads=options.threads, waiting=options.waiting)
        self._loading = threading.Lock()
        self._model: Windows | None = None

    @property
    def languages(self) -> frozenset[str] | None:
        """English alone where the weights, once loaded, turn out to know nothing else."""
        return None if self._model is None or self._model.is_multilingual else frozenset({"en"})

    async def warm(self) -> None:
        """Load the model now, so that the first sentence does not wait for it."""
        await self._workers.run(self._loaded, seconds=120.0)

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        if not loud_seconds(pcm):
            return Transcription("", language)
        before = " ".join(part for part in (", ".join(terms), hint) if part)
        asked = Asked(language, tuple(among), before)
        heard_as, pieces = await self._workers.run(lambda: self._write(pcm, asked), seconds=self._options.seconds)
        text = " ".join(piece.text for piece in pieces)
        return Transcription(text, heard_as, confidence(pieces), tuple(pieces))

    async def close(self) -> None:
        """Wait for what has begun, and let the model go."""
        await self._workers.close()
        self._model = None

    def _write(self, pcm: bytes, asked: Asked) -> tuple[str, list[Scores]]:
        """In a thread."""
        model = self._loaded()
        if self.languages and asked.language not in self.languages:
            raise EngineRefused(ENGINE, ENGLISH_ONLY)
        try:
            return model.write(np.frombuffer(pcm, "<i2") * _UNIT, asked)
        except (RuntimeError, ValueError) as error:
            raise EngineRefused(ENGINE, "whisper cannot write this piece down") from error

    def _loaded(self) -> Windows:
        with self._loading:
            if self._model is None:
                try:
                    from faster_whisper import WhisperModel

                    model = WhisperModel(
                        str(self._folder),
                        device="cpu",
                        compute_type=self._options.compute,
                        cpu_threads=1,
                        num_workers=self._options.threads,
                        local_files_only=True,
                    )
                except (ImportError, RuntimeError, ValueError, OSError) as error:
                    reason = str(error).partition(". ")[0][:_LONGEST_REASON]
                    raise EngineUnavailable(
                        ENGINE, f"faster-whisper cannot read the weights in WHISPER_FOLDER: {reason}"
                    ) from error
                if model.model.n_mels != len(model.feature_extractor.mel_filters):
                    raise EngineUnavailable(
                        ENGINE, "WHISPER_FOLDER holds no preprocessor_config.json, and these weights need theirs"
                    )
                self._model = Windows(model, beam=self._options.beam)
            return self._model
