"""Has this been said already? One memory of advice for tips, questions and answers (contract T03, T04, N2).

Against what was shown in the last sixty seconds: equal words first, then the topic, then the meaning (`sameness.py`).
Only where that is not sure is the model asked; when it is away, what is likelier counts, and the reason says so. Where
nothing tells meanings, the two texts are laid beside each other word by word (`alignment.py`). Longer ago than that
only what is settled counts (`settled.py`).

The law: other words do not make another idea. What does is something of its own on either side: another object, person,
number or day, or a "not".
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import AfterValidator, BaseModel

from kitt_rtc.model.conversation import Conversation, GivenInsight
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.insight import Insight, Verdict
from kitt_rtc.model.words import clip, fold
from kitt_rtc.pipeline import senses
from kitt_rtc.pipeline.alignment import Alignment, align
from kitt_rtc.pipeline.particulars import added, named
from kitt_rtc.pipeline.sameness import sameness, texts_to_place
from kitt_rtc.pipeline.settled import CLIENTS, Settled, TopicOf, new_words, settled
from kitt_rtc.ports import Embedder, LanguageModel, Vector
from kitt_rtc.prompts.library import Library
from kitt_rtc.prompts.prompt import Material

_SECONDS = 1.5
_LIKELY = 0.5
_MOST_TWINS = 12
"""So many earlier insights are looked at, the newest."""
_MOST_COMPARED = 4
"""And so many of these compared word by word, the nearest."""


@dataclass(frozen=True, slots=True)
class DeduperOptions:
    window: float = 60.0
    """Seconds in which an idea is not repeated: at 59 it is withheld, at 61 allowed."""
    same_from: float = 0.80
    """From so likely on they are one idea."""
    new_below: float = 0.20
    """Below they are two; between the two the model is asked."""


class SameForm(BaseModel):
    same: bool
    reason: Annotated[str, AfterValidator(lambda text: clip(text, 160))] = ""


class Deduper:
    """Judges an insight against those shown before. Keeps nothing: the conversation remembers."""

    def __init__(
        self,
        embedder: Embedder | None = None,
        model: LanguageModel | None = None,
        options: DeduperOptions = DeduperOptions(),
        library: Library | None = None,
        topic_of: TopicOf = lambda label: "",
    ) -> None:
        """Reads the sheet of senses, once. Without an embedder words decide.

        `library`: a house's own sentences, ours by default.
        """
        self._embedder = embedder
        self._library = library or Library()
        self._model = model
        self._options = options
        self._topic_of = topic_of
        senses.sheet()

    async def judge(self, insight: Insight, conversation: Conversation, now: float) -> Verdict:
        """May it be shown? Always with a reason in the call's language, and with the twin where there is one."""
        say = _Sayer(self._library, conversation.language, self._options.window, now)
        shown = [given for given in conversation.given if now - given.at < self._options.window]
        recent = shown[: -_MOST_TWINS - 1 : -1]
        if repeated := _repeated(insight, recent, conversation, say):
            return repeated
        done = settled(conversation, self._topic_of)
        told = {id(one): new_words(insight, one, conversation) for one in done}
        closed = [one for one in done if not told[id(one)]]
        if about := next((one for one in closed if one.is_about(insight)), None):
            return say.settled(about)
        past = {one.twin.insight.id: one for one in reversed(closed) if one.twin and one.twin not in recent}
        twins = [*recent, *(one.twin for one in past.values() if one.twin)][:_MOST_TWINS]
        verdict = await self._against(insight, twins, say)
        if verdict.duplicate:
            return say.settled(past[verdict.twin_id]) if verdict.twin_id in past else verdict
        reopened = next((told[id(one)] for one in done if one.is_about(insight)), "")
        return Verdict(False, say.new("new.fact", words=clip(reopened, 160))) if reopened else verdict

    async def _against(self, insight: Insight, twins: Sequence[GivenInsight], say: "_Sayer") -> Verdict:
        """By meaning, for no two have the same words or topic."""
        rivals = [twin for twin in twins if not _distinct_by_design(insight, twin.insight)]
        if not rivals:
            return Verdict(False, say.new("new.topic" if twins else "duplicate.first"))
        if self._embedder is None:
            return self._by_words(insight, rivals, say)
        try:
            near = await self._nearest(self._embedder, insight, rivals)
        except EngineError as error:
            return self._by_words(insight, rivals, say, absent=error.engine)
        if self._options.new_below <= near.sameness < self._options.same_from:
            return await self._by_model(insight, near, say)
        return self._by_meaning(near, say)

    async def _nearest(self, embedder: Embedder, insight: Insight, rivals: Sequence[GivenInsight]) -> "_Near":
        """The one that is most likely the same idea; raises EngineError."""
        mine, *theirs = await embedder.embed([insight.content, *(rival.insight.content for rival in rivals)])
        # In threads: laying pieces of advice beside each other word by word is too much for the loop.
        nearest = await asyncio.to_thread(_nearest, mine, theirs, rivals)
        texts = await asyncio.to_thread(_texts, insight, nearest)
        placed = await embedder.embed(texts)
        return await asyncio.to_thread(_likeliest, insight, nearest, dict(zip(texts, placed, strict=True)))

    async def _by_model(self, insight: Insight, near: "_Near", say: "_Sayer") -> Verdict:
        if self._model is None:
            return self._by_meaning(near, say)
        material = [Material("First", _body(near.twin.insight)), Material("Second", _body(insight))]
        prompt = self._library.prompt("duplicate", say.language, material, seconds=_SECONDS)
        try:
            form = await self._model.fill(prompt, SameForm)
        except EngineError as error:
            return self._by_meaning(near, say, absent=error.engine)
        if form.same:
            return say.twin("duplicate.model", near.twin, reason=form.reason)
        return Verdict(False, say.new("new.model", reason=form.reason))

    def _by_meaning(self, near: "_Near", say: "_Sayer", *, absent: str = "") -> Verdict:
        """What is likelier; `absent` names the engine that should have told where that is not sure."""
        likeness = _percent(near.sameness)
        if near.sameness >= _LIKELY:
            return say.twin("duplicate.meaning", near.twin, absent, likeness=likeness)
        return Verdict(False, say.new("new.meaning", absent, likeness=likeness))

    def _by_words(
        self, insight: Insight, rivals: Sequence[GivenInsight], say: "_Sayer", *, absent: str = ""
    ) -> Verdict:
        """By the words alone; `absent` names the engine that should have compared the meaning."""
        pairs = ((rival, _aligned(insight, rival)) for rival in rivals)
        twin, words = max(pairs, key=lambda pair: (not pair[1].differs(), pair[1].shared))
        likeness = _percent(words.shared)
        if words.same():
            return say.twin("duplicate.words", twin, absent, likeness=likeness)
        return Verdict(False, say.new("new.words", absent, likeness=likeness))


