"""Hosted thinking over real HTTP: what is sent, and how older servers are spoken to."""

from collections.abc import AsyncIterator

import pytest
from pydantic import BaseModel

from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_text import EmbedderOptions, ModelOptions, OpenAIEmbedder, OpenAIModel
from kitt_rtc.model.errors import EngineRefused, EngineUnavailable
from kitt_rtc.prompts.prompt import Material, Prompt
from tests.fakes.openai_server import OpenAIServer

ASK = Prompt("coach", "Give one tip.", (Material("transcript", "customer: too expensive"),))


class Tip(BaseModel):
    content: str
    because: str = ""


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        server.answer("text", '```json\n{"content": "Ask about the budget."}\n```')
        server.answer(Tip, {"content": "Ask about the budget.", "because": "price"})
        yield server


@pytest.fixture
async def client(server: OpenAIServer) -> AsyncIterator[OpenAIClient]:
    client = OpenAIClient(OpenAIOptions(base_url=server.base_url, pause=0.001))
    yield client
    await client.close()


async def test_a_form_is_asked_for_by_its_strict_schema(server: OpenAIServer, client: OpenAIClient) -> None:
    assert (await OpenAIModel(client, ModelOptions("m", tokens=300)).fill(ASK, Tip)).because == "price"
    [seen] = server.requests
    assert seen.body["model"] == "m"
    assert seen.body["max_completion_tokens"] == 300
    asked = seen.body["response_format"]["json_schema"]
    assert (asked["name"], asked["strict"], asked["schema"]["required"]) == ("Tip", True, ["content", "because"])


async def test_what_was_said_is_the_users_and_never_the_systems(server: OpenAIServer, client: OpenAIClient) -> None:
    await OpenAIModel(client, ModelOptions("m")).write(ASK)
    messages = server.requests[0].messages
    assert "Give one tip." in messages["system"]
    assert "too expensive" not in messages["system"]
    assert "too expensive" in messages["user"]


@pytest.mark.parametrize("formats", [{"text", "json_object"}, {"text"}])
async def test_a_server_without_schemas_is_told_in_words_and_remembered(
    formats: set[str], server: OpenAIServer, client: OpenAIClient
) -> None:
    server.formats = formats
    model = OpenAIModel(client, ModelOptions("m"))
    assert (await model.fill(ASK, Tip)).content == "Ask about the budget."
    tries = len(server.requests)
    assert (await model.fill(ASK, Tip)).content == "Ask about the budget."
    assert len(server.requests) == tries + 1
    assert '"because"' in server.requests[-1].messages["system"]


async def test_a_server_that_ignores_the_schema_hears_it_in_words_at_the_second_try(
    server: OpenAIServer, client: OpenAIClient
) -> None:
    server.answer(Tip, "Ask about the budget, please.")
    with pytest.raises(EngineRefused, match="out of form"):
        await OpenAIModel(client, ModelOptions("m")).fill(ASK, Tip)
    first, second = (seen.messages["system"] for seen in server.requests)
    assert '"because"' not in first
    assert '"because"' in second


async def test_a_long_answer_is_cut(server: OpenAIServer, client: OpenAIClient) -> None:
    server.answer("text", "word " * 5_000)
    server.answer(Tip, {"content": "word " * 5_000})
    model = OpenAIModel(client, ModelOptions("m", longest=50))
    assert len(await model.write(ASK)) == 50
    assert len((await model.fill(ASK, Tip)).content) == 50


async def test_an_answer_cut_off_by_its_length_is_named_as_such(server: OpenAIServer, client: OpenAIClient) -> None:
    server.fail_next("length")
    with pytest.raises(EngineRefused, match="cut off"):
        await OpenAIModel(client, ModelOptions("m")).fill(ASK, Tip)


async def test_an_answer_without_words_is_no_answer(server: OpenAIServer, client: OpenAIClient) -> None:
    server.answer("text", " <think>hm</think> ")
    with pytest.raises(EngineRefused):
        await OpenAIModel(client, ModelOptions("m")).write(ASK)


async def test_many_texts_go_in_batches(server: OpenAIServer, client: OpenAIClient) -> None:
    embedder = OpenAIEmbedder(client, EmbedderOptions("m", batch=4))
    assert len(await embedder.embed([f"text {number}" for number in range(10)])) == 10
    assert [len(seen.body["input"]) for seen in server.requests] == [4, 4, 2]


async def test_the_size_of_an_unknown_model_is_known_after_its_first_answer(client: OpenAIClient) -> None:
    embedder = OpenAIEmbedder(client, EmbedderOptions("m"))
    with pytest.raises(EngineUnavailable):
        _ = embedder.size
    await embedder.embed(["camera"])
    assert embedder.size == 16


async def test_the_size_of_openai_models_is_known_at_once(client: OpenAIClient) -> None:
    assert OpenAIEmbedder(client, EmbedderOptions("text-embedding-3-small")).size == 1_536


async def test_vectors_of_another_size_than_promised_are_refused(client: OpenAIClient) -> None:
    with pytest.raises(EngineRefused):
        await OpenAIEmbedder(client, EmbedderOptions("m", size=8)).embed(["camera"])
