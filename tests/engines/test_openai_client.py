"""The hosted client against a real server on this machine: every fault becomes an error of ours, in time."""

import logging
import traceback
from collections.abc import AsyncIterator

import pytest
from pydantic import BaseModel

from kitt_rtc.engines.breaker import BreakerOptions
from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_speech import (
    OpenAISynthesizer,
    OpenAITranscriber,
    SynthesizerOptions,
    TranscriberOptions,
)
from kitt_rtc.engines.openai_text import ModelOptions, OpenAIModel
from kitt_rtc.engines.openai_vectors import EmbedderOptions, OpenAIEmbedder
from kitt_rtc.model.errors import EngineError, EngineRefused, EngineTimeout, EngineUnavailable
from kitt_rtc.prompts.prompt import Material, Prompt
from tests.fakes.openai_server import FAULTS, OpenAIServer
from tests.sounds.made import tone

SECRET = "my card is 4970 1000"
ASK = Prompt("coach", "Give one tip.", (Material("transcript", f"customer: {SECRET}"),), seconds=5.0)
KINDS = {
    "rate_limit": EngineUnavailable,
    "server_error": EngineUnavailable,
    "hang": EngineTimeout,
    "reset": EngineUnavailable,
    "quota": EngineRefused,
    "refusal": EngineRefused,
    "length": EngineRefused,
}
"""What a fault becomes; the others are answers out of form, which are refused."""
NOT_REPEATED = {"quota", "refusal", "length"}


class Tip(BaseModel):
    content: str


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def server() -> AsyncIterator[OpenAIServer]:
    async with OpenAIServer() as server:
        server.answer("text", "Ask about the budget.")
        server.answer(Tip, {"content": "Ask about the budget."})
        server.transcripts = ["it does not record"]
        yield server


@pytest.fixture
async def client(server: OpenAIServer) -> AsyncIterator[OpenAIClient]:
    client = OpenAIClient(OpenAIOptions(base_url=server.base_url, pause=0.001))
    yield client
    await client.close()


async def use(kind: str, client: OpenAIClient, *, seconds: float = 5.0) -> object:
    """One call of each kind through its engine."""
    ask = Prompt(ASK.name, ASK.instructions, ASK.material, seconds=seconds)
    match kind:
        case "write":
            return await OpenAIModel(client, ModelOptions("fake")).write(ask)
        case "fill":
            return await OpenAIModel(client, ModelOptions("fake")).fill(ask, Tip)
        case "embed":
            return await OpenAIEmbedder(client, EmbedderOptions("fake", seconds=seconds)).embed([SECRET])
        case "transcribe":
            engine = OpenAITranscriber(client, TranscriberOptions(seconds=seconds))
            return await engine.transcribe(tone(0.6), language="en", hint=SECRET)
        case _:
            voice = OpenAISynthesizer(client, SynthesizerOptions("fake", seconds=seconds))
            return [block async for block in voice.speak(SECRET, language="en")]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("kind", ["write", "fill", "embed", "transcribe", "speak"])
async def test_every_fault_is_an_error_of_ours(
    kind: str, fault: str, server: OpenAIServer, client: OpenAIClient, caplog: pytest.LogCaptureFixture
) -> None:
    if kind == "speak" and fault == "garbage":
        pytest.skip("any bytes are sound")
    server.fail_next(fault, times=9)
    with caplog.at_level(logging.INFO), pytest.raises(EngineError) as failure:
        await use(kind, client, seconds=0.2 if fault == "hang" else 5.0)
    chat = kind in {"write", "fill"}
    expected = KINDS.get(fault, EngineRefused) if chat or fault not in {"refusal", "length"} else EngineRefused
    assert type(failure.value) is expected
    assert failure.value.engine == "openai"
    once = fault == "quota" or (chat and fault in NOT_REPEATED)
    assert fault == "hang" or len(server.requests) == (1 if once else 2)
    told = "".join(traceback.format_exception(failure.value)) + caplog.text
    assert SECRET not in told
    assert "half" not in told
    assert "log in" not in told


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault not in NOT_REPEATED | {"hang"}])
@pytest.mark.parametrize("kind", ["write", "fill", "embed", "transcribe", "speak"])
async def test_one_fault_costs_nothing_but_another_try(
    kind: str, fault: str, server: OpenAIServer, client: OpenAIClient
) -> None:
    server.fail_next(fault)
    assert await use(kind, client)


