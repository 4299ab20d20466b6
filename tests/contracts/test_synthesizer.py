"""What any voice must do, embedded or hosted."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from kitt_rtc.engines.espeak import EspeakOptions, EspeakSynthesizer, installed_program, packaged_program
from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_speech import OpenAISynthesizer, SynthesizerOptions
from kitt_rtc.engines.pico import PicoSynthesizer
from kitt_rtc.model.audio import seconds_of
from kitt_rtc.ports import Synthesizer
from tests.fakes.openai_server import OpenAIServer
from tests.sounds.made import rms


@pytest.fixture(
    params=[
        pytest.param("espeak", marks=pytest.mark.engines),
        pytest.param("espeak-library", marks=pytest.mark.engines),
        pytest.param("pico", marks=pytest.mark.engines),
        "openai",
    ]
)
async def voice(request: pytest.FixtureRequest) -> AsyncIterator[Synthesizer]:
    if request.param == "pico":
        pytest.importorskip("py_nanotts", reason="py-nanotts has no wheel for this machine")
        yield PicoSynthesizer(EspeakSynthesizer())
        return
    if request.param != "openai":
        program = installed_program() if request.param == "espeak" else packaged_program()
        assert program, "install espeak-ng and espeakng-loader for this test"
        yield EspeakSynthesizer(EspeakOptions(program=program))
        return
    async with OpenAIServer() as server:
        client = OpenAIClient(OpenAIOptions(base_url=server.base_url))
        yield OpenAISynthesizer(client, SynthesizerOptions(model="fake"))
        await client.close()


async def blocks_of(voice: Synthesizer, text: str, language: str) -> list[bytes]:
    return [block async for block in voice.speak(text, language=language)]


@pytest.mark.parametrize(("text", "language"), [("Did you restart it?", "en"), ("L'avez-vous redémarré ?", "fr")])
async def test_it_speaks_both_languages_in_house_sound(voice: Synthesizer, text: str, language: str) -> None:
    sound = b"".join(await blocks_of(voice, text, language))
    assert 0.6 < seconds_of(sound) < 4.0
    assert rms(sound) > 0.01


async def test_sound_comes_in_blocks_of_whole_samples(voice: Synthesizer) -> None:
    blocks = await blocks_of(voice, "Please restart the router and wait for the green light.", "en")
    assert len(blocks) > 3
    assert all(block and len(block) % 2 == 0 for block in blocks)


async def test_nothing_to_say_is_silence(voice: Synthesizer) -> None:
    assert await blocks_of(voice, "  \n ", "en") == []


async def test_a_listener_may_leave_in_the_middle(voice: Synthesizer) -> None:
    speech = voice.speak("Please restart the router and wait for the green light.", language="en")
    assert await anext(speech)
    await speech.aclose()  # type: ignore[attr-defined]
    assert await blocks_of(voice, "Thank you.", "en")


async def test_cancelling_is_prompt_and_leaves_it_usable(voice: Synthesizer) -> None:
    waiting = asyncio.create_task(blocks_of(voice, "Please restart the router.", "en"))
    for _ in range(3):
        await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await blocks_of(voice, "Thank you.", "en")


async def test_two_voices_at_once_do_not_mix(voice: Synthesizer) -> None:
    short, long = await asyncio.gather(
        blocks_of(voice, "Yes.", "en"), blocks_of(voice, "Please restart the router and wait.", "en")
    )
    assert short
    assert seconds_of(b"".join(long)) >= seconds_of(b"".join(short))
