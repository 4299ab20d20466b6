"""A language model that cannot be talked to by callers, and whose answers are read before a person reads them.

The law (contract N9): sentences that speak to a machine are left out of what the model is given; one that was just
said leaves the turn to the rules. A form with a text that is not fit to be read, or that is not made of what it has to
be made of (prompts/footing.py), is refused like an engine that fails, so that whoever asked goes on by rules; of a list
only what is unfit is left out, and a text beside the matter is left empty.
"""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from kitt_rtc.model.errors import EngineRefused
from kitt_rtc.ports import Form, LanguageModel, Seen
from kitt_rtc.prompts.checks import fault_of
from kitt_rtc.prompts.footing import baseless, idle
from kitt_rtc.prompts.orders import LEFT_OUT, speaks_to_a_machine, without_orders
from kitt_rtc.prompts.prompt import Material, Prompt

log = logging.getLogger(__name__)

_ENGINE = "model"
_UNREAD = frozenset({"quote", "topic", "phase", "query"})
"""Fields that nobody reads as they are: found again in their source, compared with our lists, or searched for."""
_OWN_WORDS = frozenset({"say", "question", "next_time"})
_INLINE_CHARACTERS = 600
"""More is read in a thread: the event loop is not to wait for it."""
_JUST_SAID = "Just said"


class WaryModel:
    """A `LanguageModel`. Keeps nothing."""

    def __init__(self, model: LanguageModel, *, own_wording: bool = False) -> None:
        """`own_wording`: advice made of the house's ideas may stand in the model's words: the operator trusts it."""
        self._model = model
        self._own_wording = own_wording

    @property
    def name(self) -> str:
        return self._model.name

    async def write(self, prompt: Prompt) -> str:
        """Raises EngineRefused where the text is not fit to be read."""
        asked = await self._cleared(prompt)
        text = await self._model.write(asked)
        if fault := fault_of(text, asked):
            raise _refusal(fault, asked)
        return text

    async def fill(self, prompt: Prompt, form: type[Form], *, seen: Seen | None = None) -> Form:
        """Raises EngineRefused where a text is not fit to be read."""
        asked = await self._cleared(prompt)

        def watched(texts: Mapping[str, str]) -> None:
            if seen is not None and not any(_fault(name, text, asked) for name, text in texts.items()):
                seen({name: "" if idle(name, text, asked) else text for name, text in texts.items()})

        filled = await self._model.fill(asked, form, seen=None if seen is None else watched)
        return filled.model_copy(update=_kept(filled, asked))

    async def _cleared(self, prompt: Prompt) -> Prompt:
        """The same question without what speaks to a machine; raises EngineRefused where that was just said."""
        asked = replace(prompt, own_wording=self._own_wording)
        characters = sum(len(block.text) for block in prompt.material)
        return _without(asked) if characters < _INLINE_CHARACTERS else await asyncio.to_thread(_without, asked)


def _without(prompt: Prompt) -> Prompt:
    if any(_just_ordered(block) for block in prompt.material):
        raise EngineRefused(_ENGINE, "what was just said speaks to a machine: the rules answer it")
    return replace(prompt, material=tuple(replace(one, text=without_orders(one.text)) for one in prompt.material))


def _just_ordered(block: Material) -> bool:
    if block.house or not block.text:
        return False
    newest = block.text if block.label == _JUST_SAID else block.text.rsplit("\n", 1)[-1]
    return speaks_to_a_machine(newest.partition(": ")[2] or newest)


def _kept(form: BaseModel, prompt: Prompt) -> dict[str, Any]:
    """The lists of a form without what is unfit; raises EngineRefused where a text of its own is."""
    kept: dict[str, Any] = {}
    for name in type(form).model_fields:
        value = getattr(form, name)
        if isinstance(value, str):
            if fault := _fault(name, value, prompt):
                raise _refusal(fault, prompt)
            kept[name] = _stays(name, value, prompt)
        if isinstance(value, list):
            kept[name] = [_item(one, prompt) for one in value if not _item_fault(name, one, prompt)]
    return kept


def _item(item: object, prompt: Prompt) -> object:
    """The item of a list, what is idle in it left empty."""
    return item.model_copy(update=_kept(item, prompt)) if isinstance(item, BaseModel) else item


def _item_fault(name: str, item: object, prompt: Prompt) -> str:
    if isinstance(item, str):
        return _fault(name, item, prompt)
    if isinstance(item, BaseModel):
        texts = {field: getattr(item, field) for field in type(item).model_fields}
        faults = (_fault(field, text, prompt) for field, text in texts.items() if isinstance(text, str))
        return next(filter(None, faults), "")
    return ""


def _fault(name: str, text: str, prompt: Prompt) -> str:
    if name in _UNREAD:
        return ""
    if LEFT_OUT in text:
        return "order"
    return fault_of(text, prompt, own_words=name in _OWN_WORDS) or baseless(name, text, prompt)


def _stays(name: str, text: str, prompt: Prompt) -> str:
    """The text, or nothing where it is idle."""
    if name in _UNREAD or not (fault := idle(name, text, prompt)):
        return text
    log.info("a text was left out of an answer", extra={"work": prompt.name, "field": name, "fault": fault})
    return ""


def _refusal(fault: str, prompt: Prompt) -> EngineRefused:
    log.warning("an answer was not fit to be read", extra={"work": prompt.name, "fault": fault})
    return EngineRefused(_ENGINE, f"the answer was not fit to be read: {fault}")
