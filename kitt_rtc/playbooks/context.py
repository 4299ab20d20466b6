"""What a sales call is about: phase, findings, promises, names, sums, dates, competitors and tone, with their words.

By cards, signs and cues, and by meaning where words tell nothing, of what is pending alone; better with a model,
which is believed only where its quotes are found in the call. When the model fails the rules stand.
"""

import logging
from collections.abc import Callable, Iterable, Sequence

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.facts import ContextRead
from kitt_rtc.model.speech import Role
from kitt_rtc.model.words import fold, sentences
from kitt_rtc.playbooks.acquaintance import customer
from kitt_rtc.playbooks.answers import answered_in
from kitt_rtc.playbooks.cards import Cards, Match
from kitt_rtc.playbooks.commitments import as_told, commitments_in
from kitt_rtc.playbooks.competitors import competitors_in
from kitt_rtc.playbooks.cues import Cues
from kitt_rtc.playbooks.dates import dates_in
from kitt_rtc.playbooks.entities import amounts_in, entities_in, names_in, together
from kitt_rtc.playbooks.findings import newest
from kitt_rtc.playbooks.likenesses import NOTHING_ALIKE, Alike, Likenesses
from kitt_rtc.playbooks.phase import Phases
from kitt_rtc.playbooks.sale_form import SaleForm, believed
from kitt_rtc.playbooks.signs import Signs
from kitt_rtc.playbooks.tone import tone_of
from kitt_rtc.playbooks.transcript import as_material, heard
from kitt_rtc.ports import LanguageModel
from kitt_rtc.prompts.library import Library
from kitt_rtc.prompts.prompt import Prompt

log = logging.getLogger(__name__)

_SECONDS = 3.0
"""A reading that takes longer is of no use to a live call."""


class SaleReader:
    """Takes in what is pending. Keeps nothing."""

    def __init__(
        self,
        cards: Cards,
        signs: Signs,
        library: Library,
        model: LanguageModel | None = None,
        *,
        cues: Cues | None = None,
        likenesses: Likenesses | None = None,
    ) -> None:
        """`cues` are a house's own; ours by default. Without `likenesses` words alone tell a mood and an answer."""
        self._cards = cards
        self._phases = Phases(signs, library)
        self._library = library
        self._model = model
        self._cues = cues or Cues.load()
        self._likenesses = likenesses

    def glance(self, conversation: Conversation) -> ContextRead | None:
        """The context after `conversation.pending`, by words alone; None when nothing is pending."""
        return self._by_rules(conversation) if conversation.pending else None

    async def read(self, conversation: Conversation) -> ContextRead | None:
        """The same, by words and by meaning; better where there is a model."""
        if not conversation.pending:
            return None
        by_rules = self._by_rules(conversation, await self._alike(conversation))
        if self._model is None:
            return by_rules
        try:
            form = await self._model.fill(self._prompt(conversation), SaleForm)
        except EngineError as error:
            log.warning("context read by rules", extra={"call": conversation.call_id, "code": error.code})
            return by_rules
        return believed(conversation, form, by_rules, self._library)

    async def _alike(self, conversation: Conversation) -> Alike:
        if self._likenesses is None:
            return NOTHING_ALIKE
        return await self._likenesses.of([one for said in conversation.pending for one in sentences(said.text)])

    def _by_rules(self, conversation: Conversation, alike: Alike = NOTHING_ALIKE) -> ContextRead:
        language, pending = conversation.language, conversation.pending
        matches = self._cards.matches(pending, language)
        phase, reason = self._phases.of(conversation, matches)
        pains = self._findings(matches, "pain", language)
        raised = [match for match in matches if _is(match, "objection")]
        objections = newest(conversation.objections, self._findings(matches, "objection", language))
        lines, texts = self._cues.lines(conversation), [utterance.text for utterance in pending]
        promises = (as_told(*made, self._library, language) for made in commitments_in(lines, self._cues))
        return ContextRead(
            utterance_ids=tuple(utterance.id for utterance in pending),
            phase=phase,
            pain_points=newest(conversation.pain_points, pains),
            objections=objections,
            entities=together(conversation.entities, _each(entities_in, texts)),
            issue=pains[-1] if pains else conversation.issue,
            sufficient=conversation.sufficient or any(one.speaker.role is Role.CUSTOMER for one in pending),
            reason=reason,
            answered=answered_in(
                conversation,
                lines,
                objections,
                self._cues,
                raised=raised,
                topics=self._topics(language),
                alike=alike,
            ),
            commitments=newest(conversation.commitments, promises, once_a_label=False),
            names=together(conversation.names, _each(names_in, texts)),
            amounts=together(conversation.amounts, _each(amounts_in, texts)),
            dates=together(conversation.dates, _each(dates_in, texts)),
            competitors=together(conversation.competitors, competitors_in(conversation, lines, self._cues)),
            tone=tone_of(conversation, lines, self._cues, Role.CUSTOMER, alike),
            ticks=self._cards.checklist.ticks(conversation),
        )

    def _findings(self, matches: Iterable[Match], kind: str, language: str) -> list[str]:
        return [
            self._library.phrase("finding", language, label=match.card.title, quote=match.quote)
            for match in matches
            if _is(match, kind)
        ]

    def _topics(self, language: str) -> dict[str, str]:
        """By an objection's label: what it is about."""
        cards = self._cards.cards(language)
        return {fold(card.title): card.topic.partition(".")[2] for card in cards if card.kind == "objection"}

    def _prompt(self, conversation: Conversation) -> Prompt:
        material = [*customer(conversation.profile), as_material(heard(conversation))]
        return self._library.prompt("context_coaching", conversation.language, material, seconds=_SECONDS)


def _is(match: Match, kind: str) -> bool:
    """A client's pain or objection; what a rep says of it is not one."""
    return match.card.kind == kind and match.utterance.speaker.role is Role.CUSTOMER


def _each(find: Callable[[str], Sequence[str]], texts: Iterable[str]) -> Iterable[str]:
    return (found for text in texts for found in find(text))
