"""The embedded French voice, in real processes: text is nothing but text, and English is not read by it."""

import sys
from collections.abc import AsyncIterator
from importlib.util import find_spec

import pytest

from kitt_rtc.engines.pico import PicoSynthesizer
from kitt_rtc.model.audio import seconds_of
from kitt_rtc.model.errors import EngineRefused, EngineUnavailable

ANSWER = "L'article « Caméra hors ligne » est en anglais ; il dit : « Open the app and restart the camera. »"
speaks = pytest.mark.skipif(find_spec("py_nanotts") is None, reason="py-nanotts has no wheel for this machine")


class Told:
    """A voice that notes what it is asked to say."""

    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    async def speak(self, text: str, *, language: str) -> AsyncIterator[bytes]:
        self.said.append((text, language))
        yield b"\1\0" * 160


async def length(voice: PicoSynthesizer, text: str, language: str = "fr") -> float:
    return sum([seconds_of(block) async for block in voice.speak(text, language=language)])


def test_a_package_that_is_missing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py_nanotts", None)
    with pytest.raises(EngineUnavailable, match="pip install"):
        PicoSynthesizer()


@speaks
@pytest.mark.engines
async def test_markup_and_options_are_nothing_but_text() -> None:
    voice = PicoSynthesizer()
    plain = await length(voice, "bonjour à tous")
    assert await length(voice, "<speed level='20'>bonjour à tous</speed>") > plain
    assert await length(voice, "--help -w /tmp/x.wav") > 0.5
    assert await length(voice, "…") == 0.0


@speaks
@pytest.mark.engines
async def test_what_is_quoted_in_english_is_said_by_the_voice_behind_it() -> None:
    others = Told()
    voice = PicoSynthesizer(others)
    assert await length(voice, ANSWER) > 2.0
    assert [(text.strip(), language) for text, language in others.said] == [
        ("Open the app and restart the camera.", "en")
    ]
    await length(voice, "Please wait.", "en")
    assert others.said[-1] == ("Please wait.", "en")


@speaks
async def test_a_language_without_a_voice_is_refused() -> None:
    with pytest.raises(EngineRefused):
        await length(PicoSynthesizer(), "Please wait.", "en")
