"""One answer of a chat model, whole or as it is written, with what it cost.

The law: every answer that may be billed is counted, also one that is given up half-way.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kitt_rtc.engines.form_reader import FormReader
from kitt_rtc.engines.openai_faults import ENGINE, OutOfForm
from kitt_rtc.engines.openai_forms import tidy
from kitt_rtc.engines.openai_usage import estimate, usage_of
from kitt_rtc.model.errors import EngineRefused
from kitt_rtc.ports import Seen, Usage

_COUNTED: Mapping[str, Any] = {"stream_options": {"include_usage": True}}


@dataclass(frozen=True, slots=True)
class Asked:
    """One request."""

    model: str
    messages: Sequence[dict[str, str]]
    tokens: int
    """The most that the answer may cost, thinking included."""
    spent: Callable[[Usage], None]
    """Told what it cost."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """In which form the answer is wanted."""

    async def send(self, sdk: Any, **more: Any) -> Any:
        try:
            return await sdk.chat.completions.create(
                model=self.model, messages=self.messages, max_completion_tokens=self.tokens, **self.more, **more
            )
        except asyncio.CancelledError:  # given up: the server goes on, and bills
            self.spent(estimate(self.messages, ""))
            raise


async def answered(sdk: Any, asked: Asked) -> str:
    """The whole answer at once. Raises OutOfForm, EngineRefused, and whatever is the vendor's."""
    return _text_of(await asked.send(sdk), asked)


async def streamed(sdk: Any, asked: Asked, seen: Seen, *, longest: int, counted: bool) -> str:
    """The same, told to `seen` as it is written; `counted`: the server can be asked what it cost."""
    stream = await asked.send(sdk, stream=True, **(_COUNTED if counted else {}))
    async with stream:
        if "json" in stream.response.headers.get("content-type", ""):
            return _text_of(_whole(await stream.response.aread()), asked)  # it took no notice of the wish to be told
        return await _follow(stream, asked, seen, longest)


async def _follow(stream: Any, asked: Asked, seen: Seen, longest: int) -> str:
    reader, written, finish, last = FormReader(), "", None, None
    try:
        async for chunk in stream:
            last = chunk if getattr(chunk, "usage", None) else last
            for choice in chunk.choices[:1]:
                finish = choice.finish_reason or finish
                _refuse(choice.delta.refusal)
                piece = choice.delta.content or ""
                written += piece
                if reader.feed(piece):
                    seen({name: tidy(text, longest) for name, text in reader.texts.items()})
    finally:
        asked.spent(usage_of(last, asked.messages, written))
    return _judged(written, finish, asked.tokens)


def _text_of(answer: Any, asked: Asked) -> str:
    if not getattr(answer, "choices", None):
        raise OutOfForm("an answer without choices")
    choice = answer.choices[0]
    text = choice.message.content
    asked.spent(usage_of(answer, asked.messages, text if isinstance(text, str) else ""))
    _refuse(choice.message.refusal)
    return _judged(text, choice.finish_reason, asked.tokens)


def _judged(text: Any, finish: str | None, tokens: int) -> str:
    """The answer's words, if it was not cut off."""
    if finish == "length":
        raise EngineRefused(ENGINE, f"the answer was cut off: it is longer than {tokens} tokens")
    _refuse(finish == "content_filter")
    if not isinstance(text, str):
        raise OutOfForm("an answer without content")
    return text


def _refuse(declined: object) -> None:
    if declined:
        raise EngineRefused(ENGINE, "the model declined to answer")


def _whole(body: bytes) -> Any:
    from openai.types.chat import ChatCompletion

    return ChatCompletion.model_validate_json(body)
