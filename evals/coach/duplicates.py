"""Is a repeat recognised, and is what is new let through? `python -m evals.coach.duplicates` (contract N2).

Labelled pairs, French, English and across the two: the first was shown, ten seconds later the second is judged, by the
embedded lexicon and without any model; then by words alone, as where the embedder is away too; and without the topics,
as where nobody knew them. All these pairs but probes 8 and 9 have been seen, and the sheet of senses was written by
somebody who knew them: they tell that nothing is broken, and not how well new ones are judged. Nearer to that come the
cuts chosen on all sets but the one they are measured on (`--crossed`), and what the probes said when they were first
met (in `pairs_probes.yaml`). `--pairs FILE` measures pairs that nobody has seen; `--misses` shows what went wrong.
"""

import argparse
import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import yaml

from evals.figure import Figure, quantile, table
from kitt_rtc.engines.sentences import SentenceEncoder, SentenceOptions
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import CallStarted, Entry, Fact, InsightGiven, UtteranceHeard
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.pipeline.alignment import Alignment, Cuts, align
from kitt_rtc.pipeline.deduper import Deduper

PAIRS, MORE, LATER, PROBES = (
    Path(__file__).with_name(f"{name}.yaml") for name in ("pairs", "pairs_more", "pairs_later", "pairs_probes")
)
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
    probe: int = 0
    """In which probe it was first met; 0: in none."""


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


def deduper() -> Deduper:
    """As in a house without a key."""
    return Deduper(SentenceEncoder(SentenceOptions(inline=True)))


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
    """Of all sets; `quick`: of every fourth pair."""
    sets = {name: pairs[:: 4 if quick else 1] for name, pairs in labelled_sets().items()}
    by_meaning, every = deduper(), [pair for pairs in sets.values() for pair in pairs]
    judged = {name: await judge_all(by_meaning, pairs) for name, pairs in sets.items()}
    by_words = await judge_all(Deduper(), every)
    unkeyed = await judge_all(by_meaning, [replace(pair, topics=("", "")) for pair in every])
    whole = [one for pairs in judged.values() for one in pairs]
    spent = await times(by_meaning, every)
    return (
        *(figure for name, pairs in judged.items() for figure in _shares(name, pairs, targets=True)),
        *(figure for language in ("en", "fr", "both") for figure in _of(language, whole)),
        *_shares("all", whole, targets=True),
        *_shares("all, no vectors", by_words),
        *_shares("all, no topics", unkeyed),
        Figure("duplicates: judged in, half of them", quantile(spent, 0.5), "ms", 10.0, note="12 twins, no model"),
        Figure("duplicates: judged in, 95 %", quantile(spent, 0.95), "ms", note="12 twins, no model"),
    )


def labelled_sets() -> Mapping[str, Sequence[Pair]]:
    """By name, in the order they were written."""
    probes = labelled(PROBES)
    numbered = {
        f"probe {number}": [pair for pair in probes if pair.probe == number]
        for number in range(1, 1 + max(pair.probe for pair in probes))
    }
    return {
        "first part": [pair for pair in labelled() if not pair.held_out],
        "second part": [pair for pair in labelled() if pair.held_out],
        "more": labelled(MORE),
        "later": labelled(LATER),
        **numbered,
    }


def crossed() -> Sequence[Figure]:
    """Of every set by the cuts that were best on all the others; by words alone and without topics."""
    aligned = {
        name: [(pair, align(pair.first, pair.second)) for pair in pairs] for name, pairs in labelled_sets().items()
    }
    figures: list[Figure] = []
    wrong = {True: 0, False: 0}
    for name, rows in aligned.items():
        others = [row for other, theirs in aligned.items() if other != name for row in theirs]
        cuts = min(_GRID, key=lambda cuts: _lost(others, cuts, True) + _lost(others, cuts, False))
        figures += _crossed(name, rows, cuts)
        for same in wrong:
            wrong[same] += _missed(rows, cuts, same)
    every = [row for rows in aligned.values() for row in rows]
    both = {same: sum(pair.same is same for pair, _ in every) for same in wrong}
    return (
        *figures,
        Figure("duplicates shown, all, cuts of other sets", 100 * wrong[True] / both[True], "%", 5.0),
        Figure("good tips lost, all, cuts of other sets", 100 * wrong[False] / both[False], "%", 5.0),
    )


Row = tuple[Pair, Alignment]
_GRID = [
    Cuts(literal, apart, retold, shared, more)
    for literal, apart, retold, shared, more in product(
        (0.35, 0.4, 0.45, 0.5, 0.55, 0.6),
        (0.5, 0.6, 1.0),
        (1.0, 1.1, 1.6),
        (0.35, 0.4, 0.45, 0.5),
        (0.0, 0.1, 0.2, 0.3),
    )
]


def _crossed(name: str, rows: Sequence[Row], cuts: Cuts) -> Sequence[Figure]:
    return (
        Figure(f"duplicates shown, {name}, cuts of other sets", 100 * _lost(rows, cuts, True), "%", note=str(cuts)),
        Figure(f"good tips lost, {name}, cuts of other sets", 100 * _lost(rows, cuts, False), "%"),
    )


def _lost(rows: Sequence[Row], cuts: Cuts, same: bool) -> float:
    return _missed(rows, cuts, same) / max(1, sum(pair.same is same for pair, _ in rows))


def _missed(rows: Sequence[Row], cuts: Cuts, same: bool) -> int:
    return sum(pair.same is same and alignment.same(cuts) is not same for pair, alignment in rows)


def _of(language: str, judged: Sequence[Judged]) -> Sequence[Figure]:
    name = {"en": "English", "fr": "French", "both": "across both"}[language]
    return _shares(name, [one for one in judged if one.pair.language == language], targets=True)


def _shares(name: str, judged: Sequence[Judged], *, targets: bool = False) -> Sequence[Figure]:
    """Of the repeats those that would be shown, and of the new ones those that would not."""
    target = 5.0 if targets else None
    same, new = [one for one in judged if one.pair.same], [one for one in judged if not one.pair.same]
    return (
        Figure(f"duplicates shown, {name}", _wrong(same), "%", target, note=f"{len(same)} pairs"),
        Figure(f"good tips lost, {name}", _wrong(new), "%", target, note=f"{len(new)} pairs"),
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


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--misses", action="store_true", help="show what went wrong")
    options.add_argument("--crossed", action="store_true", help="cuts chosen on the other sets")
    options.add_argument("--pairs", type=Path, help="a file of pairs of the same form, measured alone")
    given = options.parse_args()
    if given.crossed:
        print(table(crossed()))
        return
    pairs = labelled(given.pairs) if given.pairs else [pair for part in labelled_sets().values() for pair in part]
    judged = asyncio.run(judge_all(deduper(), pairs))
    print(table(_shares(given.pairs.stem, judged, targets=True) if given.pairs else asyncio.run(figures())))
    for one in judged if given.misses else ():
        if not one.right:
            print(f"{'same' if one.pair.same else 'new':5} {one.pair.first} | {one.pair.second}: {one.verdict.reason}")


if __name__ == "__main__":
    main()
