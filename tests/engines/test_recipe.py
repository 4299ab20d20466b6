"""The recipe in docs/adding-an-engine.md, followed: its engine is held to the contract of its port."""

import inspect
import re
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from pathlib import Path
from typing import Any

import pytest

from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_speech import OpenAITranscriber, TranscriberOptions
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.ports import Transcriber, Transcription
from tests.contracts import test_transcriber as suite
from tests.fakes.openai_server import OpenAIServer
from tests.sounds.made import tone

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "adding-an-engine.md").read_text(encoding="utf-8")
CHECKS = [
    check
    for name, check in inspect.getmembers(suite, inspect.iscoroutinefunction)
    if name.startswith("test_") and not hasattr(check, "pytestmark")
]


class Away:
    """A transcriber whose server is down."""

    languages = None

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        raise EngineUnavailable("away", "nobody is there")


@pytest.fixture
async def engine() -> AsyncIterator[Transcriber]:
    """The page's engine, with a first transcriber that is down and a second that answers."""
    code = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0]
    room: dict[str, Any] = {}
    exec(compile(code, "adding-an-engine.md", "exec"), room)
    async with OpenAIServer() as server:
        server.transcripts = ["it does not record"]
        client = OpenAIClient(OpenAIOptions(base_url=server.base_url))
        yield room["ReserveTranscriber"](Away(), OpenAITranscriber(client, TranscriberOptions()))
        await client.close()


@pytest.mark.parametrize("check", CHECKS)
async def test_X02_the_engine_of_the_recipe_passes_the_contract(check: Callable[..., Any], engine: Transcriber) -> None:
    await check(engine)


async def test_X02_the_engine_of_the_recipe_does_what_the_page_says(engine: Transcriber) -> None:
    assert (await engine.transcribe(tone(0.5), language="fr", hint="")).text == "it does not record"


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:kitt_rtc|tests)/[\w/]+\.py)`", PAGE))))
def test_X02_every_file_the_recipe_names_is_there(path: str) -> None:
    assert (ROOT / path).is_file()


@pytest.mark.parametrize("name", re.findall(r"`(test_\w+\.py)`", PAGE))
def test_X02_every_suite_the_recipe_names_is_there(name: str) -> None:
    assert (ROOT / "tests" / "contracts" / name).is_file()
