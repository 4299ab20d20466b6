"""The coaching playbook: one tip for the moment, by cards; written for the call by a model where there is one."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.facts import ContextRead
from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.addressee import addressing
from kitt_rtc.playbooks.cards import Cards, Match
from kitt_rtc.playbooks.context import SaleReader
from kitt_rtc.playbooks.identity import insight_id
from kitt_rtc.playbooks.likenesses import Likenesses
from kitt_rtc.playbooks.meanings import Meanings
from kitt_rtc.playbooks.signs import Signs
from kitt_rtc.playbooks.tip import TipWriter, tip_text
from kitt_rtc.ports import LanguageModel, Manner
from kitt_rtc.prompts.library import Library

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
"""The deadline of a tip that only the model can write: older, it speaks of what is no longer talked about."""
_CARD_SECONDS = 2.0
"""Where a card has an answer the model only words it better: past this the card stands. It is not shown before and
changed then, for a card must not change under the eyes of who reads it; and two seconds is as long as a person who was
just objected to takes to begin to speak."""


class CoachingPlaybook:
    """Coaches the sale. Never spoken: the client would hear it."""

    def __init__(
        self,
        cards: Cards,
        library: Library,
        model: LanguageModel | None = None,
        *,
        signs: Signs | None = None,
        meanings: Meanings | None = None,
        likenesses: Likenesses | None = None,
    ) -> None:
        """`signs` are a desk's own lexicon; ours by default. Without `meanings` words alone call for a card, and
        without `likenesses` they alone tell a mood and an answer.
        """
        self._cards = cards
        self._meanings = meanings
        self._library = library
        self._writer = None if model is None else TipWriter(library, model)
        self._reader = SaleReader(cards, signs or Signs.load(), library, model, likenesses=likenesses)

    @property
    def name(self) -> str:
        return "coaching"

    @property
    def manners(self) -> Mapping[Role, Manner]:
        return MANNERS

    def glance(self, conversation: Conversation) -> ContextRead | None:
        """Where a model reads: a tip needs no more than the phase, and must not wait for the whole form."""
        return None if self._writer is None else self._reader.glance(addressing(conversation, Role.REP))

    async def read(self, conversation: Conversation) -> ContextRead | None:
        return await self._reader.read(addressing(conversation, Role.REP))

    async def advise(self, conversation: Conversation) -> Insight | None:
        """The one tip for the moment. Raises EngineError when the model fails and no card has an answer."""
        if not conversation.fresh:
            return None
        conversation = addressing(conversation, Role.REP)
        matches = self._ranked(conversation, await self._matches(conversation))
        by_card = self._by_card(conversation, matches[0]) if matches else None
        if self._writer is None:
            return by_card
        seconds = _SECONDS if by_card is None else _CARD_SECONDS
        cards = [match.card for match in matches]
        try:
            opinion = await self._writer.write(
                conversation, cards, self._cards.cards(conversation.language), seconds=seconds
            )
        except EngineError as error:
            if by_card is None:
                raise
            log.warning("tip taken from the cards", extra={"call": conversation.call_id, "code": error.code})
            return by_card
        tip = opinion.tip and replace(opinion.tip, playbook_version=self._cards.version)
        return None if opinion.silence else tip or by_card

    async def _matches(self, conversation: Conversation) -> list[Match]:
        """By words that are meant; by meaning only where no words call for a card of this phase."""
        by_words = self._in_phase(conversation, self._cards.matches(conversation.fresh, conversation.language))
        if self._meanings is None:
            return by_words
        if by_words and (meant := await self._meanings.meant(by_words, conversation.language)):
            return meant
        by_meaning = await self._meanings.matches(conversation.fresh, conversation.language)
        return self._in_phase(conversation, by_meaning)

    def _in_phase(self, conversation: Conversation, matches: Sequence[Match]) -> list[Match]:
        return [match for match in matches if not match.card.phases or conversation.phase in match.card.phases]

    def _ranked(self, conversation: Conversation, matches: Sequence[Match]) -> list[Match]:
        """Topics not just given first; of those a client's objection first; then by priority, newest first."""
        now = max(said.end for said in conversation.fresh)
        recent = {given.insight.topic for given in conversation.given if now - given.at < JUST_GIVEN_SECONDS}
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
        content = tip_text(
            self._library,
            conversation.language,
            say=match.card.say,
            avoid=match.card.avoid,
            proof=match.card.evidence,
        )
        who = self._library.phrase(f"role.{match.utterance.speaker.role}", conversation.language)
        reason = self._library.phrase(
            "coach.likeness" if match.like else "coach.reason",
            conversation.language,
            who=who,
            quote=match.quote,
            like=match.like,
        )
        return Insight(
            id=insight_id(conversation, match.card.topic, content),
            type=InsightType.COACHING,
            content=content,
            title=match.card.title,
            topic=match.card.topic,
            reason=reason,
            quote=match.quote,
            because=(match.utterance.id,),
            priority=match.card.priority,
            urgent=match.card.urgent,
            lives=float(match.card.lives),
            playbook_version=self._cards.version,
        )
