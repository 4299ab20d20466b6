"""Hosted thinking: plain answers, filled forms and vectors from any server that speaks OpenAI's API."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kitt_rtc.engines.openai_client import OpenAIClient
from kitt_rtc.engines.openai_faults import ENGINE, OutOfForm
from kitt_rtc.engines.openai_forms import read_form, strict_schema, tidy
from kitt_rtc.engines.openai_messages import messages_of
from kitt_rtc.model.errors import EngineRefused, EngineUnavailable
from kitt_rtc.ports import Form, Vector
from kitt_rtc.prompts.prompt import Prompt

_SIZES = {"text-embedding-3-small": 1_536, "text-embedding-3-large": 3_072, "text-embedding-ada-002": 1_536}
"""Numbers in a vector of OpenAI's own models."""


def _strictly(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    form = {"name": name, "schema": schema, "strict": True}
    return {"response_format": {"type": "json_schema", "json_schema": form}}


def _loosely(_name: str, _schema: dict[str, Any]) -> dict[str, Any]:
    return {"response_format": {"type": "json_object"}}


def _in_words_alone(_name: str, _schema: dict[str, Any]) -> dict[str, Any]:
    return {}


_WAYS = (_strictly, _loosely, _in_words_alone)
"""How a form is asked for: the strict way, and what older servers know."""


@dataclass(frozen=True, slots=True)
class ModelOptions:
    model: str
    longest: int = 4_000
    """Characters of a text, or of one text of a form; the rest is cut."""
    tokens: int = 2_000
    """Tokens the server may spend on an answer, thinking included."""


class OpenAIModel:
    """A chat model."""

    def __init__(self, client: OpenAIClient, options: ModelOptions) -> None:
        self._client = client
        self._options = options
        self._way = 0

    @property
    def name(self) -> str:
        return self._options.model

    async def write(self, prompt: Prompt) -> str:
        """Plain text, never empty. Raises EngineError."""

        async def question(sdk: Any) -> str:
            text = tidy(await self._complete(sdk, messages_of(prompt)), self._options.longest)
            if not text:
                raise OutOfForm("an answer without words")
            return text

        return await self._client.ask(question, work="write", seconds=prompt.seconds)

    async def fill(self, prompt: Prompt, form: type[Form]) -> Form:
        """A validated form. Raises EngineError."""
        schema = strict_schema(form)
        told = False

        async def question(sdk: Any) -> Form:
            nonlocal told
            answer = await self._answer(sdk, prompt, form.__name__, schema, told=told)
            try:
                return read_form(form, answer, longest=self._options.longest)
            except OutOfForm:
                told = True  # another try tells the model the schema in words too
                raise

        return await self._client.ask(question, work="fill", seconds=prompt.seconds)

    async def _answer(self, sdk: Any, prompt: Prompt, name: str, schema: dict[str, Any], *, told: bool) -> str:
        """Asked in the strictest way the server knows; the way that worked is remembered."""
        import openai

        way = self._way
        while True:
            messages = messages_of(prompt, schema if told or way else None)
            try:
                answer = await self._complete(sdk, messages, **_WAYS[way](name, schema))
            except (openai.BadRequestError, openai.UnprocessableEntityError):
                if way == len(_WAYS) - 1:
                    raise
                way += 1
            else:
                self._way = way
                return answer

    async def _complete(self, sdk: Any, messages: list[dict[str, str]], **more: Any) -> str:
        answer = await sdk.chat.completions.create(
            model=self._options.model, messages=messages, max_completion_tokens=self._options.tokens, **more
        )
        if not getattr(answer, "choices", None):
            raise OutOfForm("an answer without choices")
        choice = answer.choices[0]
        if choice.finish_reason == "length":
            raise EngineRefused(ENGINE, f"the answer was cut off: it is longer than {self._options.tokens} tokens")
        if choice.finish_reason == "content_filter" or choice.message.refusal:
            raise EngineRefused(ENGINE, "the model declined to answer")
        if not isinstance(choice.message.content, str):
            raise OutOfForm("an answer without content")
        return choice.message.content


@dataclass(frozen=True, slots=True)
class EmbedderOptions:
    model: str = "text-embedding-3-small"
    size: int = 0
    """Numbers in a vector; 0: known for OpenAI's own models, else after the first call."""
    seconds: float = 8.0
    """Deadline of one batch, all tries together."""
    batch: int = 64
    """Texts in one request."""
    longest: int = 8_000
    """Characters of a text that are sent."""


class OpenAIEmbedder:
    """An embedding model. Its server says how long its vectors are."""

    def __init__(self, client: OpenAIClient, options: EmbedderOptions) -> None:
        self._client = client
        self._options = options
        self._size = options.size or _SIZES.get(options.model, 0)

    @property
    def size(self) -> int:
        """Raises EngineUnavailable while nobody knows: `embed` one text first."""
        if not self._size:
            raise EngineUnavailable(ENGINE, "the size of this model's vectors is known after its first answer")
        return self._size

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """In the order of the texts. Raises EngineError."""
        vectors: list[Vector] = []
        for start in range(0, len(texts), self._options.batch):
            vectors += await self._batch(texts[start : start + self._options.batch])
        return vectors

    async def _batch(self, texts: Sequence[str]) -> list[Vector]:
        # An empty text is refused by the API; a blank in its place means as little.
        sent = [text[: self._options.longest].strip() or "-" for text in texts]

        async def question(sdk: Any) -> list[Vector]:
            answer = await sdk.embeddings.create(model=self._options.model, input=sent)
            rows = sorted(answer.data, key=lambda row: row.index)
            if [row.index for row in rows] != list(range(len(sent))):
                raise OutOfForm("not one vector for each text")
            return [self._unit(row.embedding) for row in rows]

        return await self._client.ask(question, work="embed", seconds=self._options.seconds)

    def _unit(self, numbers: Any) -> Vector:
        vector = np.asarray(numbers, np.float32)
        length = float(np.linalg.norm(vector)) if vector.ndim == 1 else 0.0
        if not np.isfinite(length) or not length or (self._size and len(vector) != self._size):
            raise OutOfForm("not a vector of the size that was expected")
        self._size = len(vector)
        unit: list[float] = (vector / length).tolist()
        return unit