async def test_without_key_or_address_nothing_is_sent_and_it_says_what_to_set() -> None:
    client = OpenAIClient(OpenAIOptions())
    assert not client.configured
    with pytest.raises(EngineUnavailable, match="OPENAI_API_KEY"):
        await use("write", client)
    await client.close()


async def test_the_key_goes_along_and_a_server_without_keys_gets_a_placeholder(server: OpenAIServer) -> None:
    for key, sent in (("sk-secret", "Bearer sk-secret"), ("", "Bearer no-key")):
        client = OpenAIClient(OpenAIOptions(api_key=key, base_url=server.base_url))
        await use("write", client)
        await client.close()
        assert server.requests[-1].authorization == sent


async def test_a_wrong_key_is_told_once_without_the_key(server: OpenAIServer) -> None:
    server.key = "sk-right"
    client = OpenAIClient(OpenAIOptions(api_key="sk-wrong", base_url=server.base_url))
    with pytest.raises(EngineRefused, match="OPENAI_API_KEY") as failure:
        await use("write", client)
    await client.close()
    assert "sk-wrong" not in "".join(traceback.format_exception(failure.value)) + repr(OpenAIOptions("sk-wrong"))


async def test_a_server_that_is_not_there_is_told() -> None:
    client = OpenAIClient(OpenAIOptions(base_url="http://127.0.0.1:9/v1", pause=0.001))
    with pytest.raises(EngineUnavailable, match="cannot be reached"):
        await use("write", client)
    await client.close()


async def test_a_pause_that_is_longer_than_the_deadline_is_not_waited_for(
    server: OpenAIServer, client: OpenAIClient
) -> None:
    server.fail_next("rate_limit", retry_after="3600")
    with pytest.raises(EngineUnavailable) as failure:
        await use("write", client)
    assert failure.value.retryable
    assert len(server.requests) == 1


@pytest.mark.parametrize("retry_after", ["0", "Wed, 21 Oct 2015 07:28:00 GMT", "soon"])
async def test_a_pause_within_the_deadline_is_waited_for(
    retry_after: str, server: OpenAIServer, client: OpenAIClient
) -> None:
    server.fail_next("rate_limit", retry_after=retry_after)
    assert await use("write", client)


async def test_the_deadline_is_one_for_all_tries(server: OpenAIServer, client: OpenAIClient) -> None:
    server.fail_next("server_error")
    server.fail_next("hang")
    with pytest.raises(EngineTimeout, match="within 1 s"):
        await use("write", client, seconds=1.0)
    assert len(server.requests) == 2


async def test_a_try_that_hangs_leaves_time_for_another(server: OpenAIServer, client: OpenAIClient) -> None:
    engine = OpenAITranscriber(client, TranscriberOptions(seconds=5.0, patience=0.1))
    server.fail_next("hang")
    assert (await engine.transcribe(tone(0.6), language="en", hint="")).text == "it does not record"
    assert len(server.requests) == 2


async def test_the_last_try_has_all_the_time_that_is_left(server: OpenAIServer, client: OpenAIClient) -> None:
    engine = OpenAITranscriber(client, TranscriberOptions(seconds=0.4, patience=0.1))
    server.fail_next("hang", times=2)
    with pytest.raises(EngineTimeout, match=r"within 0\.4 s"):
        await engine.transcribe(tone(0.6), language="en", hint="")
    assert len(server.requests) == 2


async def test_after_five_failures_the_server_is_left_alone_then_asked_once(server: OpenAIServer) -> None:
    clock = Clock()
    options = OpenAIOptions(base_url=server.base_url, tries=1, breaker=BreakerOptions(failures=5, seconds=4.0))
    client = OpenAIClient(options, clock=clock)
    server.fail_next("server_error", times=6, path="/completions")
    for _ in range(8):
        with pytest.raises(EngineUnavailable):
            await use("write", client)
    assert len(server.requests) == 5
    assert await use("transcribe", client), "another kind of work goes on"
    clock.now += 4.0
    with pytest.raises(EngineUnavailable):
        await use("write", client)
    with pytest.raises(EngineUnavailable):
        await use("write", client)
    assert len(server.asked("/completions")) == 6
    clock.now += 4.0
    assert await use("write", client)
    assert await use("write", client)
    await client.close()


async def test_a_redirect_is_not_followed(server: OpenAIServer, client: OpenAIClient) -> None:
    """The key and a caller's words go to the address the operator gave and to no other."""
    server.redirect_to = "http://127.0.0.1:9/"
    with pytest.raises(EngineRefused, match="status 307"):
        await use("write", client)
