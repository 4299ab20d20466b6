"""Does a card come when it can be read, and never too often? `python -m evals.coach attention`.

Scripted calls of `scripted.py`: two that chat, are put on hold and snoozed, and two in which the client gives cause for
a card with every sentence and hardly ever stops. What a card waits for where nobody speaks is measured on a real clock.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence

import yaml

from evals.coach.cards import LINES
from evals.coach.scripted import Played, Script, dense, play, written
from evals.figure import Figure, quantile
from kitt_rtc.calls.attention import Attention
from kitt_rtc.calls.call import Call
from kitt_rtc.calls.floor import Floor
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import CallStarted, Entry, InsightGiven, InsightWithheld, UtteranceHeard
from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.model.speech import Role, Speaker, Stretch, Utterance
from kitt_rtc.pipeline.adviser import Adviser, Proposal
from kitt_rtc.pipeline.attention import AttentionOptions, Budget
from kitt_rtc.pipeline.deduper import Deduper
from kitt_rtc.pipeline.small_talk import is_small_talk
from tests.fakes.steps import EchoPlaybook

OPTIONS = AttentionOptions()
_LATE_SECONDS = 0.15
"""What a voice has begun before the floor can know of it."""


async def figures(quick: bool = False) -> Sequence[Figure]:
    """Of all calls; `quick`: shorter ones."""
    scripts = [*written(), *_dense(24 if quick else 80)]
    played = await asyncio.to_thread(lambda: [play(script, OPTIONS) for script in scripts])
    unheeded = [] if quick else await asyncio.to_thread(lambda: [play(script, None) for script in scripts])
    return (*_of(scripts, played), *_without(unheeded), *_business(), *await _added_delay(20 if quick else 200))


def _dense(most: int) -> list[Script]:
    lines = yaml.safe_load(LINES.read_text("utf-8"))
    return [dense(language, lines, most) for language in ("fr", "en")]


def _of(scripts: Sequence[Script], played: Sequence[Played]) -> Sequence[Figure]:
    shown = [given for call in played for given in _given(call.entries)]
    calm = [given for given in shown if not given.fact.insight.urgent]
    outside = [given for call in played for given in _given(call.entries) if not _within(given.at, call.speech)]
    note = f"{len(shown)} cards of {len(scripts)} scripted calls, {_hours(played) * 60:.0f} minutes"
    return (
        Figure("attention: most cards in a minute", _most_in_a_minute(played), "cards", OPTIONS.per_minute, note=note),
        Figure("attention: most cards in a call", max(map(_count, played)), "cards", OPTIONS.per_call, note=note),
        Figure(
            "attention: cards outside the client's speech",
            100 * len(outside) / max(1, len(calm)),
            "%",
            95.0,
            at_least=True,
            note=note,
        ),
        Figure("attention: cards after their life", sum(map(_stale, played)), "cards", 0, note=note),
        Figure("attention: cards on hold", sum(_count_in(call, call.quiet) for call in played), "cards", 0, note=note),
        Figure(
            "attention: cards while snoozed",
            sum(_count_in(call, call.snoozed) for call in played),
            "cards",
            0,
            note=note,
        ),
        Figure("attention: cards on small talk", sum(map(_small, played)), "cards", 0, note="the two that chat"),
        Figure(
            "attention: withheld, with the reason",
            sum(len(_withheld(call)) for call in played),
            "cards",
            note=_rules(played),
        ),
    )


def _without(played: Sequence[Played]) -> Sequence[Figure]:
    """The same calls with every card shown at once: what there was to do."""
    shown = [(call, given) for call in played for given in _given(call.entries)]
    if not shown:
        return ()
    outside = 100 * sum(not _within(given.at, call.speech) for call, given in shown) / len(shown)
    note = f"{len(shown)} cards, for comparison"
    return (
        Figure("without attention: most cards in a minute", _most_in_a_minute(played), "cards", note=note),
        Figure("without attention: cards outside the client's speech", outside, "%", note=note),
    )


def _business() -> Sequence[Figure]:
    """Is business ever taken for small talk? On the cards' own held lines, none of which is."""
    client = Speaker("CLIENT", Role.CUSTOMER)
    rows = [row for row in yaml.safe_load(LINES.read_text("utf-8")) if row["topic"] and row["held_out"]]
    lines = [Utterance("utt", client, row["say"], row["language"], 0.0, 3.0) for row in rows]
    taken = sum(is_small_talk(Conversation(utterances=(line,))) for line in lines)
    return (
        Figure(
            "attention: business taken for small talk",
            100 * taken / len(lines),
            "%",
            2.0,
            note=f"{len(lines)} held lines",
        ),
    )


async def _added_delay(times: int) -> Sequence[Figure]:
    """From the proposal to the card, where nobody speaks and nothing else is on the screen."""
    waits = []
    for number in range(times):
        call = Call(f"delay_{number}", {})
        call.record(CallStarted(call.id, "coaching", "en", 0.0))
        attention = Attention(call, Adviser(EchoPlaybook(), Deduper()), Floor(), Budget(OPTIONS))
        running = asyncio.create_task(attention.run())
        await asyncio.sleep(0)
        began = time.perf_counter()
        attention.offer(Proposal(Insight("i", InsightType.COACHING, "Ask why."), 0.0, (), call.clock()))
        async for entry in call.journal.follow(after=1):
            if isinstance(entry.fact, InsightGiven):
                break
        waits.append(1000 * (time.perf_counter() - began))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    note = f"{times} cards, real clock"
    return (
        Figure("attention: added where nobody speaks, p50", quantile(waits, 0.5), "ms", 5.0, note=note),
        Figure("attention: added where nobody speaks, p95", quantile(waits, 0.95), "ms", note=note),
    )


def _given(entries: Iterable[Entry]) -> list[Entry]:
    return [entry for entry in entries if isinstance(entry.fact, InsightGiven)]


def _withheld(call: Played) -> list[InsightWithheld]:
    return [entry.fact for entry in call.entries if isinstance(entry.fact, InsightWithheld)]


def _rules(played: Iterable[Played]) -> str:
    rules = [withheld.verdict.rule for call in played for withheld in _withheld(call)]
    return ", ".join(f"{rules.count(rule)} {rule}" for rule in sorted(set(rules)))


def _count(call: Played) -> int:
    return len(_given(call.entries))


def _hours(played: Iterable[Played]) -> float:
    return sum(call.entries[-1].at for call in played) / 3600


def _most_in_a_minute(played: Iterable[Played]) -> int:
    times = [[given.at for given in _given(call.entries)] for call in played]
    return max(sum(at <= other <= at + 60.0 for other in ats) for ats in times for at in ats)


def _within(at: float, stretches: Iterable[Stretch]) -> bool:
    return any(stretch.start + _LATE_SECONDS < at < stretch.end for stretch in stretches)


def _count_in(call: Played, stretches: Sequence[Stretch]) -> int:
    return sum(_within(given.at, stretches) for given in _given(call.entries))


def _stale(call: Played) -> int:
    said = [entry.fact.utterance for entry in call.entries if isinstance(entry.fact, UtteranceHeard)]
    ends = {utterance.id: utterance.end for utterance in said}
    lives = [
        (
            given.at,
            max((ends[cause] for cause in given.fact.insight.because), default=given.at) + given.fact.insight.lives,
        )
        for given in _given(call.entries)
    ]
    return sum(at > until for at, until in lives)


def _small(call: Played) -> int:
    return sum(bool(call.small.intersection(given.fact.insight.because)) for given in _given(call.entries))
