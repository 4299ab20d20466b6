"""Hosted thinking: plain answers and filled forms from any server that speaks OpenAI's API."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kitt_rtc.engines.openai_answer import Asked, answered, streamed
from kitt_rtc.engines.openai_client import OpenAIClient
from kitt_rtc.engines.openai_dialect import Dialect
from kitt_rtc.engines.openai_faults import OutOfForm
from kitt_rtc.engines.openai_forms import read_form, strict_schema, tidy
from kitt_rtc.engines.openai_messages import messages_of
from kitt_rtc.ports import Form, Seen, Usage
from kitt_rtc.prompts.prompt import Prompt


@dataclass(frozen=True, slots=True)
class ModelOptions:
    model: str
    longest: int = 4_000
    """Characters of a text, or of one text of a form; the rest is cut."""
    tokens: int = 2_000
    """Tokens the server may spend on an answer, thinking included."""


class OpenAIModel:
    """A chat model."""

    def __init__(
        self, client: OpenAIClient, options: ModelOptions, spent: Callable[[Usage], None] = lambda usage: None
    ) -> None:
        """`spent` is told what each answer cost, by the task that asked."""
        self._client = client
        self._options = options
        self._spent = spent
        self._dialect = Dialect()

    @property
    def name(self) -> str:
        return self._options.model

    async def write(self, prompt: Prompt) -> str:
        """Plain text, never empty. Raises EngineError."""

        async def question(sdk: Any) -> str:
            text = tidy(await answered(sdk, self._asked(messages_of(prompt))), self._options.longest)
            if not text:
                raise OutOfForm("an answer without words")
            return text

        return await self._client.ask(question, work="write", seconds=prompt.seconds)

    async def fill(self, prompt: Prompt, form: type[Form], *, seen: Seen | None = None) -> Form:
        """A validated form; `seen` is told its texts while they are written. Raises EngineError."""
        schema = strict_schema(form)
        told = False

        async def question(sdk: Any) -> Form:
            nonlocal told
            answer = await self._answer(sdk, prompt, form.__name__, schema, told=told, seen=seen)
            try:
                return read_form(form, answer, longest=self._options.longest)
            except OutOfForm:
                told = True  # another try tells the model the schema in words too
                raise

        return await self._client.ask(question, work="fill", seconds=prompt.seconds)

    async def _answer(
        self, sdk: Any, prompt: Prompt, name: str, schema: dict[str, Any], *, told: bool, seen: Seen | None
    ) -> str:
        """Asked in the best dialect the server knows; the one that worked is remembered."""
        import openai

        dialect = self._dialect
        while True:
            messages = messages_of(prompt, schema if told or dialect.way else None)
            asked = self._asked(messages, **dialect.form(name, schema))
            try:
                answer = await self._deliver(sdk, asked, dialect, seen)
            except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
                lesser = dialect.below(streaming=seen is not None, about_streams="stream" in str(error))
                if lesser is None:
                    raise
                dialect = lesser
            else:
                self._dialect = dialect
                return answer

    async def _deliver(self, sdk: Any, asked: Asked, dialect: Dialect, seen: Seen | None) -> str:
        if seen is None or not dialect.streams:
            return await answered(sdk, asked)
        return await streamed(sdk, asked, seen, longest=self._options.longest, counted=dialect.counted)

    def _asked(self, messages: list[dict[str, str]], **more: Any) -> Asked:
        return Asked(self._options.model, messages, self._options.tokens, self._spent, more)
