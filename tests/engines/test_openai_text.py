"""Hosted thinking over real HTTP: what is sent, and how older servers are spoken to."""

import asyncio
from collections.abc import AsyncIterator, Mapping

import pytest
from pydantic import BaseModel

from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_text import ModelOptions, OpenAIModel
from kitt_rtc.engines.openai_vectors import EmbedderOptions, OpenAIEmbedder
from kitt_rtc.model.errors import EngineRefused, EngineUnavailable
from kitt_rtc.ports import Usage
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


async def test_T09_a_forms_texts_are_seen_while_they_are_written(server: OpenAIServer, client: OpenAIClient) -> None:
    states: list[dict[str, str]] = []
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def pace(number: int) -> None:
        if number == 6:
            begun.set()
            await go_on.wait()

    def seen(texts: Mapping[str, str]) -> None:
        states.append(dict(texts))

    server.pace = pace
    filling = asyncio.create_task(OpenAIModel(client, ModelOptions("m")).fill(ASK, Tip, seen=seen))
    await begun.wait()
    assert not filling.done()
    go_on.set()
    assert (await filling).because == "price"
    assert {"content": "Ask abo"} in states
    assert states[-1] == {"content": "Ask about the budget.", "because": "price"}


@pytest.mark.parametrize(
    ("streams", "counts", "requests"),
    [
        (True, {"whole", "streamed"}, [1, 1]),
        (True, {"whole"}, [2, 1]),
        (False, {"whole"}, [3, 1]),
        (None, {"whole"}, [1, 1]),
    ],
)
async def test_a_server_that_cannot_stream_is_asked_the_plain_way_and_remembered(
    streams: bool | None, counts: set[str], requests: list[int], server: OpenAIServer, client: OpenAIClient
) -> None:
    server.streams, server.counts = streams, counts
    model = OpenAIModel(client, ModelOptions("m"))
    for total in (requests[0], sum(requests)):
        assert (await model.fill(ASK, Tip, seen=lambda texts: None)).because == "price"
        assert len(server.requests) == total


@pytest.mark.parametrize("streamed", [True, False])
@pytest.mark.parametrize("counted", [True, False])
async def test_what_an_answer_cost_is_told_and_estimated_where_the_server_does_not_count(
    streamed: bool, counted: bool, server: OpenAIServer, client: OpenAIClient
) -> None:
    spent: list[Usage] = []
    server.counts = {"whole", "streamed"} if counted else set()
    model = OpenAIModel(client, ModelOptions("m"), spent.append)
    await model.fill(ASK, Tip, seen=(lambda texts: None) if streamed else None)
    [usage] = spent
    answer = len('{"content": "Ask about the budget.", "because": "price"}')
    assert usage.estimated is not counted
    assert usage.tokens_out == (answer if counted else answer // 4)
    assert usage.tokens_in == 100 or (usage.estimated and usage.tokens_in > 50)


async def test_a_stream_that_is_cut_is_no_half_form_and_is_asked_again(
    server: OpenAIServer, client: OpenAIClient
) -> None:
    spent: list[Usage] = []
    server.cut_stream = 4
    model = OpenAIModel(client, ModelOptions("m"), spent.append)
    with pytest.raises(EngineUnavailable):
        await model.fill(ASK, Tip, seen=lambda texts: None)
    assert len(server.asked("/chat/completions")) == 2
    assert [usage.estimated for usage in spent] == [True, True]


async def test_a_stream_that_is_given_up_is_counted_and_the_line_closed(
    server: OpenAIServer, client: OpenAIClient
) -> None:
    spent: list[Usage] = []
    begun, never = asyncio.Event(), asyncio.Event()

    async def pace(number: int) -> None:
        if number == 3:
            begun.set()
            await never.wait()

    server.pace = pace
    model = OpenAIModel(client, ModelOptions("m"), spent.append)
    filling = asyncio.create_task(model.fill(ASK, Tip, seen=lambda texts: None))
    await begun.wait()
    filling.cancel()
    with pytest.raises(asyncio.CancelledError):
        await filling
    assert [usage.estimated for usage in spent] == [True]
