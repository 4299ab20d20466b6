"""What a sales call is about: phase with its reason, pain points and objections with their quotes, entities.

By cards and signs; better with a model, which is believed only where its quotes are found in the call. When the model
fails the rules stand.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import BaseModel

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.facts import ContextRead
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.model.words import fold
from kitt_rtc.playbooks.cards import Cards, Match
from kitt_rtc.playbooks.entities import entities_in, together
from kitt_rtc.playbooks.fields import Label, Line, Quote
from kitt_rtc.playbooks.signs import Signs
from kitt_rtc.playbooks.transcript import as_material, find_quote, heard
from kitt_rtc.ports import LanguageModel
from kitt_rtc.prompts.library import Library
from kitt_rtc.prompts.prompt import Prompt

log = logging.getLogger(__name__)

MOST_FINDINGS = 12
"""So many pain points or objections are kept; the newest win."""
_SECONDS = 3.0
"""A reading that takes longer is of no use to a live call."""
_SETTLED_AFTER = 6
"""Utterances after which a call without any sign is no longer opening."""


class Finding(BaseModel):
    """Something the customer told, and the words that tell it."""

    label: Label
    quote: Quote


class SaleForm(BaseModel):
    """What a model reads in a sales call."""

    phase: Literal["opening", "discovery", "presentation", "objection", "negotiation", "closing"]
    phase_reason: Line
    pain_points: list[Finding] = []
    objections: list[Finding] = []
    entities: list[Label] = []
    issue: Line = ""


class SaleReader:
    """Takes in what is pending. Keeps nothing."""

    def __init__(self, cards: Cards, signs: Signs, library: Library, model: LanguageModel | None = None) -> None:
        self._cards = cards
        self._signs = signs
        self._library = library
        self._model = model

    async def read(self, conversation: Conversation) -> ContextRead | None:
        """The context after `conversation.pending`; None when nothing is pending."""
        if not conversation.pending:
            return None
        by_rules = self._by_rules(conversation)
        if self._model is None:
            return by_rules
        try:
            form = await self._model.fill(self._prompt(conversation), SaleForm)
        except EngineError as error:
            log.warning("context read by rules", extra={"call": conversation.call_id, "code": error.code})
            return by_rules
        return self._by_form(conversation, form, by_rules)

    def _by_rules(self, conversation: Conversation) -> ContextRead:
        language = conversation.language
        matches = self._cards.matches(conversation.pending, language)
        phase, reason = self._phase(conversation, matches)
        pains = [self._finding(match.card.title, match.quote, language) for match in matches if _is(match, "pain")]
        objections = [
            self._finding(match.card.title, match.quote, language) for match in matches if _is(match, "objection")
        ]
        named = (entity for utterance in conversation.pending for entity in entities_in(utterance.text))
        return ContextRead(
            utterance_ids=tuple(utterance.id for utterance in conversation.pending),
            phase=phase,
            pain_points=_newest(conversation.pain_points, pains),
            objections=_newest(conversation.objections, objections),
            entities=together(conversation.entities, named),
            issue=pains[-1] if pains else conversation.issue,
            sufficient=bool(conversation.sufficient or any(_client_spoke(conversation.pending))),
            reason=reason,
        )

    def _phase(self, conversation: Conversation, matches: Sequence[Match]) -> tuple[str, str]:
        """The phase that the newest sign tells of; without any, the phase stays as it was."""
        language = conversation.language
        for utterance in reversed(conversation.pending):
            mine = [match for match in matches if match.utterance.id == utterance.id]
            if mine:
                best = max(mine, key=lambda match: match.card.priority)
                return best.card.phase, self._because(best.card.phase, utterance, best.quote, language)
            seen = self._signs.quotes(utterance.text, utterance.language or language, "phase")
            sightings = [one for one in seen if one.sign.id != "opening" or conversation.phase in {"", "opening"}]
            if sightings:
                phase = sightings[-1].sign.id
                return phase, self._because(phase, utterance, sightings[-1].quote, language)
        spoken = len(conversation.utterances)
        if conversation.phase in {"", "opening"} and spoken >= _SETTLED_AFTER:
            return "discovery", self._library.phrase("phase.settled", language)
        if conversation.phase:
            return conversation.phase, conversation.context_reason
        return "opening", self._library.phrase("phase.begun", language)

    def _because(self, phase: str, utterance: Utterance, quote: str, language: str) -> str:
        who = self._library.phrase(f"role.{utterance.speaker.role}", language)
        name = self._library.phrase(f"phase.{phase}", language)
        return self._library.phrase("phase.sign", language, phase=name, who=who, quote=quote)

    def _finding(self, label: str, quote: str, language: str) -> str:
        return self._library.phrase("finding", language, label=label, quote=quote)

    def _by_form(self, conversation: Conversation, form: SaleForm, by_rules: ContextRead) -> ContextRead:
        """The model's reading, with every finding that cannot be quoted left out, added to what the rules saw."""
        said = heard(conversation)
        whole = f" {fold(' '.join(utterance.text for utterance in said))} "
        pains = self._proven(form.pain_points, said, conversation.language)
        return ContextRead(
            utterance_ids=by_rules.utterance_ids,
            phase=form.phase,
            pain_points=_newest(by_rules.pain_points, pains),
            objections=_newest(by_rules.objections, self._proven(form.objections, said, conversation.language)),
            entities=together(by_rules.entities, (entity for entity in form.entities if f" {fold(entity)} " in whole)),
            issue=by_rules.issue or (pains[-1] if pains else ""),
            sufficient=by_rules.sufficient,
            reason=form.phase_reason,
        )

    def _proven(self, findings: Iterable[Finding], said: Sequence[Utterance], language: str) -> list[str]:
        found = ((finding.label, find_quote(finding.quote, said, Role.CUSTOMER)) for finding in findings)
        return [self._finding(label, proof[1], language) for label, proof in found if proof]

    def _prompt(self, conversation: Conversation) -> Prompt:
        return self._library.prompt(
            "context_coaching", conversation.language, [as_material(heard(conversation))], seconds=_SECONDS
        )


def _is(match: Match, kind: str) -> bool:
    """A client's pain or objection; what a rep says of it is not one."""
    return match.card.kind == kind and match.utterance.speaker.role is Role.CUSTOMER


def _client_spoke(utterances: Iterable[Utterance]) -> Iterable[bool]:
    return (utterance.speaker.role is Role.CUSTOMER for utterance in utterances)


def _newest(known: Iterable[str], found: Iterable[str]) -> tuple[str, ...]:
    """What was known and what is new: each label once, each quote once, at most `MOST_FINDINGS`."""
    kept: list[tuple[str, str, str]] = []
    for finding in (*known, *found):
        label, _, quote = (fold(part) for part in finding.partition(":"))
        if not any(label == other or quote in said or said in quote for other, said, _ in kept):
            kept.append((label, quote, finding))
    return tuple(finding for _, _, finding in kept[-MOST_FINDINGS:])
