"""The embedded transcriber: moonshine's English model, from the weights in its own wheel, in a few threads.

The library looks for speech by itself and remembers, from one piece to the next, that somebody was speaking; the next
piece then begins with a word nobody said ("You"). Half a second of silence behind every piece makes it forget.
"""

import ctypes
import os
import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kitt_rtc.engines.energy import loud_seconds
from kitt_rtc.engines.workers import Workers
from kitt_rtc.model.audio import FULL_SCALE, RATE
from kitt_rtc.model.errors import EngineRefused, EngineUnavailable
from kitt_rtc.ports import Transcription

ENGINE = "moonshine"
_FILES = ("encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin")
_SILENCE = np.zeros(RATE // 2, np.float32)
_OPTIONS = {b"return_audio_data": b"false"}
_ALL_IS_SPEECH = {b"vad_threshold": b"0.0"}
_UNIT = np.float32(1.0 / FULL_SCALE)
_LOADING = threading.Lock()
"""The library finds itself once in a process, and hands out a half-made self to a second thread that asks meanwhile."""


@dataclass(frozen=True, slots=True)
class MoonshineOptions:
    threads: int = 2
    """Pieces of speech written down at once; each thread has its own copy of the model, about 130 MiB."""
    waiting: int = 32
    """Pieces that may stand in line."""
    seconds: float = 20.0
    """Deadline of one piece, its time in line included."""
    looks_for_speech: bool = True
    """The library looks for speech once more; without, its model writes down what it is given, whatever it is."""
    folder: str = ""
    """Weights of the tiny English model; empty: those of the wheel."""


_PLAIN = MoonshineOptions()


class MoonshineTranscriber:
    """Writes English down, and only English: it would turn French into fluent nonsense."""

    def __init__(self, options: MoonshineOptions = _PLAIN) -> None:
        """Raises EngineUnavailable where library or weights are missing. The model is loaded when first used."""
        self._folder = _weights(options.folder)
        self._options = options
        self._workers = Workers(ENGINE, threads=options.threads, waiting=options.waiting)
        self._idle: list[_Model] = []

    @property
    def languages(self) -> frozenset[str] | None:
        return frozenset({"en"})

    async def warm(self) -> None:
        """Load the model now, so that the first sentence does not wait for it."""
        await self._workers.run(self._load, seconds=60.0)

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        if language != "en":
            raise EngineRefused(ENGINE, "moonshine writes English only; another language needs WHISPER_FOLDER or a key")
        if not loud_seconds(pcm):
            return Transcription("", language)
        text = await self._workers.run(lambda: self._write(pcm), seconds=self._options.seconds)
        return Transcription(text, language)

    async def close(self) -> None:
        """Wait for what has begun, and free the models."""
        await self._workers.close()
        while self._idle:
            self._idle.pop().free()

    def _load(self) -> None:
        self._idle.append(self._take())

    def _take(self) -> "_Model":
        try:
            return self._idle.pop()
        except IndexError:
            with _LOADING:
                return _Model(self._folder, _OPTIONS if self._options.looks_for_speech else _OPTIONS | _ALL_IS_SPEECH)

    def _write(self, pcm: bytes) -> str:
        """In a thread. A model is never used by two: its result stands in its own memory until its next piece."""
        model = self._take()
        try:
            return model.write(np.concatenate((np.frombuffer(pcm, "<i2") * _UNIT, _SILENCE)))
        finally:
            self._idle.append(model)


class _Model:
    """One loaded model behind the library's C functions: its Python class would copy every sample through a list."""

    def __init__(self, folder: Path, chosen: Mapping[bytes, bytes]) -> None:
        # The library's only switch for it. With its own thread pools a sentence costs twice the processor time, and
        # two at once take longer than one after the other.
        os.putenv("MOONSHINE_ORT_SINGLE_THREAD", "1")
        api = self._api = _api()
        self._library: Any = api._MoonshineLib().lib
        options = (api.MoonshineOptionC * len(chosen))(*chosen.items())
        self._handle = self._library.moonshine_load_transcriber_from_files(
            str(folder).encode(), api.ModelArch.TINY.value, options, len(chosen), api.MOONSHINE_HEADER_VERSION
        )
        if self._handle < 0:
            raise EngineUnavailable(ENGINE, "moonshine cannot read its weights: install moonshine-voice==0.0.73 again")

    def write(self, samples: NDArray[np.float32]) -> str:
        """The words of a sound between -1 and 1."""
        transcript = ctypes.POINTER(self._api.TranscriptC)()
        code = self._library.moonshine_transcribe_without_streaming(
            self._handle,
            samples.ctypes.data_as(ctypes.POINTER(ctypes.c_float)),
            len(samples),
            RATE,
            0,
            ctypes.byref(transcript),
        )
        if code != 0 or not transcript:
            raise EngineRefused(ENGINE, f"moonshine cannot write this piece down (code {code})")
        lines = transcript.contents
        return " ".join(_text(lines.lines[place]) for place in range(lines.line_count))

    def free(self) -> None:
        self._library.moonshine_free_transcriber(self._handle)


def _api() -> Any:
    try:
        from moonshine_voice import moonshine_api
        from moonshine_voice.errors import MoonshineError
    except ImportError as error:
        raise EngineUnavailable(ENGINE, "moonshine-voice cannot be loaded on this machine") from error
    try:
        moonshine_api._MoonshineLib()
    except (MoonshineError, OSError) as error:
        raise EngineUnavailable(ENGINE, "moonshine's library cannot be loaded on this machine") from error
    return moonshine_api


def _text(line: Any) -> str:
    return ctypes.string_at(line.text).decode("utf-8", "replace") if line.text else ""


def _weights(folder: str) -> Path:
    package = find_spec("moonshine_voice")
    if package is None or package.origin is None:
        raise EngineUnavailable(ENGINE, "moonshine is not installed: pip install moonshine-voice==0.0.73")
    path = Path(folder) if folder else Path(package.origin).parent / "assets" / "tiny-en"
    missing = [name for name in _FILES if not (path / name).is_file()]
    if missing:
        raise EngineUnavailable(
            ENGINE,
            f"moonshine's weights are missing ({missing[0]}): install moonshine-voice==0.0.73, the last with them",
        )
    return path
