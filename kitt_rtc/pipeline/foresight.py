"""Answers of a language model that were asked for before the sentence was over, for the turn that asks the same.

The law: an answer serves only the very question it was asked. Two questions are the same when their instructions are,
and their material but for capitals, accents, punctuation and hesitations: what an engine writes otherwise when it hears
the end of a sentence too. Any other word is another question, and is asked anew.
"""

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any

from kitt_rtc.model.errors import EngineError, EngineTimeout
from kitt_rtc.model.facts import ModelAsked
from kitt_rtc.model.words import fold
from kitt_rtc.pipeline import spending
from kitt_rtc.pipeline.setbacks import telling_failures
from kitt_rtc.ports import Form, LanguageModel, Seen
from kitt_rtc.prompts.prompt import Prompt

_HESITATIONS = frozenset({"euh", "heu", "hum", "uh", "um", "er", "erm", "hm", "hmm", "mm"})
_EARLY_SECONDS = 4.0
"""A question asked early has this much longer: its deadline counts from when it would have been asked."""

Question = tuple[str, ...]


class Foresight:
    """What was asked on one suspicion. Made, used and settled by `calls/speculation.py`."""

    def __init__(self) -> None:
        self._answers: dict[Question, _Answer] = {}

    @property
    def taken(self) -> bool:
        """Has any answer served?"""
        return any(answer.taken for answer in self._answers.values())

    def begin(self, question: Question) -> "_Answer":
        self._answers[question] = answer = _Answer(asyncio.get_running_loop().create_future())
        return answer

    def find(self, question: Question) -> "_Answer | None":
        """The answer to this question, given or on its way."""
        answer = self._answers.get(question)
        return None if answer is None or answer.failed else answer

    def settle(self) -> list[ModelAsked]:
        """What nobody has paid yet, once nothing of it is on its way any more."""
        unpaid = [answer for answer in self._answers.values() if not answer.paid]
        for answer in unpaid:
            answer.paid = True
        return [
            replace(asked, outcome=spending.LATE if answer.taken else spending.THROWN_AWAY)
            for answer in unpaid
            for asked in answer.asked
        ]


@dataclass(eq=False)
class _Answer:
    form: "asyncio.Future[Any]"
    texts: Mapping[str, str] | None = None
    seen: Seen | None = None
    asked: "list[ModelAsked] | tuple[()]" = ()
    taken: bool = False
    paid: bool = False

    @property
    def failed(self) -> bool:
        return self.form.done() and (self.form.cancelled() or self.form.exception() is not None)

    def tell(self, texts: Mapping[str, str]) -> None:
        self.texts = texts
        if self.seen is not None:
            self.seen(texts)

    async def follow(self, seen: Seen | None, seconds: float) -> Any:
        """Raises EngineTimeout past so many seconds from now, and what the early question raised."""
        self.taken, self.seen = True, seen
        if seen is not None and self.texts is not None:
            seen(self.texts)
        try:
            async with asyncio.timeout(seconds):
                return await asyncio.shield(self.form)
        except TimeoutError:
            raise EngineTimeout("model", f"the server did not answer within {seconds:g} s", retryable=True) from None
        finally:
            self.seen = None


_ahead: ContextVar[Foresight | None] = ContextVar("ahead", default=None)
_behind: ContextVar[Foresight | None] = ContextVar("behind", default=None)


@contextmanager
def looking_ahead(foresight: Foresight) -> Iterator[None]:
    """What is asked in here is kept for who asks the same."""
    token = _ahead.set(foresight)
    try:
        yield
    finally:
        _ahead.reset(token)


@contextmanager
def looking_back(foresight: Foresight | None) -> Iterator[None]:
    """Who asks in here takes what was asked early."""
    token = _behind.set(foresight)
    try:
        yield
    finally:
        _behind.reset(token)


class ForesightModel:
    """A `LanguageModel` that answers early questions once."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        return self._model.name

    async def write(self, prompt: Prompt) -> str:
        return await self._model.write(prompt)

    async def fill(self, prompt: Prompt, form: type[Form], *, seen: Seen | None = None) -> Form:
        ahead, behind = _ahead.get(), _behind.get()
        if ahead is not None:
            return await self._fill_early(ahead.begin(question_of(prompt, form)), prompt, form)
        answer = None if behind is None else behind.find(question_of(prompt, form))
        filled: Form | None = None if answer is None else await self._taken(answer, prompt, seen)
        return filled or await self._model.fill(prompt, form, seen=seen)

    async def _taken(self, answer: _Answer, prompt: Prompt, seen: Seen | None) -> Any:
        """None where the early question failed: this one has a try of its own. Raises EngineTimeout."""
        try:
            filled = await answer.follow(seen, prompt.seconds)
        except EngineTimeout:
            with telling_failures():
                raise
        except EngineError:
            return None
        answer.paid = True
        for asked in answer.asked:
            spending.note(asked)
        return filled

    async def _fill_early(self, answer: _Answer, prompt: Prompt, form: type[Form]) -> Form:
        patient = replace(prompt, seconds=prompt.seconds + _EARLY_SECONDS)
        try:
            with spending.noted() as asked:
                answer.asked = asked
                filled = await self._model.fill(patient, form, seen=answer.tell)
        except EngineError as error:
            answer.form.set_exception(error)
            answer.form.exception()  # whether anybody asks for it or not
            raise
        except asyncio.CancelledError:
            answer.form.cancel()
            raise
        answer.form.set_result(filled)
        return filled


def plain(text: str) -> str:
    """A text as far as it matters: folded, without hesitations."""
    return " ".join(word for word in fold(text).split() if word not in _HESITATIONS)


def question_of(prompt: Prompt, form: type[Form]) -> Question:
    """What is asked, as far as it matters."""
    material = (f"{block.label}: {plain(block.text)}" for block in prompt.material)
    return (prompt.name, form.__name__, prompt.language, prompt.instructions, *material)
