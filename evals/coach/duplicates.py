"""Is a repeat recognised, and is what is new let through? `python -m evals.coach.duplicates [--misses]` (contract N2).

Labelled pairs, French, English and across the two: the first was shown, ten seconds later the second is judged, by the
embedded lexicon and without any model; then by words alone, as where the embedder is away too; and without the topics,
as where nobody knew them. Thresholds were chosen on the development part; the figures are of the held part, which was
looked at several times, and of pairs written later, most of them without topics.
"""

import argparse
import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from evals.figure import Figure, quantile, table
from kitt_rtc.engines.lexicon import Lexicon
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import CallStarted, Entry, Fact, InsightGiven, UtteranceHeard
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.pipeline.deduper import Deduper

PAIRS, MORE, LATER = (Path(__file__).with_name(f"{name}.yaml") for name in ("pairs", "pairs_more", "pairs_later"))
TYPES = {
    "tip": InsightType.COACHING,
    "question": InsightType.CLARIFICATION_QUESTION,
    "answer": InsightType.KNOWLEDGE_BASE,
}
CLIENT = Speaker("CLIENT", Role.CUSTOMER)
FIRST_AT, SECOND_AT = 100.0, 110.0
FILLERS = 11
"""Other advice of the last minute, when time is measured: twelve twins are as many as are compared."""


@dataclass(frozen=True, slots=True)
class Pair:
    language: str
    """"fr", "en", or "both"."""
    kind: str
    same: bool
    held_out: bool
    first: str
    second: str
    topics: tuple[str, str] = ("", "")
    said: str = ""
    """What the client said between the two."""


@dataclass(frozen=True, slots=True)
class Judged:
    pair: Pair
    verdict: Verdict

    @property
    def right(self) -> bool:
        return self.verdict.duplicate is self.pair.same


def labelled(path: Path = PAIRS) -> list[Pair]:
    rows = yaml.safe_load(path.read_text("utf-8"))
    return [Pair(**{**row, "topics": tuple(row.get("topics", ("", "")))}) for row in rows]


def call_of(pair: Pair, others: Iterable[str] = ()) -> Conversation:
    """A call in which the first was shown, behind `others`."""
    language = "fr" if pair.language == "fr" else "en"
    facts: list[tuple[float, Fact]] = [(0.0, CallStarted("eval", "coaching", language, 0.0))]
    for place, content in enumerate(others):
        facts.append((FIRST_AT - 1.0, _given(Insight(f"other {place}", InsightType.COACHING, content))))
    facts.append((FIRST_AT, _given(_insight(pair, 0))))
    if pair.said:
        said = Utterance("u2", CLIENT, pair.said, language, FIRST_AT + 2.0, FIRST_AT + 5.0)
        facts.append((FIRST_AT + 5.0, UtteranceHeard(said, 0.1)))
    return Conversation.of(Entry(seq, at, fact) for seq, (at, fact) in enumerate(facts, start=1))


async def judge(deduper: Deduper, pair: Pair) -> Judged:
    return Judged(pair, await deduper.judge(_insight(pair, 1), call_of(pair), SECOND_AT))


async def judge_all(deduper: Deduper, pairs: Sequence[Pair]) -> list[Judged]:
    return [await judge(deduper, pair) for pair in pairs]


async def times(deduper: Deduper, pairs: Sequence[Pair]) -> list[float]:
    """Milliseconds of the processor, against twelve twins."""
    spent = []
    for place, pair in enumerate(pairs):
        around = [pairs[(place + step) % len(pairs)].second for step in range(1, FILLERS + 1)]
        insight, call = _insight(pair, 1), call_of(pair, around)
        began = time.thread_time()
        await deduper.judge(insight, call, SECOND_AT)
        spent.append(1e3 * (time.thread_time() - began))
    return spent


async def figures(quick: bool = False) -> Sequence[Figure]:
    """Of the held part; `quick`: of every fourth pair."""
    pairs = [pair for pair in labelled() if pair.held_out][:: 4 if quick else 1]
    later = labelled(LATER)[:: 4 if quick else 1]
    lexicon, words = Deduper(Lexicon()), Deduper()
    whole = await judge_all(lexicon, pairs)
    unkeyed = await judge_all(lexicon, [_without_topics(pair) for pair in pairs])
    by_words = await judge_all(words, pairs)
    fresh = await judge_all(lexicon, later)
    spent = await times(lexicon, pairs)
    return (
        *_shares("written later", fresh, targets=True),
        *(figure for language in ("en", "fr", "both") for figure in _of(language, whole)),
        *_shares("no model", whole, targets=True),
        *_shares("no model, no vectors", by_words),
        *_shares("no model, no topics", unkeyed),
        Figure("duplicates: judged in, half of them", quantile(spent, 0.5), "ms", 10.0, note="12 twins, no model"),
        Figure("duplicates: judged in, 95 %", quantile(spent, 0.95), "ms", note="12 twins, no model"),
    )


def _of(language: str, judged: Sequence[Judged]) -> Sequence[Figure]:
    name = {"en": "English", "fr": "French", "both": "across both"}[language]
    return _shares(name, [one for one in judged if one.pair.language == language], targets=True)


def _shares(name: str, judged: Sequence[Judged], *, targets: bool = False) -> Sequence[Figure]:
    """Of the repeats those that would be shown, and of the new ones those that would not."""
    target = 5.0 if targets else None
    same, new = [one for one in judged if one.pair.same], [one for one in judged if not one.pair.same]
    return (
        Figure(f"duplicates shown, {name}", _wrong(same), "%", target, note=f"{len(same)} held pairs"),
        Figure(f"good tips lost, {name}", _wrong(new), "%", target, note=f"{len(new)} held pairs"),
    )


def _wrong(judged: Sequence[Judged]) -> float:
    return 100 * sum(not one.right for one in judged) / max(1, len(judged))


def _insight(pair: Pair, place: int) -> Insight:
    written_by = "a model" if place else "rules"
    because = ("u2",) if place and pair.said else ()
    content = (pair.first, pair.second)[place]
    topic = pair.topics[place]
    return Insight(f"i{place}", TYPES[pair.kind], content, topic=topic, because=because, written_by=written_by)


def _given(insight: Insight) -> InsightGiven:
    return InsightGiven(insight, Verdict(False, "new"), 0.0)


def _without_topics(pair: Pair) -> Pair:
    return Pair(pair.language, pair.kind, pair.same, pair.held_out, pair.first, pair.second, said=pair.said)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--misses", action="store_true", help="show what went wrong in the development part")
    given = options.parse_args()
    print(table(asyncio.run(figures())))
    development = [pair for pair in (*labelled(), *labelled(MORE)) if not pair.held_out]
    judged = asyncio.run(judge_all(Deduper(Lexicon()), development))
    print(table(_shares("development", judged)))
    if given.misses:
        for one in judged:
            if not one.right:
                print(
                    f"{'same' if one.pair.same else 'new':5} {one.pair.first} | {one.pair.second}: {one.verdict.reason}"
                )


if __name__ == "__main__":
    main()
