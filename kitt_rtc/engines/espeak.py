"""The embedded voice: espeak-ng, always as a process of its own, which is killed when nobody listens any more.

The law: text goes in by stdin and is nothing but text; no markup, no phonemes, no command in it is obeyed.
"""

import asyncio
import re
import shutil
import struct
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from kitt_rtc.media.resample import Resampler
from kitt_rtc.model.errors import EngineRefused, EngineTimeout, EngineUnavailable

ENGINE = "espeak"
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_HEADER_BYTES = 256
"""The sound of a WAV file begins well before here."""
_BLOCK_SECONDS = 0.2
_PROCESSES = 4
"""Voices at once; the next ones wait."""


@dataclass(frozen=True, slots=True)
class EspeakOptions:
    voices: Mapping[str, str] = field(default_factory=lambda: {"fr": "fr", "en": "en-us"})
    """espeak-ng's voice by language, two letters."""
    words_per_minute: int = 160
    seconds: float = 10.0
    """Deadline of one text."""
    longest: int = 2_000
    """Characters that are spoken; the rest is not."""
    program: tuple[str, ...] = ()
    """What to start, before its options; empty: the first that is installed."""


_PLAIN = EspeakOptions()


class EspeakSynthesizer:
    """Robotic, at once, offline, in French and in English."""

    def __init__(self, options: EspeakOptions = _PLAIN) -> None:
        """Raises EngineUnavailable where neither the program nor the library is installed."""
        self._options = options
        self._program = options.program or installed_program() or packaged_program()
        if not self._program:
            raise EngineUnavailable(
                ENGINE, "no voice is installed: apt install espeak-ng, or pip install 'kitt-rtc[tts]'"
            )
        self._room = asyncio.Semaphore(_PROCESSES)

    async def speak(self, text: str, *, language: str) -> AsyncIterator[bytes]:
        voice = self._options.voices.get(language)
        if voice is None:
            raise EngineRefused(ENGINE, f"espeak speaks {', '.join(self._options.voices)}, not this language")
        line = " ".join(_CONTROLS.sub(" ", text).replace("[[", "[ [").split())[: self._options.longest]
        if not any(mark.isalnum() for mark in line):
            return
        async with self._room:
            rate, sound = _sound_in(await self._run(line, voice))
        resampler = Resampler(rate=rate)
        size = int(rate * _BLOCK_SECONDS) * 2
        for start in range(0, len(sound), size):
            if pcm := resampler.feed(sound[start : start + size]):
                yield pcm
            await asyncio.sleep(0)  # a long text is resampled between other people's frames
        if pcm := resampler.flush():
            yield pcm

    async def _run(self, text: str, voice: str) -> bytes:
        """The WAV file the process writes."""
        options = ("-v", voice, "-s", str(self._options.words_per_minute), "-b", "1", "--stdin", "--stdout")
        pipe, nowhere = asyncio.subprocess.PIPE, asyncio.subprocess.DEVNULL
        try:
            process = await asyncio.create_subprocess_exec(
                *self._program, *options, stdin=pipe, stdout=pipe, stderr=nowhere
            )
        except OSError as error:
            raise EngineUnavailable(ENGINE, "espeak-ng cannot be started on this machine") from error
        try:
            async with asyncio.timeout(self._options.seconds):
                sound, _ = await process.communicate(text.encode())
        except TimeoutError as error:
            message = f"espeak took longer than {self._options.seconds:g} s"
            raise EngineTimeout(ENGINE, message, retryable=True) from error
        finally:
            if process.returncode is None:
                process.kill()
                await process.communicate()
        if process.returncode != 0:
            raise EngineRefused(ENGINE, f"espeak ended with code {process.returncode}")
        return sound


def installed_program() -> tuple[str, ...]:
    """espeak-ng where the system has it."""
    path = shutil.which("espeak-ng")
    return (path,) if path else ()


def packaged_program() -> tuple[str, ...]:
    """The library of the espeakng-loader package, in a Python process of its own."""
    if find_spec("espeakng_loader") is None:
        return ()
    return (sys.executable, "-I", str(Path(__file__).with_name("espeak_process.py")))


def _sound_in(wav: bytes) -> tuple[int, bytes]:
    """Samples a second, and the samples, of a WAV file whose header claims any length."""
    start = wav.find(b"data", 12, _HEADER_BYTES) + 8
    if wav[:4] != b"RIFF" or start < 44:
        raise EngineRefused(ENGINE, "espeak gave no sound")
    (rate,) = struct.unpack_from("<I", wav, 24)
    return rate, wav[start : len(wav) - (len(wav) - start) % 2]
