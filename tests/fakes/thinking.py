"""A model that fills forms from a script, a knowledge base in memory, an embedder by table, and a talk over them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from pydantic import BaseModel

from kitt_rtc.model.audio import Clock
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.facts import (
    CallStarted,
    ContextRead,
    Entry,
    Fact,
    InsightGiven,
    InsightWithheld,
    LanguageSwitched,
    UtteranceHeard,
)
from kitt_rtc.model.findings import Dropped, Findings
from kitt_rtc.model.insight import Insight, Passage
from kitt_rtc.model.query import Query
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.model.words import subject_words
from kitt_rtc.pipeline.adviser import Adviser, Proposal
from kitt_rtc.pipeline.deduper import Deduper
from kitt_rtc.ports import Form, Playbook, Seen, Vector
from kitt_rtc.prompts.prompt import Prompt


@dataclass
class ScriptedModel:
    """Fills each form with the next answer of its name; where the script has none, it is away."""

    script: Mapping[str, list[Any]] = field(default_factory=dict)
    name: str = "scripted-model"
    asked: list[Prompt] = field(default_factory=list)

    async def write(self, prompt: Prompt) -> str:
        return str(self._next("write", prompt))

    async def fill(self, prompt: Prompt, form: type[Form], *, seen: Seen | None = None) -> Form:
        return form.model_validate(self._next(form.__name__, prompt))

    def _next(self, name: str, prompt: Prompt) -> Any:
        self.asked.append(prompt)
        answers = self.script.get(name, [])
        if not answers:
            raise EngineUnavailable("model", "the model is away", retryable=True)
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer.model_dump() if isinstance(answer, BaseModel) else answer


@dataclass
class SmallKnowledge:
    """Finds passages that share subject words with the query; a passage's own score wins where it has one."""

    passages: Sequence[Passage] = ()
    failure: Exception | None = None
    queries: list[str] = field(default_factory=list)

    async def search(self, query: Query, *, limit: int) -> Findings:
        self.queries.append(query.text)
        if self.failure is not None:
            raise self.failure
        wanted = subject_words(query.text)
        found = [(passage, len(wanted & subject_words(f"{passage.title} {passage.text}"))) for passage in self.passages]
        scored = [
            replace(passage, score=passage.score or shared / max(1, len(wanted))) for passage, shared in found if shared
        ]
        best = sorted(scored, key=lambda passage: -passage.score)
        return Findings(tuple(best[:limit]), tuple(Dropped(passage, "limit") for passage in best[limit:]))

    async def replace(self, source: str, passages: Sequence[Passage]) -> None:
        kept = [passage for passage in self.passages if passage.source != source]
        self.passages = (*kept, *passages)

    async def count(self) -> int:
        return len(self.passages)


@dataclass
class AlikeEmbedder:
    """Any two texts lie at the same cosine, 0 to 1."""

    likeness: float = 0.0
    size: int = 64
    failure: Exception | None = None

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Each text has an axis of its own, beside one that all share."""
        if self.failure is not None:
            raise self.failure
        common, own = self.likeness**0.5, (1.0 - self.likeness) ** 0.5
        return [
            (common, *(own * (place == axis) for axis in range(1, self.size))) for place in range(1, len(texts) + 1)
        ]


def speaker(role: Role) -> Speaker:
    return Speaker(id=role.value.upper(), role=role)


def says(role: Role, text: str, *, at: float = 0.0, language: str = "en", id: str = "") -> Utterance:
    """An utterance of three seconds that ends a second after `at`."""
    return Utterance(id or f"u{at:g}", speaker(role), text, language, max(0.0, at - 2.0), at + 1.0)


def heard(*utterances: Utterance, language: str = "en", playbook: str = "coaching", read: bool = False) -> Conversation:
    """A conversation in which these utterances are pending; `read` makes them fresh instead."""
    facts: list[Fact] = [CallStarted("call-1", playbook, language, 0.0)]
    facts += [UtteranceHeard(utterance, 0.1) for utterance in utterances]
    if read:
        facts.append(ContextRead(tuple(utterance.id for utterance in utterances), "discovery"))
    return Conversation.of(Entry(seq, 0.0, fact) for seq, fact in enumerate(facts, start=1))


async def whole_turn(adviser: Adviser, conversation: Conversation, clock: Clock) -> Sequence[Fact]:
    """A turn of advice whose proposal is judged at once, as where nobody speaks."""
    offered: list[Proposal] = []
    facts = await adviser.consider(conversation, clock, offered.append)
    for seq, fact in enumerate(facts):
        conversation = conversation.after(Entry(seq, clock(), fact))
    return (*facts, *[await adviser.judge(proposal, conversation, clock) for proposal in offered])


@dataclass
class Talk:
    """A call as text: each line is heard, then the adviser has its turn, as the conductor gives it."""

    playbook: Playbook
    language: str = "en"
    deduper: Deduper = field(default_factory=Deduper)
    conversation: Conversation = field(default_factory=Conversation)
    utterances: list[Utterance] = field(default_factory=list)
    now: float = 0.0
    _seq: Any = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self._record(CallStarted("talk", self.playbook.name, self.language, 0.0))

    async def say(self, role: Role, text: str, *, after: float = 5.0) -> Sequence[Fact]:
        """`after` seconds later somebody says this; the facts of the adviser's turn, recorded."""
        self.now += after
        utterance = says(role, text, at=self.now, language=self.language, id=f"u{len(self.utterances) + 1}")
        self.utterances.append(utterance)
        self._record(UtteranceHeard(utterance, 0.1))
        manner = self.playbook.manners.get(role)
        if manner is None or not manner.drives_advice:
            return ()
        facts = await whole_turn(Adviser(self.playbook, self.deduper), self.conversation, lambda: self.now)
        for fact in facts:
            self._record(fact)
        return facts

    async def card(self, role: Role, text: str, *, after: float = 5.0) -> Insight | None:
        """The insight given for this line, or None."""
        facts = await self.say(role, text, after=after)
        return next((fact.insight for fact in facts if isinstance(fact, InsightGiven)), None)

    def goes_on_in(self, language: str, role: Role) -> None:
        """Whoever has this role has been found to speak another language; what is said from now on is in it."""
        speaker_id = says(role, "").speaker.id
        self._record(LanguageSwitched(speaker_id, language, self.language, "repeated"))
        self.language = language

    @property
    def given(self) -> list[Insight]:
        return [given.insight for given in self.conversation.given]

    @property
    def withheld(self) -> list[InsightWithheld]:
        return [InsightWithheld(one.insight, one.verdict, 0.0) for one in self.conversation.withheld]

    def _record(self, fact: Fact) -> None:
        self.conversation = self.conversation.after(Entry(next(self._seq), self.now, fact))


RECORDINGS = Passage(
    id="recordings#1",
    title="Camera Recordings Not Visible - Subscription Active",
    source="recordings",
    language="en",
    version="1.2",
    score=0.626,
    text=(
        "Symptoms\nLive view works but the timeline is empty: no recordings are visible.\n"
        "Steps\n1. Open Account, then Subscriptions, and assign the camera to the plan.\n"
        "2. Open the camera's settings, then Recording, and set the schedule to Always.\n"
        "3. Restart the camera from the settings and wait two minutes before you look at the timeline again, and then "
        "sign out of the app and in again so that everything is loaded anew.\n"
    ),
)
"""An English article, with the score of contract row T24."""
