"""The embedded voice, with real processes; a small program of our own stands in where it must misbehave."""

import sys
from pathlib import Path

import pytest

from kitt_rtc.engines.espeak import EspeakOptions, EspeakSynthesizer, installed_program, packaged_program
from kitt_rtc.model.audio import seconds_of
from kitt_rtc.model.errors import EngineError, EngineRefused, EngineTimeout, EngineUnavailable

PROGRAMS = {"program": installed_program, "library": packaged_program}


def program(folder: Path, body: str) -> tuple[str, ...]:
    """A program that is started in the place of espeak-ng."""
    path = folder / "voice.py"
    path.write_text(body)
    return (sys.executable, "-S", str(path))


async def length(voice: EspeakSynthesizer, text: str, language: str = "en") -> float:
    return sum([seconds_of(block) async for block in voice.speak(text, language=language)])


@pytest.mark.engines
@pytest.mark.parametrize("kind", PROGRAMS)
async def test_markup_phonemes_and_commands_are_nothing_but_text(kind: str) -> None:
    voice = EspeakSynthesizer(EspeakOptions(program=PROGRAMS[kind]()))
    plain = await length(voice, "please wait here")
    assert await length(voice, 'please <break time="8s"/> wait here') < plain + 4.0
    assert await length(voice, "please \x01+80R wait\x00 here") > plain
    assert await length(voice, "[[wVld]]") > 1.5 * await length(voice, "world"), "spelt, not pronounced"


@pytest.mark.engines
@pytest.mark.parametrize("kind", PROGRAMS)
async def test_text_that_looks_like_an_option_is_text(kind: str) -> None:
    voice = EspeakSynthesizer(EspeakOptions(program=PROGRAMS[kind]()))
    assert await length(voice, "--help -w /tmp/x.wav") > 0.5


@pytest.mark.engines
@pytest.mark.parametrize("kind", PROGRAMS)
async def test_a_long_text_is_cut(kind: str) -> None:
    voice = EspeakSynthesizer(EspeakOptions(program=PROGRAMS[kind](), longest=30))
    assert await length(voice, "one two three four five six " * 100) < 6.0


async def test_a_language_without_a_voice_is_refused(tmp_path: Path) -> None:
    voice = EspeakSynthesizer(EspeakOptions(program=program(tmp_path, "")))
    with pytest.raises(EngineRefused, match="fr, en"):
        await length(voice, "hallo", "de")


async def test_a_program_that_hangs_is_killed_at_the_deadline(tmp_path: Path) -> None:
    left = tmp_path / "left"
    # Thirty seconds are the hanging program's own: the test waits for a twentieth of one.
    body = f"import pathlib, time; time.sleep(30); pathlib.Path({str(left)!r}).touch()"
    voice = EspeakSynthesizer(EspeakOptions(program=program(tmp_path, body), seconds=0.05))
    with pytest.raises(EngineTimeout):
        await length(voice, "hello")
    assert not left.exists()


@pytest.mark.parametrize(
    "body", ["raise SystemExit(3)", "", "print('hello')", "import sys; sys.stdin.read(); print('RIFF')"]
)
async def test_a_program_that_gives_no_sound_is_an_error_of_ours(body: str, tmp_path: Path) -> None:
    voice = EspeakSynthesizer(EspeakOptions(program=program(tmp_path, body)))
    with pytest.raises(EngineError):
        await length(voice, "hello")


async def test_a_program_that_cannot_be_started_is_told(tmp_path: Path) -> None:
    voice = EspeakSynthesizer(EspeakOptions(program=(str(tmp_path / "nowhere"),)))
    with pytest.raises(EngineUnavailable, match="cannot be started"):
        await length(voice, "hello")
