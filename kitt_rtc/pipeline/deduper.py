"""Has this been said already? One memory of advice for tips, questions and answers (contract T03, T04, N2).

Against what was shown in the last sixty seconds: equal words first, then the topic, then the meaning by vectors. Only
between the two cuts is the model asked; when it or the embedder is away, words decide, and the reason says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import AfterValidator, BaseModel

from kitt_rtc.model.conversation import Conversation, GivenInsight
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.insight import Insight, Verdict
from kitt_rtc.model.words import clip, fold, subject_words
from kitt_rtc.ports import Embedder, LanguageModel, Vector
from kitt_rtc.prompts.library import Library
from kitt_rtc.prompts.prompt import Material

_SECONDS = 1.5
_LIKENESS_WEIGHT = 0.6
"""Of the cosine, beside the shared words."""
_MOST_TWINS = 12
"""So many earlier insights are compared by meaning, the newest."""


@dataclass(frozen=True, slots=True)
class DeduperOptions:
    window: float = 60.0
    """Seconds in which an idea is not repeated: at 59 it is withheld, at 61 allowed."""
    same_from: float = 0.80
    """Cosine from which two insights mean the same."""
    new_below: float = 0.45
    """Cosine below which they do not; between the two the model is asked."""
    shared_words: float = 0.6
    """Of the shorter one's subject words, the part that must be shared where words alone decide."""
    weighed: float = 0.56
    """What likeness and shared words must reach together where neither the model nor words alone decide."""


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
    ) -> None:
        """Without an embedder words decide; `library` is a house's own sentences, ours by default."""
        self._embedder = embedder
        self._library = library or Library()
        self._model = model
        self._options = options

    async def judge(self, insight: Insight, conversation: Conversation, now: float) -> Verdict:
        """May it be shown? Always with a reason in the call's language, and with the twin where there is one."""
        say = _Sayer(self._library, conversation.language, self._options.window, now)
        shown = [given for given in conversation.given if now - given.at < self._options.window]
        twins = list(reversed(shown))[:_MOST_TWINS]
        if not twins:
            return Verdict(False, say.new("duplicate.first"))
        for twin in twins:
            if fold(twin.insight.content) == fold(insight.content):
                return say.twin("duplicate.text", twin)
            if insight.topic and twin.insight.topic == insight.topic:
                return say.twin("duplicate.topic", twin, topic=insight.topic)
        rivals = [twin for twin in twins if not _distinct_by_design(insight, twin.insight)]
        if not rivals:
            return Verdict(False, say.new("new.topic"))
        return await self._by_meaning(insight, rivals, say)

    async def _by_meaning(self, insight: Insight, rivals: Sequence[GivenInsight], say: "_Sayer") -> Verdict:
        if self._embedder is None:
            return self._by_words(insight, rivals, say)
        try:
            mine, *theirs = await self._embedder.embed([_body(insight), *(_body(rival.insight) for rival in rivals)])
        except EngineError as error:
            return self._by_words(insight, rivals, say, absent=error.engine)
        twin, likeness = max(
            ((rival, _cosine(mine, vector)) for rival, vector in zip(rivals, theirs, strict=True)),
            key=lambda pair: pair[1],
        )
        if likeness >= self._options.same_from:
            return say.twin("duplicate.meaning", twin, likeness=_percent(likeness))
        if likeness < self._options.new_below:
            return Verdict(False, say.new("new.meaning", likeness=_percent(likeness)))
        return await self._by_model(insight, twin, likeness, say)

    async def _by_model(self, insight: Insight, twin: GivenInsight, likeness: float, say: "_Sayer") -> Verdict:
        if self._model is None:
            return self._by_both(insight, twin, likeness, say)
        material = [Material("First", _body(twin.insight)), Material("Second", _body(insight))]
        prompt = self._library.prompt("duplicate", say.language, material, seconds=_SECONDS)
        try:
            form = await self._model.fill(prompt, SameForm)
        except EngineError as error:
            return self._by_both(insight, twin, likeness, say, absent=error.engine)
        if form.same:
            return say.twin("duplicate.model", twin, reason=form.reason)
        return Verdict(False, say.new("new.model", reason=form.reason))

    def _by_both(
        self, insight: Insight, twin: GivenInsight, likeness: float, say: "_Sayer", *, absent: str = ""
    ) -> Verdict:
        """In the grey band without the model: by likeness and shared words together."""
        weighed = _LIKENESS_WEIGHT * likeness + (1 - _LIKENESS_WEIGHT) * _shared(insight, twin.insight)
        if weighed >= self._options.weighed:
            return say.twin("duplicate.both", twin, absent, likeness=_percent(weighed))
        return Verdict(False, say.new("new.both", absent, likeness=_percent(weighed)))

    def _by_words(
        self, insight: Insight, rivals: Sequence[GivenInsight], say: "_Sayer", *, absent: str = ""
    ) -> Verdict:
        """By shared subject words alone; `absent` names the engine that should have compared the meaning."""
        twin, shared = max(((rival, _shared(insight, rival.insight)) for rival in rivals), key=lambda pair: pair[1])
        if shared >= self._options.shared_words:
            return say.twin("duplicate.words", twin, absent, likeness=_percent(shared))
        return Verdict(False, say.new("new.words", absent, likeness=_percent(shared)))


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
        return Verdict(True, reason + self._note(absent), twin.insight.id)

    def new(self, key: str, absent: str = "", **blanks: object) -> str:
        """The reason why it is none."""
        return self.library.phrase(key, self.language, window=f"{self.window:g}", **blanks) + self._note(absent)

    def _note(self, absent: str) -> str:
        return f" {self.library.phrase('judged.rules', self.language, engine=absent)}" if absent else ""


def _distinct_by_design(one: Insight, other: Insight) -> bool:
    """Two different cards, questions or articles of ours: whoever wrote them meant two ideas."""
    both_ours = one.written_by == other.written_by == "rules"
    return both_ours and bool(one.topic) and bool(other.topic) and one.topic != other.topic


def _body(insight: Insight) -> str:
    return f"{insight.title}. {insight.content}" if insight.title else insight.content


def _cosine(one: Vector, other: Vector) -> float:
    """Of vectors of unit length."""
    return float(sum(left * right for left, right in zip(one, other, strict=True)))


def _shared(one: Insight, other: Insight) -> float:
    """The part of the shorter one's subject words that the other has too."""
    mine, theirs = subject_words(one.content), subject_words(other.content)
    shorter = min(len(mine), len(theirs))
    return len(mine & theirs) / shorter if shorter else 0.0


def _percent(part: float) -> str:
    return f"{100 * part:.0f} %"
