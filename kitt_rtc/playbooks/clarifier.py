"""One good question: about what is not known yet, was not asked before and was not denied; or an honest "I give up"."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from string import Template

from pydantic import BaseModel

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.insight import Insight, InsightType, Passage
from kitt_rtc.model.speech import Role
from kitt_rtc.model.words import fold, sentences, word_count
from kitt_rtc.playbooks.clues import ASKS_STATE
from kitt_rtc.playbooks.fields import Line
from kitt_rtc.playbooks.identity import insight_id
from kitt_rtc.playbooks.matter import Listener, Matter
from kitt_rtc.playbooks.signs import Sign, Signs
from kitt_rtc.playbooks.splitting import best_split
from kitt_rtc.playbooks.states import States
from kitt_rtc.playbooks.told import UNKNOWN
from kitt_rtc.playbooks.transcript import as_material, heard
from kitt_rtc.ports import LanguageModel
from kitt_rtc.prompts.leak import leaks
from kitt_rtc.prompts.library import Library
from kitt_rtc.prompts.prompt import Material, Prompt

log = logging.getLogger(__name__)

_SECONDS = 3.0
_DEVICE = "device"
_FIRST = frozenset({_DEVICE, "symptom"})
"""Asked before anything else."""
_SIGN = "sign"
_MOST_WORDS = 30
"""A longer question is not understood on the telephone."""


class QuestionForm(BaseModel):
    question: Line


@dataclass(frozen=True, slots=True)
class Question:
    """A question, what it asks for, and who wrote it."""

    text: str
    slot: str
    written_by: str = "rules"


class Clarifier:
    """Asks for the most useful thing that is missing."""

    def __init__(self, signs: Signs, states: States, library: Library, model: LanguageModel | None = None) -> None:
        self._signs = signs
        self._states = states
        self._listener = Listener(signs)
        self._library = library
        self._model = model

    async def ask(
        self,
        conversation: Conversation,
        matter: Matter,
        *,
        spoken: bool,
        candidates: Sequence[Passage] = (),
        understood: bool = False,
    ) -> Insight | None:
        """One question, or None when everything worth asking is known or was asked.

        Which code it is, where one was spoken of; of the `candidates` that a search brought, the one that tells them
        apart; else the most useful general one. `understood`: one of them fits what was told as well as an answer has
        to, so that what is seen or heard is known, in whatever words.
        """
        open_slots = self._open_slots(conversation, matter)
        if understood:
            open_slots = [slot for slot in open_slots if slot.id not in _FIRST]
        hinted = self._hinted(matter, open_slots)
        split = None if hinted else await self._split(conversation, matter, candidates, open_slots)
        if split is None and not open_slots:
            return None
        rules = split or self._by_rules(hinted or open_slots[0], conversation)
        question = await self._by_model(conversation, open_slots, split) or rules
        title = self._library.phrase("clarify.title", conversation.language)
        return _insight(conversation, matter, question, f"clarify.{question.slot}", title, spoken=spoken)

    async def _split(
        self, conversation: Conversation, matter: Matter, candidates: Sequence[Passage], open_slots: Sequence[Sign]
    ) -> Question | None:
        """None while it is not even told what fails: then there is nothing to tell apart."""
        if any(slot.id in _FIRST for slot in open_slots):
            return None
        closed = self._closed(conversation, matter)
        state = await asyncio.to_thread(best_split, candidates, self._states, conversation.language, closed)
        return Question(state.question, f"state.{state.id}") if state else None

    def _hinted(self, matter: Matter, open_slots: Sequence[Sign]) -> Sign | None:
        """A code that was spoken of and not told: which one it is tells articles apart like nothing else."""
        if any(slot.id in _FIRST for slot in open_slots):
            return None
        hinted = any(_SIGN in self._ids("asked", said.text, said.language) for said in matter.utterances)
        return next((slot for slot in open_slots if hinted and slot.id == _SIGN), None)

    def _closed(self, conversation: Conversation, matter: Matter) -> set[str]:
        """The states that were told, denied, or asked about, by us or by the support agent."""
        began = matter.utterances[0].start if matter.utterances else 0.0
        known = {clue.id for clue in conversation.clues if clue.kind == "state"}
        ours = {given.insight.topic.removeprefix(ASKS_STATE) for given in conversation.given}
        agents = {
            told.state.id
            for said in conversation.by(Role.SUPPORT_AGENT)
            if said.start >= began and "?" in said.text
            for told in self._states.told(said.text, said.language)
        }
        return known | ours | agents

    def give_up(self, conversation: Conversation, matter: Matter, *, spoken: bool) -> Insight:
        """No article is known: said once, and with the one question that is left, who shall take it over."""
        text, title = (self._library.phrase(key, conversation.language) for key in (UNKNOWN, "clarify.unknown_title"))
        return _insight(conversation, matter, Question(text, "unknown"), UNKNOWN, title, spoken=spoken)

    def knows(self, slot_id: str, conversation: Conversation, matter: Matter) -> bool:
        """Has the technician told this: the "device", the "symptom" …?"""
        slots = self._signs.of_kind("slot", conversation.language)
        return any(slot.id == slot_id and self._is_known(slot, conversation, matter) for slot in slots)

    def _open_slots(self, conversation: Conversation, matter: Matter) -> list[Sign]:
        """What may still be asked, the most useful first; of whom wants to know how something is done, only of what."""
        asked = self._asked(conversation, matter)
        slots = self._signs.of_kind("slot", conversation.language)
        if self._listener.is_wish(matter.utterances):
            slots = [slot for slot in slots if slot.id == _DEVICE]
        return [slot for slot in slots if slot.id not in asked and not self._is_known(slot, conversation, matter)]

    def _is_known(self, slot: Sign, conversation: Conversation, matter: Matter) -> bool:
        if slot.id == _DEVICE and (conversation.entities or self._listener.devices(matter.utterances)):
            return True
        if slot.id == "symptom" and self._listener.is_precise(matter.utterances):
            return True
        if any(clue.id == f"told.{slot.id}" for clue in conversation.clues):
            return True  # read by a model, with the technician's words for it
        return any(slot.id in self._ids("slot", said.text, said.language) for said in matter.utterances)

    def _asked(self, conversation: Conversation, matter: Matter) -> set[str]:
        """Asked by us about this trouble, or by the support agent since it began."""
        began = matter.utterances[0].start if matter.utterances else 0.0
        ours = [given.insight for given in conversation.given]
        asked = {
            insight.topic.partition(".")[2]
            for insight in ours
            if insight.type is InsightType.CLARIFICATION_QUESTION and (set(insight.because) & matter.ids)
        }
        for utterance in conversation.by(Role.SUPPORT_AGENT):
            if utterance.start >= began:
                for sentence in sentences(utterance.text):
                    asked |= self._ids("asked", sentence, utterance.language)
        return asked

    def _ids(self, kind: str, text: str, language: str) -> set[str]:
        return self._signs.read(text, language).ids(kind)

    def _by_rules(self, slot: Sign, conversation: Conversation) -> Question:
        device = next(iter(conversation.entities), "") or self._library.phrase("clarify.device", conversation.language)
        return Question(Template(slot.label).substitute(device=device), slot.id)

    async def _by_model(
        self, conversation: Conversation, open_slots: list[Sign], split: Question | None
    ) -> Question | None:
        """The model's question if it is one, is short, and asks for something open; None otherwise."""
        if self._model is None:
            return None
        prompt = self._prompt(conversation, open_slots, split)
        try:
            text = (await self._model.fill(prompt, QuestionForm)).question
        except EngineError as error:
            log.warning("question written by rules", extra={"call": conversation.call_id, "code": error.code})
            return None
        about = self._ids("asked", text, conversation.language)
        still_open = [slot.id for slot in open_slots if slot.id in about]
        asked = {fold(given.insight.content) for given in conversation.given}
        if not text.endswith("?") or word_count(text) > _MOST_WORDS or fold(text) in asked or leaks(text, prompt):
            return None
        if split and any(told.state.id in split.slot for told in self._states.told(text, conversation.language)):
            return Question(text, split.slot, self._model.name)
        if about and not still_open:
            return None
        return Question(text, still_open[0] if still_open else "other", self._model.name)

    def _prompt(self, conversation: Conversation, open_slots: list[Sign], split: Question | None) -> Prompt:
        """The question that tells the articles apart comes first."""
        worth = [split.text] if split else []
        questions = "\n".join([*worth, *(slot.label.replace("$device", "…") for slot in open_slots)])
        asked = [given.insight.content for given in conversation.given][-5:]
        material = [
            as_material(heard(conversation)),
            Material("Open questions", questions, house=True),
            Material("Already asked", "\n".join(asked), told=True),
        ]
        return self._library.prompt("clarify", conversation.language, material, seconds=_SECONDS)


def _insight(
    conversation: Conversation, matter: Matter, question: Question, topic: str, title: str, *, spoken: bool
) -> Insight:
    return Insight(
        id=insight_id(conversation, topic, question.text),
        type=InsightType.CLARIFICATION_QUESTION,
        content=question.text,
        title=title,
        topic=topic,
        reason=conversation.context_reason,
        quote=matter.utterances[-1].text if matter.utterances else "",
        because=tuple(utterance.id for utterance in matter.utterances),
        written_by=question.written_by,
        spoken=spoken,
    )
