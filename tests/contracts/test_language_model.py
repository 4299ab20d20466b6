"""What any language model must do. No model is embedded: without one the product thinks by rules."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from pydantic import BaseModel, Field

from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_text import ModelOptions, OpenAIModel
from kitt_rtc.model.errors import EngineError, EngineTimeout
from kitt_rtc.ports import LanguageModel
from kitt_rtc.prompts.prompt import Material, Prompt
from tests.fakes.openai_server import OpenAIServer

ASK = Prompt("coach", "Give one tip.", (Material("transcript", "customer: too expensive"),))


class Tip(BaseModel):
    content: str = Field(max_length=200)
    urgent: bool


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        server.answer("text", "Ask about the budget.")
        server.answer(Tip, {"content": "Ask about the budget.", "urgent": False})
        yield server


@pytest.fixture(params=["openai"])
async def model(request: pytest.FixtureRequest, server: OpenAIServer) -> AsyncIterator[LanguageModel]:
    client = OpenAIClient(OpenAIOptions(base_url=server.base_url))
    yield OpenAIModel(client, ModelOptions(model="fake"))
    await client.close()


async def test_it_has_a_name(model: LanguageModel) -> None:
    assert model.name


async def test_it_writes_plain_text(model: LanguageModel) -> None:
    assert await model.write(ASK) == "Ask about the budget."


async def test_it_fills_a_form(model: LanguageModel) -> None:
    assert await model.fill(ASK, Tip) == Tip(content="Ask about the budget.", urgent=False)


async def test_an_answer_that_is_no_form_is_an_error_of_ours(model: LanguageModel, server: OpenAIServer) -> None:
    server.answer(Tip, {"content": 3})
    with pytest.raises(EngineError):
        await model.fill(ASK, Tip)


async def test_it_keeps_the_deadline_of_the_prompt(model: LanguageModel, server: OpenAIServer) -> None:
    server.fail_next("hang", times=5)
    with pytest.raises(EngineTimeout):
        await model.write(Prompt("coach", "Give one tip.", seconds=0.05))


async def test_cancelling_is_prompt_and_leaves_it_usable(model: LanguageModel, server: OpenAIServer) -> None:
    server.fail_next("hang")
    waiting = asyncio.create_task(model.write(ASK))
    await server.until_asked()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert await model.write(ASK)
