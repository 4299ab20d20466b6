"""How the advice of a replayed call compares with its golden insights: hits, misses, false alarms, time to card."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kitt_rtc.model.facts import Entry, InsightGiven, InsightWithheld, UtteranceHeard
from kitt_rtc.model.insight import Insight
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.replay.golden import Golden, GoldenCall

_LATE_SECONDS = 0.35
"""What a voice has begun, or ended, before the floor can know of it."""
_DUPLICATE_SECONDS = 60.0
"""The same topic twice within this time is a duplicate shown."""


@dataclass(frozen=True, slots=True)
class Marks:
    """Of one call, or of many together."""

    name: str
    seconds: float
    golden: int
    hits: int
    waits: tuple[float, ...]
    """Seconds from the end of the line to its card, for each hit."""
    false_alarms: tuple[str, ...]
    """Titles of cards that nobody asked for."""
    missed: tuple[str, ...]
    """Topics of golden insights for which no card came."""
    lost: int
    """Of those, the ones that were found and withheld."""
    duplicates: int
    inside: int
    """Cards that came while the client spoke, the urgent ones left out."""
    shown: int

    @classmethod
    def together(cls, marks: Sequence["Marks"], name: str) -> "Marks":
        return cls(
            name=name,
            seconds=sum(one.seconds for one in marks),
            golden=sum(one.golden for one in marks),
            hits=sum(one.hits for one in marks),
            waits=tuple(wait for one in marks for wait in one.waits),
            false_alarms=tuple(title for one in marks for title in one.false_alarms),
            missed=tuple(topic for one in marks for topic in one.missed),
            lost=sum(one.lost for one in marks),
            duplicates=sum(one.duplicates for one in marks),
            inside=sum(one.inside for one in marks),
            shown=sum(one.shown for one in marks),
        )

    @property
    def hit_share(self) -> float:
        """0 to 1; 1 where nothing was to be hit."""
        return self.hits / self.golden if self.golden else 1.0

    @property
    def false_alarms_an_hour(self) -> float:
        return 3_600 * len(self.false_alarms) / self.seconds if self.seconds else 0.0


def mark(call: GoldenCall, story: Iterable[Entry]) -> Marks:
    """A golden insight is hit by the first card of its topic within its time; each card hits one at most."""
    entries = list(story)
    given = [(entry.at, entry.fact.insight) for entry in entries if isinstance(entry.fact, InsightGiven)]
    withheld = [(entry.at, entry.fact.insight) for entry in entries if isinstance(entry.fact, InsightWithheld)]
    free, waits, missed = list(given), list[float](), list[Golden]()
    for golden in call.golden:
        hit = next((card for card in free if _fits(card, golden)), None)
        if hit is None:
            missed.append(golden)
        else:
            free.remove(hit)
            waits.append(max(0.0, hit[0] - golden.after))
    speech = [entry.fact.utterance for entry in entries if isinstance(entry.fact, UtteranceHeard)]
    return Marks(
        name=call.name,
        seconds=call.script.seconds,
        golden=len(call.golden),
        hits=len(waits),
        waits=tuple(waits),
        false_alarms=tuple(card[1].title for card in free if not _is_welcome(card, call)),
        missed=tuple(golden.topics[0] for golden in missed),
        lost=sum(any(_fits(card, golden) for card in withheld) for golden in missed),
        duplicates=_duplicates(given),
        inside=sum(_is_inside(at, card, speech) for at, card in given),
        shown=len(given),
    )


def _fits(card: tuple[float, Insight], golden: Golden) -> bool:
    at, insight = card
    return insight.topic in golden.topics and golden.after <= at <= golden.until


def _is_welcome(card: tuple[float, Insight], call: GoldenCall) -> bool:
    """On its list, or another good answer to a line that has been answered."""
    return card[1].topic in call.welcome or any(_fits(card, golden) for golden in call.golden)


def _duplicates(given: Sequence[tuple[float, Insight]]) -> int:
    return sum(
        any(card.topic == other.topic and 0 <= at - earlier < _DUPLICATE_SECONDS for earlier, other in given[:place])
        for place, (at, card) in enumerate(given)
        if card.topic
    )


def _is_inside(at: float, card: Insight, speech: Iterable[Utterance]) -> bool:
    theirs = (said for said in speech if said.speaker.role is Role.CUSTOMER and not said.backchannel)
    return not card.urgent and any(said.start + _LATE_SECONDS < at < said.end for said in theirs)
