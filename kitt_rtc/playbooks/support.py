"""The support playbook: ask the technician, or answer. Only the technician's words drive it (contract T21).

After two questions in a row the best answer so far is given, or it is said once that no article is known: a person on a
ladder does not want a third. What is told later is searched all the same.

In a dialogue it is alone with the technician: everything is said aloud, and where it cannot help a person is wanted.
Words of danger come before everything: a person is wanted at once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import AnswerTraced, ContextRead, GapFound
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.model.words import word_count
from kitt_rtc.playbooks import sufficiency
from kitt_rtc.playbooks.addressee import addressing
from kitt_rtc.playbooks.aftermath import Aftermath
from kitt_rtc.playbooks.answerer import Answerer, AnswererOptions
from kitt_rtc.playbooks.clarifier import Clarifier
from kitt_rtc.playbooks.clues import ClueReader, with_replies
from kitt_rtc.playbooks.dialogue import Dialogue
from kitt_rtc.playbooks.faults import FaultReader
from kitt_rtc.playbooks.looking import Looked
from kitt_rtc.playbooks.matter import Listener, Matter
from kitt_rtc.playbooks.queries import QueryWriter
from kitt_rtc.playbooks.signs import Signs
from kitt_rtc.playbooks.states import States
from kitt_rtc.playbooks.told import Told
from kitt_rtc.ports import Advice, KnowledgeBase, LanguageModel, Manner
from kitt_rtc.prompts.library import Library

MANNERS: Mapping[Role, Manner] = MappingProxyType(
    {
        Role.TECHNICIAN: Manner(min_seconds=0.5, rank=0, drives_advice=True),
        Role.SUPPORT_AGENT: Manner(min_seconds=1.0, rank=1, drives_advice=False),
    }
)

MOST_QUESTIONS = 2
"""In a row."""


@dataclass(frozen=True, slots=True)
class SupportOptions:
    min_score: float = 0.36
    """Answers whose passage scores less, 0 to 1, are not given."""
    speak: bool = False
    """Say questions and answers to the technician aloud."""
    dialogue: bool = False
    """The same while nobody else is there to help; and have a person fetched where that does not help."""


class SupportPlaybook:
    """Enough known: an answer with its source, or silence. Else one question."""

    def __init__(
        self,
        knowledge: KnowledgeBase,
        library: Library,
        model: LanguageModel | None = None,
        options: SupportOptions = SupportOptions(),
        signs: Signs | None = None,
        *,
        states: States | None = None,
    ) -> None:
        """`signs` and `states` are a desk's own lexicon; ours by default."""
        known, told = signs or Signs.load(), states or States.load()
        self._options = options
        self._listener = Listener(known)
        self._reader = FaultReader(self._listener, ClueReader(known, told), library, model)
        self._dialogue = Dialogue(self._listener)
        self._aftermath = Aftermath(self._listener)
        self._clarifier = Clarifier(known, told, library, model)
        self._answerer = Answerer(
            knowledge,
            self._listener,
            QueryWriter(known, told),
            library,
            model,
            options=AnswererOptions(min_score=options.min_score),
        )

    @property
    def name(self) -> str:
        return "support"

    @property
    def manners(self) -> Mapping[Role, Manner]:
        return MANNERS

    def glance(self, conversation: Conversation) -> None:
        """Whether to ask or to answer hangs on all that is understood."""

    async def read(self, conversation: Conversation) -> ContextRead | None:
        return await self._reader.read(addressing(conversation, Role.TECHNICIAN))

    async def advise(self, conversation: Conversation) -> Advice:
        """A question or an answer about the technician's fresh words, in the technician's language.

        Nothing when they bring nothing new.
        """
        conversation = addressing(conversation, Role.TECHNICIAN)
        if danger := self._aftermath.danger(conversation):
            return Advice(danger)
        if not self._options.dialogue or not self._dialogue.is_alone(conversation):
            return await self._advice(conversation, spoken=self._options.speak)
        if asked_for := self._dialogue.asked_for(conversation):
            return Advice(asked_for)
        advice = await self._advice(conversation, spoken=True)
        return replace(advice, say=self._dialogue.instead_of(conversation, advice.say))

    async def _advice(self, conversation: Conversation, *, spoken: bool) -> Advice:
        matter = with_replies(self._listener.matter(conversation), conversation)
        fresh = [said for said in conversation.fresh if said.id in matter.ids]
        settled = self._aftermath.settled(conversation, matter)
        failed = self._aftermath.failed(conversation, matter, settled)
        after = [fact for fact in (settled, failed) if fact is not None]
        if not fresh:
            return Advice(None, after)
        advice = await self._about(conversation, matter, fresh, spoken=spoken)
        return replace(advice, beside=(*after, *advice.beside))

    async def _about(
        self, conversation: Conversation, matter: Matter, fresh: Sequence[Utterance], *, spoken: bool
    ) -> Advice:
        """A question, an answer, or silence; with the trace of how it was found."""
        told = Told.of(conversation, matter)
        insists = any(self._listener.insists(said) for said in fresh)
        if told.answers and not insists and not self._brings_news(fresh, matter):
            return Advice(None)
        described, fails = self._described(conversation, matter)
        may_ask = told.questions_in_a_row < (MOST_QUESTIONS if described else 1) and not told.gave_up
        if may_ask and not conversation.sufficient:
            looked = await self._answerer.candidates(conversation, matter)
            understood = self._understood(matter, looked)
            question = await self._clarifier.ask(
                conversation, matter, spoken=spoken, candidates=looked.passages, understood=understood
            )
            if question:
                return Advice(question, [self._answerer.asked(matter, looked, question)] if looked.queries else ())
        answered = await self._answerer.answer(conversation, matter, told, spoken=spoken)
        beside: list[AnswerTraced | GapFound] = [answered.trace]
        if answered.insight or not described or (told.answers and not insists):
            return Advice(answered.insight, beside)
        question = await self._clarifier.ask(conversation, matter, spoken=spoken) if may_ask else None
        if question is None and fails and (gap := self._aftermath.gap(conversation, matter, answered.trace)):
            beside.append(gap)
        if question or told.gave_up or not fails:
            return Advice(question, beside)
        return Advice(self._clarifier.give_up(conversation, matter, spoken=spoken), beside)

    def _understood(self, matter: Matter, looked: Looked) -> bool:
        """Does an article fit what was told in more than a few words? A device's name alone finds one too."""
        words = sum(word_count(said.text) for said in matter.utterances)
        return words > sufficiency.FEW and bool(looked.reaching(self._options.min_score))

    def _described(self, conversation: Conversation, matter: Matter) -> tuple[bool, bool]:
        """Is it told what it is about or what goes wrong; and is it sure that something goes wrong?"""
        device, symptom = (self._clarifier.knows(slot, conversation, matter) for slot in ("device", "symptom"))
        fails = bool(conversation.issue) or (symptom and bool(conversation.entities))
        return fails or device or symptom, fails

    def _brings_news(self, fresh: Sequence[Utterance], matter: Matter) -> bool:
        """Something fails that was not told before, or something is named that was not named before."""
        if self._listener.complaint(fresh):
            return True
        newest = {said.id for said in fresh}
        before = self._listener.devices(said for said in matter.utterances if said.id not in newest)
        return bool(set(self._listener.devices(fresh)) - set(before))
