"""Without a model: is what the context tells there, and only that, and at what cost? `python -m evals.coach.context`.

Runs on the labelled lines and short talks beside this file, offline. Every line is a call of its own and is asked for
everything; what was missed is shown for the tune part only. Sarcasm is out of scope, and no line has any.
"""

import argparse
import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import yaml

from evals.figure import Figure, quantile, table
from kitt_rtc.engines.sentences import SentenceEncoder, SentenceOptions
from kitt_rtc.model.conversation import CONTEXT_MESSAGES, Conversation
from kitt_rtc.model.facts import CallStarted, ContextRead, Entry, UtteranceHeard
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.model.words import fold
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.context import SaleReader
from kitt_rtc.playbooks.likenesses import Likenesses
from kitt_rtc.playbooks.signs import Signs
from kitt_rtc.prompts.library import Library

LINES = Path(__file__).with_name("context_lines.yaml")
TUNE = Path(__file__).with_name("context_tune.yaml")
FRESH = Path(__file__).with_name("context_fresh.yaml")
"""A second held part: the first was seen as totals while rules were written."""
PROBE = Path(__file__).with_name("context_probe.yaml")
"""A third, of mood and urgency alone: written before anything was read by meaning."""
TALKS = Path(__file__).with_name("context_talks.yaml")
FRESH_TALKS = Path(__file__).with_name("context_talks_fresh.yaml")
"""Written before replies were read by meaning; with a larger part to tune on."""
SPEAKERS = {"client": Speaker("CLIENT", Role.CUSTOMER), "rep": Speaker("REP", Role.REP)}
RIGHT, FALSE, MILLISECONDS = 85.0, 5.0, 5.0
"""Targets: of what is there, so much is found; of lines without it, so few are said to have it; one reading."""


@dataclass(frozen=True, slots=True)
class Line:
    part: str
    language: str
    say: str
    who: str = "client"
    commitment: bool = False
    dates: Sequence[str] = ()
    amounts: Sequence[str] = ()
    competitors: Sequence[str] = ()
    mood: str = "calm"
    urgency: str = "none"


@dataclass(frozen=True, slots=True)
class Talk:
    part: str
    language: str
    answered: bool
    talk: Sequence[str]
    """Each begins with c or r, for client and rep."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line or talk, asked for one thing."""

    part: str
    say: str
    wanted: str
    """Empty: nothing is there."""
    found: str

    @property
    def right(self) -> bool:
        return self.wanted == self.found


class Listening:
    """A call that goes on, read after every line."""

    def __init__(self, reader: SaleReader, language: str) -> None:
        self._reader = reader
        self.conversation = Conversation().after(Entry(1, 0.0, CallStarted("eval", "coaching", language, 0.0)))
        self.seconds: list[float] = []
        """Time that each reading took of the loop's own thread."""
        self.waited: list[float] = []
        """The same by the clock on the wall, which others at work here lengthen."""

    async def hear(self, who: str, say: str, language: str) -> None:
        at = float(self.conversation.total_segments)
        utterance = Utterance(f"u{at:g}", SPEAKERS[who], say, language, at, at + 0.9)
        heard = self.conversation.after(Entry(2, at, UtteranceHeard(utterance, 0.1)))
        began, looked = time.thread_time(), time.perf_counter()
        read = await self._reader.read(heard)
        self.seconds.append(time.thread_time() - began)
        self.waited.append(time.perf_counter() - looked)
        self.conversation = heard.after(Entry(3, at, read)) if isinstance(read, ContextRead) else heard


async def figures(quick: bool = False) -> Sequence[Figure]:
    """Of the held parts; `quick`: of every fifth line."""
    reader, step = await reader_by_meaning(inline()), 5 if quick else 1
    lines = [line for line in lines_of(LINES) if line.part == "held"][::step]
    talks = [talk for talk in talks_of(TALKS) if talk.part == "held"][:: min(step, 2)]
    outcomes = await outcomes_of(reader, lines, talks)
    fresh_talks = [talk for talk in talks_of(FRESH_TALKS) if talk.part == "fresh"][:: min(step, 2)]
    fresh = await outcomes_of(reader, lines_of(FRESH)[::step], fresh_talks)
    probe = await outcomes_of(reader, lines_of(PROBE)[::step], ())
    costs = await costs_of(lines_of(LINES), 100 if quick else 400)
    measured = [
        *((what, outcomes[what]) for what in outcomes),
        *((f"{what} (fresh)", fresh[what]) for what in fresh),
        *((f"{what} (probe)", probe[what]) for what in ("mood", "urgency")),
    ]
    return [*(figure for what, told in measured for figure in _figures(what, told)), *costs]


async def reader_by_meaning(encoder: SentenceEncoder) -> SaleReader:
    """As in the house, its examples learnt. Raises EngineError."""
    likenesses = Likenesses.load(encoder)
    await likenesses.learn()
    return SaleReader(Cards.load(), Signs.load(), Library(), likenesses=likenesses)


def inline() -> SentenceEncoder:
    return SentenceEncoder(SentenceOptions(inline=True))


