"""The advice of a call that was beside the advice of its replay: the same, new, or gone."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kitt_rtc.model.facts import Entry, InsightGiven
from kitt_rtc.model.insight import Insight
from kitt_rtc.model.words import fold

_NEAR_SECONDS = 30.0
"""The same card this far off in time is the same advice."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A card, and when it was on the page, in seconds since the call began."""

    at: float
    insight: Insight


@dataclass(frozen=True, slots=True)
class Comparison:
    same: tuple[tuple[Shown, Shown], ...]
    """What was, and what it is now."""
    new: tuple[Shown, ...]
    gone: tuple[Shown, ...]

    @classmethod
    def of(cls, was: Iterable[Entry], now: Iterable[Entry]) -> "Comparison":
        before, after = list(shown(was)), list(shown(now))
        same, gone = [], []
        for card in before:
            twin = next((other for other in after if _alike(card, other)), None)
            if twin is None:
                gone.append(card)
            else:
                after.remove(twin)
                same.append((card, twin))
        return cls(tuple(same), tuple(after), tuple(gone))

    @property
    def equal(self) -> bool:
        return not self.new and not self.gone

    def lines(self) -> Sequence[str]:
        """One for each card, in the order of the call."""
        told = [
            *((now.at, "same", now) for _, now in self.same),
            *((card.at, "new", card) for card in self.new),
            *((card.at, "gone", card) for card in self.gone),
        ]
        return [_line(at, word, card.insight) for at, word, card in sorted(told, key=lambda one: one[0])]


def shown(story: Iterable[Entry]) -> Iterator[Shown]:
    """The cards of a story."""
    for entry in story:
        if isinstance(entry.fact, InsightGiven):
            yield Shown(entry.at, entry.fact.insight)


def _alike(one: Shown, other: Shown) -> bool:
    """By topic where both have one, else by the words."""
    if abs(one.at - other.at) > _NEAR_SECONDS:
        return False
    if one.insight.topic and other.insight.topic:
        return one.insight.topic == other.insight.topic
    return fold(one.insight.content) == fold(other.insight.content)


def _line(at: float, word: str, insight: Insight) -> str:
    minutes, seconds = divmod(int(at), 60)
    about = f"{insight.topic or insight.type.value}: {insight.title}"
    return f"{minutes:>3}:{seconds:02d}  {word:<4}  {about} “{insight.quote}”"
