"""What any embedder must do, embedded or hosted."""

import math
from collections.abc import AsyncIterator

import pytest

from kitt_rtc.engines.lexicon import Lexicon
from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_vectors import EmbedderOptions, OpenAIEmbedder
from kitt_rtc.engines.sentences import SentenceEncoder
from kitt_rtc.ports import Embedder
from tests.fakes.openai_server import OpenAIServer

TEXTS = ["la caméra n'enregistre plus", "the camera does not record", "the invoice of March"]


@pytest.fixture(params=["lexicon", "sentences", "openai"])
async def embedder(request: pytest.FixtureRequest) -> AsyncIterator[Embedder]:
    if request.param == "lexicon":
        yield Lexicon()
        return
    if request.param == "sentences":
        encoder = SentenceEncoder()
        yield encoder
        await encoder.close()
        return
    async with OpenAIServer() as server:
        client = OpenAIClient(OpenAIOptions(base_url=server.base_url))
        yield OpenAIEmbedder(client, EmbedderOptions(model="fake", size=server.embedding_size, batch=2))
        await client.close()


async def test_every_vector_has_the_size_that_is_told(embedder: Embedder) -> None:
    assert [len(vector) for vector in await embedder.embed(TEXTS)] == [embedder.size] * 3


async def test_every_vector_has_unit_length(embedder: Embedder) -> None:
    for vector in await embedder.embed(TEXTS):
        assert math.hypot(*vector) == pytest.approx(1.0, abs=1e-5)


async def test_vectors_come_in_the_order_of_the_texts(embedder: Embedder) -> None:
    together = await embedder.embed(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        assert list((await embedder.embed([text]))[0]) == pytest.approx(list(vector), abs=1e-6)


async def test_nothing_gives_nothing(embedder: Embedder) -> None:
    assert await embedder.embed([]) == []


async def test_an_empty_text_has_a_vector_too(embedder: Embedder) -> None:
    assert len((await embedder.embed(["", "camera"]))[0]) == embedder.size
