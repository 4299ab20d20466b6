"""The embedded voice for French: SVOX Pico, from the py-nanotts package, in a process of its own.

A transcriber that has learnt from people writes nine words in ten of espeak-ng's French wrongly, and one in five of
Pico's. Other languages go to the voice behind it, and so does what is quoted in another language: an English step that
a French voice reads is understood by nobody.
"""

import re
import sys
from collections.abc import AsyncIterator, Iterator
from importlib.util import find_spec
from pathlib import Path

from kitt_rtc.engines.espeak import EspeakOptions, EspeakSynthesizer
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.words import language_of
from kitt_rtc.ports import Synthesizer

ENGINE = "pico"
_VOICES = {"fr": "fr-FR"}
_MARKUP = re.compile(r"[<>&\\]+")
"""The library obeys markup; what is spoken is nothing but text."""
_QUOTED = re.compile(r"«([^«»]*)»?")


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
        for line, tongue in _by_language(text) if language in _VOICES and self._others else ((text, language),):
            if tongue in _VOICES or self._others is None:
                sound = self._french.speak(_MARKUP.sub(" ", line), language=tongue)
            else:
                sound = self._others.speak(line, language=tongue)
            async for block in sound:
                yield block


def _by_language(text: str) -> Iterator[tuple[str, str]]:
    """Stretches of a French text, and the language of each: quotations may be in English."""
    begun = 0
    for quoted in _QUOTED.finditer(text):
        if language_of(quoted[1], "fr") == "en":
            yield text[begun : quoted.start()], "fr"
            yield quoted[1], "en"
            begun = quoted.end()
    yield text[begun:], "fr"