async def outcomes_of(reader: SaleReader, lines: Iterable[Line], talks: Iterable[Talk]) -> dict[str, list[Outcome]]:
    """By what was asked for."""
    outcomes: dict[str, list[Outcome]] = {}
    for line in lines:
        call = Listening(reader, line.language)
        await call.hear(line.who, line.say, line.language)
        for what, wanted, found in _asked(line, call.conversation):
            outcomes.setdefault(what, []).append(Outcome(line.part, line.say, wanted, found))
    for talk in talks:
        call = Listening(reader, talk.language)
        for spoken in talk.talk:
            await call.hear("client" if spoken.startswith("c ") else "rep", spoken[2:], talk.language)
        known = call.conversation
        found = "answered" if known.answered else "open" if known.objections else "not raised"
        wanted = "answered" if talk.answered else ""
        shown = found if talk.answered or found == "answered" else ""
        outcomes.setdefault("answered objections", []).append(Outcome(talk.part, " / ".join(talk.talk), wanted, shown))
    return outcomes


def _asked(line: Line, known: Conversation) -> Iterable[tuple[str, str, str]]:
    """What is asked for, what is there, what was found."""
    yield "commitments", "yes" if line.commitment else "", "yes" if known.commitments else ""
    for what, wanted, found in (
        ("dates", line.dates, known.dates),
        ("amounts", line.amounts, known.amounts),
        ("competitors", line.competitors, known.competitors),
    ):
        yield what, " | ".join(wanted), " | ".join(wanted if _same(wanted, found) else found)
    yield "mood", line.mood.replace("calm", ""), known.tone.mood.replace("calm", "")
    yield "urgency", line.urgency.replace("none", ""), known.tone.urgency.replace("none", "")


def _same(wanted: Sequence[str], found: Sequence[str]) -> bool:
    """As many, and each the same but for what stands around it: "by Friday" is "Friday"."""
    return len(wanted) == len(found) and all(fold(one) in fold(other) for one, other in zip(wanted, found, strict=True))


def _figures(what: str, outcomes: Sequence[Outcome]) -> Sequence[Figure]:
    there = [one for one in outcomes if one.wanted]
    silent = [one for one in outcomes if not one.wanted]
    right = _percent(there, lambda one: one.right)
    false = _percent(silent, lambda one: bool(one.found))
    taken = [one for one in there if one.found]
    wrong = _percent(there, lambda one: bool(one.found) and not one.right)
    others = (
        [Figure(f"context: {what}, another told", wrong, "%", note=f"{len(taken)} told at all")]
        if what.startswith(("mood", "urgency"))
        else []
    )
    return (
        Figure(f"context: {what}, right", right, "%", RIGHT, at_least=True, note=f"{len(there)} held that have it"),
        *others,
        Figure(f"context: {what}, false", false, "%", FALSE, note=f"{len(silent)} held that have none"),
    )


async def costs_of(lines: Sequence[Line], readings: int) -> Sequence[Figure]:
    """Once the context is full, with the encoder on its own thread as in a call; the target is of the loop's thread."""
    encoder = SentenceEncoder()
    try:
        call = Listening(await reader_by_meaning(encoder), "en")
        for line in islice(cycle(lines), CONTEXT_MESSAGES + readings):
            await call.hear(line.who, line.say, line.language)
    finally:
        await encoder.close()
    spent, waited = ([1e3 * one for one in told[CONTEXT_MESSAGES:]] for told in (call.seconds, call.waited))
    note = f"{len(spent)} readings with {CONTEXT_MESSAGES} messages remembered, of the loop's thread"
    return (
        Figure("context: one reading by rules, p50", quantile(spent, 0.5), "ms", note=note),
        Figure("context: one reading by rules, p95", quantile(spent, 0.95), "ms", MILLISECONDS, note=note),
        Figure(
            "context: the same by the clock, p95", quantile(waited, 0.95), "ms", note="wall time of the same readings"
        ),
    )


def _percent(outcomes: Sequence[Outcome], counts: Callable[[Outcome], bool]) -> float | None:
    return 100 * sum(map(counts, outcomes)) / len(outcomes) if outcomes else None


def lines_of(path: Path) -> list[Line]:
    return [Line(**row) for row in yaml.safe_load(path.read_text("utf-8"))]


def talks_of(path: Path) -> list[Talk]:
    return [Talk(**row) for row in yaml.safe_load(path.read_text("utf-8"))]


async def _misses() -> None:
    reader = await reader_by_meaning(inline())
    lines = [line for line in (*lines_of(LINES), *lines_of(TUNE)) if line.part == "tune"]
    talks = [talk for talk in (*talks_of(TALKS), *talks_of(FRESH_TALKS)) if talk.part == "tune"]
    for what, outcomes in (await outcomes_of(reader, lines, talks)).items():
        wrong = [one for one in outcomes if not one.right]
        print(f"{what}: {len(outcomes) - len(wrong)} of {len(outcomes)} tune lines right")
        for one in wrong:
            print(f"    {one.wanted or '(none)'} -> {one.found or '(none)'}: {one.say}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--misses", action="store_true", help="show what went wrong in the tune part")
    if options.parse_args().misses:
        asyncio.run(_misses())
    print(table(asyncio.run(figures())))


if __name__ == "__main__":
    main()
