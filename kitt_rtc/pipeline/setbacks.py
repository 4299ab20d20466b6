"""What a turn of advice got over by itself, and the page is told all the same: a model that failed.

Playbooks and the memory of advice go on by rules when their model fails. That is no reason to keep it quiet: the model
itself notes its failures for the turn they happen in, and the adviser tells them (contract section 5).
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from kitt_rtc.model.errors import BudgetSpent, EngineError
from kitt_rtc.model.facts import Trouble
from kitt_rtc.pipeline.spending import Prices, asking
from kitt_rtc.ports import Form, LanguageModel, Seen
from kitt_rtc.prompts.prompt import Prompt

_noted: ContextVar[list[EngineError] | None] = ContextVar("setbacks", default=None)


@contextmanager
def noting_setbacks() -> Iterator[list[EngineError]]:
    """What fails in here, in the order it fails."""
    errors: list[EngineError] = []
    token = _noted.set(errors)
    try:
        yield errors
    finally:
        _noted.reset(token)


def troubles_of(errors: Sequence[EngineError]) -> list[Trouble]:
    """One for each kind of failure, as its first one said it."""
    first = {error.code: error for error in reversed(errors)}
    return [Trouble("model", code, first[code].message) for code in dict.fromkeys(error.code for error in errors)]


class FrankModel:
    """A `LanguageModel` that hides neither its failures nor what it costs."""

    def __init__(self, model: LanguageModel, prices: Prices | None = None) -> None:
        self._model = model
        self._prices = prices or Prices()

    @property
    def name(self) -> str:
        return self._model.name

    async def write(self, prompt: Prompt) -> str:
        with telling_failures(), asking(prompt.name, self.name, self._prices):
            return await self._model.write(prompt)

    async def fill(self, prompt: Prompt, form: type[Form], *, seen: Seen | None = None) -> Form:
        with telling_failures(), asking(prompt.name, self.name, self._prices):
            return await self._model.fill(prompt, form, seen=seen)


@contextmanager
def telling_failures() -> Iterator[None]:
    """A failure in here is noted, if anybody does, and goes on its way."""
    try:
        yield
    except BudgetSpent:
        raise  # told once, by the call's purse
    except EngineError as error:
        errors = _noted.get()
        if errors is not None:
            errors.append(error)
        raise
