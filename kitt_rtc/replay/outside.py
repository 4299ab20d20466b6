"""A language model that lives in real time, asked from a call that does not."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from kitt_rtc.ports import Form, LanguageModel, Seen
from kitt_rtc.prompts.prompt import Prompt
from kitt_rtc.replay.virtual_time import VirtualLoop


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


@contextmanager
def _real_time() -> Iterator[None]:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    with loop.real_time():
        yield
