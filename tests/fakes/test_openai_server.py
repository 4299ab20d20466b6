"""The fake speaks the parts of the API that our own engines do not use, too: others may."""

from collections.abc import AsyncIterator

import openai
import pytest

from tests.fakes.openai_server import OpenAIServer


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        yield server


@pytest.fixture
async def sdk(server: OpenAIServer) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(api_key="k", base_url=server.base_url, max_retries=0) as sdk:
        yield sdk


async def test_an_answer_can_be_streamed(server: OpenAIServer, sdk: openai.AsyncOpenAI) -> None:
    server.answer("text", "Ask about the budget.")
    stream = await sdk.chat.completions.create(model="m", messages=[{"role": "user", "content": "?"}], stream=True)
    assert "".join([chunk.choices[0].delta.content or "" async for chunk in stream]) == "Ask about the budget."


async def test_vectors_come_as_numbers_too(sdk: openai.AsyncOpenAI) -> None:
    plain = await sdk.embeddings.create(model="m", input=["camera"], encoding_format="float")
    packed = await sdk.embeddings.create(model="m", input="camera")
    assert packed.data[0].embedding == pytest.approx(plain.data[0].embedding)


async def test_a_file_that_is_no_wav_is_refused(sdk: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="Invalid file format"):
        await sdk.audio.transcriptions.create(model="m", file=("speech.wav", b"not a sound", "audio/wav"))


async def test_an_answer_nobody_prepared_says_so(sdk: openai.AsyncOpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="prepared no answer"):
        await sdk.chat.completions.create(model="m", messages=[{"role": "user", "content": "?"}])


async def test_faults_are_for_the_path_they_name(server: OpenAIServer, sdk: openai.AsyncOpenAI) -> None:
    server.fail_next("server_error", path="/completions")
    assert await sdk.embeddings.create(model="m", input="camera")
    with pytest.raises(openai.InternalServerError):
        await sdk.chat.completions.create(model="m", messages=[{"role": "user", "content": "?"}])
    with pytest.raises(ValueError, match="no such fault"):
        server.fail_next("earthquake")
