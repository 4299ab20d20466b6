"""The way from the end of a sentence to the card on a screen, put together from what each room measured (N7).

The law: all of it on the call's clock; stages have no gaps, do not overlap, and none is negative. What was not said
live has no way: an upload is as old as it likes.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from kitt_rtc.journal import Journal
from kitt_rtc.model.facts import Entry, Fact, InsightGiven, InsightPainted, UtteranceHeard
from kitt_rtc.model.insight import Insight
from kitt_rtc.model.ledger import BEHIND_THE_CARD, Stage, measured, total
from kitt_rtc.model.speech import Segment

_MOST_UNCERTAIN = 0.25
"""Seconds by which a page's clock may be off: one that cannot say better has nothing to tell."""
_LATEST = 60.0
"""Seconds after which a card that comes to a screen was not on its way, but somebody was away."""
_MOST_PAGES = 8
"""Pages that tell when they showed a card: as many as a call has legs."""


def timed(fact: Fact, segment: Segment, granted: float, written: float) -> Fact:
    """Words with their way: when an engine had a place for them, and when they were there, by the call's clock."""
    if not isinstance(fact, UtteranceHeard) or segment.closed_at is None:
        return fact
    marks = ("pause", segment.closed_at), ("queue", granted), ("words", written)
    return replace(fact, stages=measured(fact.utterance.end, *marks))


def completed(fact: Fact, journal: Journal) -> Fact:
    """A card that is about to be told, its way begun at the sentence that led to it; any other fact as it is.

    The adviser measured from its waking on. What lies between the words and that is "news".
    """
    if not isinstance(fact, InsightGiven) or any(stage.name == "news" for stage in fact.stages):
        return fact
    cause = _cause(fact.insight, journal.entries())
    if cause is None:
        return replace(fact, stages=())
    heard, heard_at = cause
    woke = journal.now - total(fact.stages)
    return replace(fact, stages=(*heard, *measured(heard_at, ("news", woke)), *map(_rounded, fact.stages)))


def painted(
    journal: Journal, insight_id: str, *, arrived: float, at: float, uncertainty: float, by: str
) -> InsightPainted | None:
    """A page says when a card had arrived, and when it was on the screen, by the call's clock as it knows it.

    None for what cannot be: a card that nobody gave, or that this page has told of already, before it was given, or in
    the future; and for a card that no live sentence led to.
    """
    if not 0.0 <= uncertainty <= _MOST_UNCERTAIN or arrived > at or at > journal.now + uncertainty:
        return None
    found = _given(insight_id, journal.entries())
    if found is None or not found[0].stages or not _is_news(insight_id, by, journal.entries()):
        return None
    given, entry = found
    if not entry.at - uncertainty <= at <= entry.at + _LATEST:
        return None
    kept = journal.kept_at(entry.seq) or entry.at
    marks = ("kept", kept), ("sent", arrived), ("painted", min(at, journal.now))
    return InsightPainted(insight_id, (*given.stages, *measured(entry.at, *marks)), round(uncertainty, 4), by)


def first_painted(entries: Iterable[Entry]) -> Mapping[str, Sequence[Stage]]:
    """By insight id: the whole way, to the first screen that showed it."""
    ways: dict[str, Sequence[Stage]] = {}
    for entry in entries:
        if isinstance(entry.fact, InsightPainted):
            ways.setdefault(entry.fact.insight_id, entry.fact.stages)
    return ways


def lengths(entries: Iterable[Entry]) -> Mapping[str, Sequence[float]]:
    """What each stage took, in seconds, in the order they are gone through; "to_card" and "to_screen" are the sums."""
    known = list(entries)
    ways = [entry.fact.stages for entry in known if isinstance(entry.fact, InsightGiven) and entry.fact.stages]
    shown = list(first_painted(known).values())
    behind = [[stage for stage in stages if stage.name in BEHIND_THE_CARD] for stages in shown]
    found: dict[str, list[float]] = {}
    for stage in (*chain.from_iterable(ways), *chain.from_iterable(behind)):
        found.setdefault(stage.name, []).append(stage.seconds)
    sums = {"to_card": [total(stages) for stages in ways], "to_screen": [total(stages) for stages in shown]}
    return found | {name: whole for name, whole in sums.items() if whole}


def _cause(insight: Insight, entries: Iterable[Entry]) -> tuple[tuple[Stage, ...], float] | None:
    """How the latest of the sentences that led to it came here, and when it was here."""
    because = set(insight.because)
    heard = [
        (entry.fact, entry.at)
        for entry in entries
        if isinstance(entry.fact, UtteranceHeard) and entry.fact.utterance.id in because
    ]
    if not heard:
        return None
    latest, at = max(heard, key=lambda known: known[0].utterance.end)
    return (latest.stages, at) if latest.stages else None


def _given(insight_id: str, entries: Iterable[Entry]) -> tuple[InsightGiven, Entry] | None:
    for entry in entries:
        if isinstance(entry.fact, InsightGiven) and entry.fact.insight.id == insight_id:
            return entry.fact, entry
    return None


def _is_news(insight_id: str, by: str, entries: Iterable[Entry]) -> bool:
    told = [
        entry.fact.by
        for entry in entries
        if isinstance(entry.fact, InsightPainted) and entry.fact.insight_id == insight_id
    ]
    return by not in told and len(told) < _MOST_PAGES


def _rounded(stage: Stage) -> Stage:
    return replace(stage, seconds=round(max(0.0, stage.seconds), 4))
