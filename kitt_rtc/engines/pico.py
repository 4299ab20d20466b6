"""The embedded voice for French: SVOX Pico, from the py-nanotts package, in a process of its own.

Measured by a transcriber that knows no French but that of people: of espeak-ng's French it writes nine words in ten
wrongly, of Pico's one in eight. Other languages go to the voice behind it.
"""

import re
import sys
from collections.abc import AsyncIterator
from importlib.util import find_spec
from pathlib import Path

from kitt_rtc.engines.espeak import EspeakOptions, EspeakSynthesizer
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.ports import Synthesizer

ENGINE = "pico"
_VOICES = {"fr": "fr-FR"}
_MARKUP = re.compile(r"[<>&\\]+")
"""The library obeys markup; what is spoken is nothing but text."""


class PicoSynthesizer:
    """Fits `ports.Synthesizer`."""

    def __init__(self, others: Synthesizer | None = None) -> None:
        """`others` speaks what is not French. Raises EngineUnavailable where the package is not installed."""
        if find_spec("py_nanotts") is None:
            raise EngineUnavailable(ENGINE, "no French voice is installed: pip install 'kitt-rtc[tts]'")
        program = (sys.executable, "-I", str(Path(__file__).with_name("pico_process.py")))
        self._french = EspeakSynthesizer(EspeakOptions(voices=_VOICES, program=program))
        self._others = others

    async def speak(self, text: str, *, language: str) -> AsyncIterator[bytes]:
        voice = self._french if language in _VOICES or self._others is None else self._others
        line = _MARKUP.sub(" ", text) if voice is self._french else text
        async for block in voice.speak(line, language=language):
            yield block
