"""What is asked of language models for a call, told to the purse of that call; an empty one asks nothing more.

The model itself notes each question for whoever opened the purse around it, as it notes its failures (`setbacks.py`):
playbooks and the memory of advice need not know that they cost anything.
"""

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace

from kitt_rtc.model.errors import BudgetSpent, EngineError, EngineTimeout
from kitt_rtc.model.facts import ModelAsked
from kitt_rtc.ports import Usage

USED, UNUSED, THROWN_AWAY, LATE, FAILED = "used", "unused", "thrown_away", "late", "failed"
"""Words of `ModelAsked.outcome`."""
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Prices:
    """Per million tokens, in whatever currency; 0: not known."""

    tokens_in: float = 0.0
    tokens_out: float = 0.0

    def of(self, usage: Usage) -> float:
        return (usage.tokens_in * self.tokens_in + usage.tokens_out * self.tokens_out) / _MILLION


@dataclass(frozen=True, slots=True)
class Purse:
    """Who pays."""

    note: Callable[[ModelAsked], None]
    empty: Callable[[], bool] = lambda: False


_purse: ContextVar[Purse | None] = ContextVar("purse", default=None)
_usages: ContextVar[list[Usage] | None] = ContextVar("usages", default=None)


@contextmanager
def paid_by(purse: Purse) -> Iterator[None]:
    """What is asked in here is paid by this one, unless one is opened further in."""
    token = _purse.set(purse)
    try:
        yield
    finally:
        _purse.reset(token)


@contextmanager
def holding_back() -> Iterator[list[ModelAsked]]:
    """What is asked in here is told when it is over, as it then stands in the list: what it was good for is known."""
    held: list[ModelAsked] = []
    try:
        with noted() as held:
            yield held
    finally:
        for asked in held:
            note(asked)


@contextmanager
def noted() -> Iterator[list[ModelAsked]]:
    """What is asked in here is left to whoever opened it to pay; what must not be asked is not."""
    outer, held = _purse.get(), list[ModelAsked]()
    with paid_by(replace(outer, note=held.append) if outer else Purse(held.append)):
        yield held


def note(asked: ModelAsked) -> None:
    """A question that was answered elsewhere is paid here."""
    purse = _purse.get()
    if purse is not None:
        purse.note(asked)


def note_usage(usage: Usage) -> None:
    """What one answer cost: told by the engine, within `asking`."""
    usages = _usages.get()
    if usages is not None:
        usages.append(usage)


def unused(held: list[ModelAsked]) -> None:
    """Nothing came of what was asked."""
    for place in range(len(held)):
        if held[place].outcome == USED:
            held[place] = replace(held[place], outcome=UNUSED)


@contextmanager
def asking(work: str, model: str, prices: Prices) -> Iterator[None]:
    """One question, with every try of it. Raises BudgetSpent before anything is asked."""
    purse = _purse.get()
    if purse is not None and purse.empty():
        raise BudgetSpent
    began, usages, outcome = time.monotonic(), list[Usage](), USED
    token = _usages.set(usages)
    try:
        yield
    except (EngineError, asyncio.CancelledError) as error:
        outcome = _why(error)
        raise
    finally:
        _usages.reset(token)
        if usages or outcome != FAILED:  # a server that is away costs nothing, and is told as trouble
            took = round(time.monotonic() - began, 3)
            note(_summed(usages, prices, ModelAsked(work, model, 0, 0, 0.0, outcome, took)))


def _why(error: BaseException) -> str:
    if isinstance(error, asyncio.CancelledError):
        return THROWN_AWAY
    return LATE if isinstance(error, EngineTimeout) else FAILED


def _summed(usages: Sequence[Usage], prices: Prices, asked: ModelAsked) -> ModelAsked:
    return replace(
        asked,
        tokens_in=sum(usage.tokens_in for usage in usages),
        tokens_out=sum(usage.tokens_out for usage in usages),
        cost=round(sum(prices.of(usage) for usage in usages), 6),
        estimated=any(usage.estimated for usage in usages),
    )
