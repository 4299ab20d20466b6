"""The coaching playbook: one tip for the moment, by cards; written for the call by a model where there is one."""

import logging
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from pydantic import BaseModel

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.facts import ContextRead
from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.addressee import addressing
from kitt_rtc.playbooks.cards import Card, Cards, Match
from kitt_rtc.playbooks.context import SaleReader
from kitt_rtc.playbooks.fields import Label, Line, Quote
from kitt_rtc.playbooks.identity import insight_id
from kitt_rtc.playbooks.signs import Signs
from kitt_rtc.playbooks.transcript import as_material, find_quote, heard
from kitt_rtc.ports import LanguageModel, Manner
from kitt_rtc.prompts.leak import leaks
from kitt_rtc.prompts.library import Library
from kitt_rtc.prompts.prompt import Material, Prompt

log = logging.getLogger(__name__)

MANNERS: Mapping[Role, Manner] = MappingProxyType(
    {
        Role.CUSTOMER: Manner(min_seconds=0.5, rank=0, drives_advice=True),
        Role.REP: Manner(min_seconds=0.5, rank=1, drives_advice=True),
    }
)
JUST_GIVEN_SECONDS = 60.0
"""A topic of a tip this young gives way to any other."""
_SECONDS = 4.0
_SAID_BEFORE = 5


class TipForm(BaseModel):
    """A tip, or that there is none worth the rep's attention."""

    speak: bool
    topic: Label = ""
    """The intent: "objection.price"."""
    title: Label = ""
    say: Line = ""
    avoid: Label = ""
    reason: Line = ""
    quote: Quote = ""
    """The words of the call that call for it, copied."""


class CoachingPlaybook:
    """Coaches the sale. Never spoken: the client would hear it."""

    def __init__(
        self, cards: Cards, library: Library, model: LanguageModel | None = None, signs: Signs | None = None
    ) -> None:
        """`signs` are a desk's own lexicon; ours by default."""
        self._cards = cards
        self._library = library
        self._model = model
        self._reader = SaleReader(cards, signs or Signs.load(), library, model)

    @property
    def name(self) -> str:
        return "coaching"

    @property
    def manners(self) -> Mapping[Role, Manner]:
        return MANNERS

    async def read(self, conversation: Conversation) -> ContextRead | None:
        return await self._reader.read(addressing(conversation, Role.REP))

    async def advise(self, conversation: Conversation) -> Insight | None:
        """The one tip for the moment. Raises EngineError when the model fails and no card has an answer."""
        if not conversation.fresh:
            return None
        conversation = addressing(conversation, Role.REP)
        matches = self._ranked(conversation)
        by_card = self._by_card(conversation, matches[0]) if matches else None
        if self._model is None:
            return by_card
        prompt = self._prompt(conversation, matches)
        try:
            form = await self._model.fill(prompt, TipForm)
        except EngineError as error:
            if by_card is None:
                raise
            log.warning("tip taken from the cards", extra={"call": conversation.call_id, "code": error.code})
            return by_card
        if not form.speak:
            return None
        return self._by_form(conversation, form, prompt, self._model.name) or by_card

    def _ranked(self, conversation: Conversation) -> list[Match]:
        """Topics not just given first; of those a client's objection first; then by priority, newest first."""
        now = max(said.end for said in conversation.fresh)
        recent = {given.insight.topic for given in conversation.given if now - given.at < JUST_GIVEN_SECONDS}
        matches = self._cards.matches(conversation.fresh, conversation.language)
        return sorted(
            matches,
            key=lambda match: (
                match.card.topic in recent,
                match.card.kind != "objection",
                -match.card.priority,
                -match.utterance.start,
            ),
        )

    def _by_card(self, conversation: Conversation, match: Match) -> Insight:
        content = self._content(match.card.say, match.card.avoid, match.card.proof, conversation.language)
        who = self._library.phrase(f"role.{match.utterance.speaker.role}", conversation.language)
        reason = self._library.phrase("coach.reason", conversation.language, who=who, quote=match.quote)
        return Insight(
            id=insight_id(conversation, match.card.topic, content),
            type=InsightType.COACHING,
            content=content,
            title=match.card.title,
            topic=match.card.topic,
            reason=reason,
            quote=match.quote,
            because=(match.utterance.id,),
        )

    def _by_form(self, conversation: Conversation, form: TipForm, prompt: Prompt, model: str) -> Insight | None:
        """The model's tip if its quote is found in the call and it tells nothing of its instructions."""
        proof = find_quote(form.quote, heard(conversation))
        if proof is None or not form.say or leaks(f"{form.title} {form.say} {form.avoid} {form.reason}", prompt):
            return None
        utterance, quote = proof
        content = self._content(form.say, form.avoid, "", conversation.language)
        return Insight(
            id=insight_id(conversation, form.topic, content),
            type=InsightType.COACHING,
            content=content,
            title=form.title,
            topic=form.topic if form.topic in self._topics(conversation.language) else "",
            reason=form.reason,
            quote=quote,
            because=(utterance.id,),
            written_by=model,
        )

    def _content(self, say: str, avoid: str, proof: str, language: str) -> str:
        """What to say, and under it what to avoid and the proof at hand."""
        lines = [say]
        lines += [self._library.phrase("coach.avoid", language, avoid=avoid)] if avoid else []
        lines += [self._library.phrase("coach.proof", language, proof=proof)] if proof else []
        return "\n".join(lines)

    def _topics(self, language: str) -> frozenset[str]:
        return frozenset(card.topic for card in self._cards.cards(language))

    def _prompt(self, conversation: Conversation, matches: Sequence[Match]) -> Prompt:
        said_before = [given.insight.content for given in conversation.given[-_SAID_BEFORE:]]
        material = [
            as_material(heard(conversation)),
            as_material(conversation.fresh, "Just said"),
            Material("Cards of the house", "\n".join(_line(match.card) for match in matches)),
            Material("Topics", "\n".join(sorted(self._topics(conversation.language)))),
            Material("Tips already given", "\n".join(said_before)),
        ]
        return self._library.prompt("coach", conversation.language, material, seconds=_SECONDS)


def _line(card: Card) -> str:
    return f"{card.topic}: {card.say} ({card.avoid})"
