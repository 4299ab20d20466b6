"""What any transcriber must do, embedded or hosted."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from kitt_rtc.engines.fallback import Candidate, FallbackTranscriber
from kitt_rtc.engines.moonshine import MoonshineOptions, MoonshineTranscriber
from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_speech import OpenAITranscriber, TranscriberOptions
from kitt_rtc.model.errors import EngineError
from kitt_rtc.ports import Transcriber, Transcription
from tests.fakes.openai_server import OpenAIServer
from tests.sounds.made import noise, silence
from tests.sounds.spoken import spoken

SENTENCE = "the camera does not record any more"


@pytest.fixture(
    params=[
        pytest.param("moonshine", marks=pytest.mark.engines),
        "openai",
        "openai-whisper",
        "fallback",
        "in its place",
    ]
)
async def transcriber(request: pytest.FixtureRequest) -> AsyncIterator[Transcriber]:
    if request.param == "moonshine":
        engine = MoonshineTranscriber(MoonshineOptions(threads=1))
        yield engine
        await engine.close()
        return
    async with OpenAIServer() as server:
        server.transcripts = [SENTENCE]
        client = OpenAIClient(OpenAIOptions(base_url=server.base_url))
        model = "whisper-1" if request.param == "openai-whisper" else "gpt-transcribe"
        hosted = OpenAITranscriber(client, TranscriberOptions(model=model))
        yield hosted if request.param.startswith("openai") else _fallback(hosted, away=request.param == "in its place")
        await client.close()


def _fallback(hosted: Transcriber, *, away: bool) -> FallbackTranscriber:
    """The hosted one is the first, or stands in for one that is away."""
    nobody = OpenAITranscriber(OpenAIClient(OpenAIOptions()), TranscriberOptions())
    behind = Candidate("second", hosted, 2)
    return FallbackTranscriber([Candidate("first", nobody, 2), behind] if away else [behind])


@pytest.mark.engines
async def test_speech_is_written_down(transcriber: Transcriber) -> None:
    heard = await transcriber.transcribe(spoken(SENTENCE), language="en", hint="")
    assert heard.text.lower().rstrip(".") == SENTENCE
    assert heard.language == "en"
    assert heard.confidence is None or 0 <= heard.confidence <= 1


async def test_silence_gives_empty_text(transcriber: Transcriber) -> None:
    assert await transcriber.transcribe(silence(1.5), language="en", hint="") == Transcription("", "en")


async def test_no_sound_at_all_gives_empty_text(transcriber: Transcriber) -> None:
    assert (await transcriber.transcribe(b"", language="en", hint="anything")).text == ""


async def test_it_says_which_languages_it_writes(transcriber: Transcriber) -> None:
    languages = transcriber.languages
    assert languages is None or all(len(language) == 2 for language in languages)


async def test_a_language_it_does_not_write_is_never_invented(transcriber: Transcriber) -> None:
    if transcriber.languages is None:
        pytest.skip("writes any language")
    with pytest.raises(EngineError):
        await transcriber.transcribe(noise(1.0), language="fr", hint="")


async def test_cancelling_is_prompt_and_leaves_it_usable(transcriber: Transcriber) -> None:
    waiting = asyncio.create_task(transcriber.transcribe(noise(8.0), language="en", hint=""))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert (await transcriber.transcribe(silence(0.5), language="en", hint="")).text == ""


async def test_several_pieces_at_once_do_not_mix(transcriber: Transcriber) -> None:
    quiet = silence(0.6)
    heard = await asyncio.gather(*(transcriber.transcribe(quiet, language="en", hint="") for _ in range(8)))
    assert [piece.text for piece in heard] == [""] * 8
