"""Local Whisper by faster-whisper, from a folder of weights: the way to French without a key."""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kitt_rtc.engines.confidence import confidence
from kitt_rtc.engines.energy import loud_seconds
from kitt_rtc.engines.workers import Workers
from kitt_rtc.model.audio import FULL_SCALE
from kitt_rtc.model.errors import EngineRefused, EngineUnavailable
from kitt_rtc.ports import Scores, Transcription

ENGINE = "whisper"
_FILES = ("model.bin", "config.json", "tokenizer.json")
_BY_FAR = 2.0
"""So much likelier another language has to be than the expected one."""
_UNIT = np.float32(1.0 / FULL_SCALE)


@dataclass(frozen=True, slots=True)
class WhisperOptions:
    folder: str
    """Weights that faster-whisper can read: model.bin, config.json, tokenizer.json."""
    threads: int = 2
    """Pieces of speech written down at once."""
    waiting: int = 32
    """Pieces that may stand in line."""
    seconds: float = 30.0
    """Deadline of one piece, its time in line included."""
    compute: str = "int8"
    """Arithmetic of ctranslate2; int8 suits processors without a GPU."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What may be heard in a piece of sound."""

    language: str
    among: tuple[str, ...]
    hint: str
    terms: str


class WhisperTranscriber:
    """Writes down any language that its weights know."""

    def __init__(self, options: WhisperOptions) -> None:
        """Raises EngineUnavailable where weights or library are missing. The model is loaded when first used."""
        self._folder = _weights(options.folder)
        if find_spec("faster_whisper") is None:
            raise EngineUnavailable(ENGINE, "faster-whisper is not installed: pip install 'kitt-rtc[whisper]'")
        self._options = options
        self._workers = Workers(ENGINE, threads=options.threads, waiting=options.waiting)
        self._loading = threading.Lock()
        self._model: Any = None

    @property
    def languages(self) -> frozenset[str] | None:
        """English alone where the weights, once loaded, turn out to know nothing else."""
        return None if self._model is None or self._model.model.is_multilingual else frozenset({"en"})

    async def warm(self) -> None:
        """Load the model now, so that the first sentence does not wait for it."""
        await self._workers.run(self._loaded, seconds=120.0)

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        if not loud_seconds(pcm):
            return Transcription("", language)
        asked = _Asked(language, tuple(among), hint, ", ".join(terms))
        heard_as, pieces = await self._workers.run(lambda: self._write(pcm, asked), seconds=self._options.seconds)
        text = " ".join(piece.text for piece in pieces)
        return Transcription(text, heard_as, confidence(pieces), tuple(pieces))

    async def close(self) -> None:
        """Wait for what has begun, and let the model go."""
        await self._workers.close()
        self._model = None

    def _write(self, pcm: bytes, asked: _Asked) -> tuple[str, list[Scores]]:
        """In a thread; the library computes while the pieces are read."""
        model = self._loaded()
        if self.languages and asked.language not in self.languages:
            raise EngineRefused(ENGINE, "the weights in WHISPER_FOLDER know English only: give multilingual ones")
        sound = np.frombuffer(pcm, "<i2") * _UNIT
        may_be_others = len(asked.among) > 1 and self.languages is None
        try:
            pieces, found = self._begin(model, sound, asked, None if may_be_others else asked.language)
            heard_as = _heard_as(found, asked) if may_be_others else asked.language
            if heard_as != found.language:  # nothing is computed yet but the language
                pieces, _ = self._begin(model, sound, asked, heard_as)
            return heard_as, [_scores(piece) for piece in pieces]
        except (RuntimeError, ValueError) as error:
            raise EngineRefused(ENGINE, "whisper cannot write this piece down") from error

    def _begin(self, model: Any, sound: NDArray[np.float32], asked: _Asked, language: str | None) -> Any:
        return model.transcribe(
            sound,
            language=language,
            initial_prompt=asked.hint or None,
            hotwords=asked.terms or None,
            beam_size=1,
            condition_on_previous_text=False,
            without_timestamps=True,
        )

    def _loaded(self) -> Any:
        with self._loading:
            if self._model is None:
                try:
                    from faster_whisper import WhisperModel

                    self._model = WhisperModel(
                        str(self._folder),
                        device="cpu",
                        compute_type=self._options.compute,
                        cpu_threads=1,
                        num_workers=self._options.threads,
                        local_files_only=True,
                    )
                except (ImportError, RuntimeError, ValueError, OSError) as error:
                    raise EngineUnavailable(
                        ENGINE, "faster-whisper cannot read the weights in WHISPER_FOLDER"
                    ) from error
            return self._model


def _weights(name: str) -> Path:
    """Everything must be there: what is missing would be looked for on the network, the folder itself included."""
    folder = Path(name)
    if not name or not folder.is_dir():
        raise EngineUnavailable(ENGINE, "WHISPER_FOLDER is not a folder: give the path of faster-whisper weights")
    missing = [file for file in _FILES if not (folder / file).is_file()]
    if missing:
        raise EngineUnavailable(
            ENGINE, f"WHISPER_FOLDER holds no {missing[0]}: give the path of faster-whisper weights"
        )
    return folder


def _heard_as(found: Any, asked: _Asked) -> str:
    """The likeliest of the set; the expected language where another is not likelier by far."""
    likely = dict(found.all_language_probs or ())
    best = max(asked.among, key=lambda language: likely.get(language, 0.0))
    return best if likely.get(best, 0.0) > _BY_FAR * likely.get(asked.language, 0.0) else asked.language


def _scores(piece: Any) -> Scores:
    return Scores(
        piece.end - piece.start,
        piece.no_speech_prob,
        piece.avg_logprob,
        piece.compression_ratio,
        piece.text.strip(),
    )
