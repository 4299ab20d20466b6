"""The support playbook: ask the technician, or answer. Only the technician's words drive it (contract T21)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import ContextRead
from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.playbooks.answerer import Answerer, AnswererOptions
from kitt_rtc.playbooks.clarifier import Clarifier
from kitt_rtc.playbooks.faults import FaultReader
from kitt_rtc.playbooks.matter import Listener, Matter
from kitt_rtc.playbooks.signs import Signs
from kitt_rtc.ports import KnowledgeBase, LanguageModel, Manner
from kitt_rtc.prompts.library import Library

MANNERS: Mapping[Role, Manner] = MappingProxyType(
    {
        Role.TECHNICIAN: Manner(min_seconds=0.5, rank=0, drives_advice=True),
        Role.SUPPORT_AGENT: Manner(min_seconds=1.0, rank=1, drives_advice=False),
    }
)


@dataclass(frozen=True, slots=True)
class SupportOptions:
    min_score: float = 0.35
    """Answers whose passage scores less, 0 to 1, are not given."""
    speak: bool = False
    """Say questions and answers to the technician aloud."""


class SupportPlaybook:
    """Enough known: an answer with its source, or silence. Else one question."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        library: Library,
        model: LanguageModel | None = None,
        options: SupportOptions = SupportOptions(),
        signs: Signs | None = None,
    ) -> None:
        """`signs` are a desk's own lexicon; ours by default."""
        known = signs or Signs.load()
        self._options = options
        self._listener = Listener(known)
        self._reader = FaultReader(self._listener, library, model)
        self._clarifier = Clarifier(known, library, model)
        self._answerer = Answerer(
            knowledge, self._listener, library, model, AnswererOptions(min_score=options.min_score)
        )

    @property
    def name(self) -> str:
        return "support"

    @property
    def manners(self) -> Mapping[Role, Manner]:
        return MANNERS

    async def read(self, conversation: Conversation) -> ContextRead | None:
        return await self._reader.read(conversation)

    async def advise(self, conversation: Conversation) -> Insight | None:
        """A question or an answer about the technician's fresh words; None when they bring nothing new."""
        matter = self._listener.matter(conversation)
        fresh = [said for said in conversation.fresh if said.id in matter.ids]
        if not fresh:
            return None
        answered = self._answered(conversation, matter)
        if answered and not self._brings_news(fresh, matter):
            return None
        spoken = self._options.speak
        if not conversation.sufficient:
            question = await self._clarifier.ask(conversation, matter, spoken=spoken)
            return question or await self._answerer.answer(conversation, matter, spoken=spoken)
        answer = await self._answerer.answer(conversation, matter, spoken=spoken)
        if answer is None and answered:
            return await self._clarifier.ask(conversation, matter, spoken=spoken)
        return answer

    def _answered(self, conversation: Conversation, matter: Matter) -> bool:
        return any(
            given.insight.type is InsightType.KNOWLEDGE_BASE and set(given.insight.because) & matter.ids
            for given in conversation.given
        )

    def _brings_news(self, fresh: Sequence[Utterance], matter: Matter) -> bool:
        """Since the answer: it still fails, or something is named that was not named before."""
        if any(self._listener.insists(said) for said in fresh) or self._listener.complaint(fresh):
            return True
        newest = {said.id for said in fresh}
        before = self._listener.devices(said for said in matter.utterances if said.id not in newest)
        return bool(set(self._listener.devices(fresh)) - set(before))