@dataclass(frozen=True, slots=True)
class _Near:
    """An earlier insight, beside the new one."""

    twin: GivenInsight
    sameness: float


@dataclass(frozen=True, slots=True)
class _Sayer:
    """Puts verdicts into words."""

    library: Library
    language: str
    window: float
    now: float

    def twin(self, key: str, twin: GivenInsight, absent: str = "", **blanks: object) -> Verdict:
        """A duplicate; `absent` names an engine that was missed in judging."""
        reason = self.library.phrase(key, self.language, seconds=f"{max(0.0, self.now - twin.at):.0f}", **blanks)
        return Verdict(True, reason + self._note(absent), twin.insight.id, "duplicate")

    def settled(self, about: Settled) -> Verdict:
        """Everything is said on it."""
        seconds, twin_id = f"{max(0.0, self.now - about.at):.0f}", about.twin.insight.id if about.twin else None
        reason = self.library.phrase(f"answered.{about.how}", self.language, seconds=seconds, words=about.words)
        return Verdict(True, reason, twin_id, "answered")

    def new(self, key: str, absent: str = "", **blanks: object) -> str:
        """The reason why it is none."""
        return self.library.phrase(key, self.language, window=f"{self.window:g}", **blanks) + self._note(absent)

    def _note(self, absent: str) -> str:
        return f" {self.library.phrase('judged.rules', self.language, engine=absent)}" if absent else ""


def _nearest(mine: Vector, theirs: Sequence[Vector], rivals: Sequence[GivenInsight]) -> Sequence[GivenInsight]:
    """Those that may be the same at all: the others are farther, and none of their words need be looked at."""
    cosines = np.asarray(theirs) @ np.asarray(mine)
    return [rivals[place] for place in np.argsort(-cosines, kind="stable")[:_MOST_COMPARED]]


def _texts(insight: Insight, rivals: Sequence[GivenInsight]) -> list[str]:
    wanted = [text for rival in rivals for text in texts_to_place(insight.content, rival.insight.content)]
    return list(dict.fromkeys(wanted))


def _likeliest(insight: Insight, rivals: Sequence[GivenInsight], placed: Mapping[str, Vector]) -> _Near:
    vectors = {text: np.asarray(vector) for text, vector in placed.items()}
    found = [_Near(rival, sameness(insight.content, rival.insight.content, vectors)) for rival in rivals]
    return max(found, key=lambda near: near.sameness)


def _repeated(
    insight: Insight, recent: Sequence[GivenInsight], conversation: Conversation, say: _Sayer
) -> Verdict | None:
    """The same words, or the same topic without a new fact."""
    for twin in recent:
        if fold(twin.insight.content) == fold(insight.content):
            return say.twin("duplicate.text", twin)
        if insight.topic and twin.insight.topic == insight.topic and not _brings(insight, twin, conversation):
            return say.twin("duplicate.topic", twin, topic=insight.topic)
    return None


def _brings(insight: Insight, twin: GivenInsight, conversation: Conversation) -> bool:
    """Does it speak of a number, day, month or name that the client told of only after its twin was shown?"""
    said = [line for line in conversation.utterances if line.speaker.role in CLIENTS]
    before = [line.text for line in said if line.start < twin.at]
    since = " ".join(line.text for line in said if line.start >= twin.at)
    told = added(insight.content, [twin.insight.content])
    return bool(told & (added(since, before) | named(told, since) - named(told, " ".join(before))))


def _distinct_by_design(one: Insight, other: Insight) -> bool:
    """Two different cards, questions or articles of ours: whoever wrote them meant two ideas."""
    both_ours = one.written_by == other.written_by == "rules"
    return both_ours and bool(one.topic) and bool(other.topic) and one.topic != other.topic


def _body(insight: Insight) -> str:
    return f"{insight.title}. {insight.content}" if insight.title else insight.content


def _aligned(insight: Insight, rival: GivenInsight) -> Alignment:
    return align(insight.content, rival.insight.content)


def _percent(part: float) -> str:
    return f"{100 * part:.0f} %"
