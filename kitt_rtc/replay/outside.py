"""Engines that live in real time, asked from a call that does not."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager

from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_text import ModelOptions, OpenAIModel
from kitt_rtc.model.errors import SettingsError
from kitt_rtc.pipeline.spending import note_usage
from kitt_rtc.ports import Form, LanguageModel, Seen, Transcriber, Transcription
from kitt_rtc.prompts.prompt import Prompt
from kitt_rtc.replay.virtual_time import VirtualLoop
from kitt_rtc.settings import Settings


class OutsideModel:
    """Fits `LanguageModel`."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        return self._model.name

    async def write(self, prompt: Prompt) -> str:
        with _real_time():
            return await self._model.write(prompt)

    async def fill(self, prompt: Prompt, form: type[Form], *, seen: Seen | None = None) -> Form:
        with _real_time():
            return await self._model.fill(prompt, form, seen=seen)


class OutsideTranscriber:
    """Fits `ports.Transcriber`."""

    def __init__(self, transcriber: Transcriber, *, far: bool) -> None:
        """`far`: on a network, whose answers come when they come; else its work takes no time of the call."""
        self._transcriber = transcriber
        self._far = far

    @property
    def languages(self) -> frozenset[str] | None:
        return self._transcriber.languages

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        with _real_time() if self._far else _no_time():
            return await self._transcriber.transcribe(pcm, language=language, hint=hint, among=among, terms=terms)


@asynccontextmanager
async def hosted_model(name: str, settings: Settings) -> AsyncIterator[LanguageModel]:
    """The model of this name behind OPENAI_BASE_URL, for one call. Raises SettingsError."""
    if not settings.model_is_hosted:
        raise SettingsError("--model needs OPENAI_API_KEY, or OPENAI_BASE_URL of a server that speaks the same API")
    client = OpenAIClient(OpenAIOptions(settings.openai_api_key.get_secret_value(), settings.openai_base_url))
    try:
        yield OutsideModel(OpenAIModel(client, ModelOptions(name), note_usage))
    finally:
        await client.close()


@contextmanager
def _no_time() -> Iterator[None]:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    with loop.standing_still():
        yield


@contextmanager
def _real_time() -> Iterator[None]:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    with loop.real_time():
        yield
