"""Is a repeat recognised, and is what is new let through? `python -m evals.coach.duplicates` (contract N2).

Labelled pairs, French, English and across the two: the first was shown, ten seconds later the second is judged, by
meaning (the sentence encoder) and without any model; then by words alone, as where the encoder is missing; and without
the topics, as where nobody knew them. All these pairs but the fresh ones have been seen by whoever wrote the sheet of
senses, or are learnt from (`--learn` prints the weights of `pipeline/sameness.py`): they tell that nothing is broken,
and not how well new ones are judged. The fresh ones tell that, and the weights learnt without the set they are measured
on (`--crossed`). `--pairs FILE` measures pairs that nobody has seen; `--misses` shows what went wrong.
"""

import argparse
import asyncio
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from statistics import mean

import numpy as np
import yaml

from evals.figure import Figure, quantile, table
from evals.logistic import learnt
from kitt_rtc.engines.sentences import SentenceEncoder, SentenceOptions
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import CallStarted, Entry, Fact, InsightGiven, UtteranceHeard
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.pipeline.deduper import Deduper
from kitt_rtc.pipeline.sameness import Signs, likely, signs, texts_to_place

PAIRS, MORE, LATER, PROBES, LEARNT, FRESH = (
    Path(__file__).with_name(f"{name}.yaml")
    for name in ("pairs", "pairs_more", "pairs_later", "pairs_probes", "pairs_learnt", "pairs_fresh")
)
_OF_ONE_HAND = 240
_STRANGERS = ("probe 9", "learnt, one hand", "learnt, another")
"""Sets by hands that had read nothing: learnt from in full, the others for a tenth."""
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
        await deduper.judge(_insight(pairs[place - 1], 1), call, SECOND_AT)  # what was shown was judged in its turn
        began = time.process_time()
        await deduper.judge(insight, call, SECOND_AT)
        spent.append(1e3 * (time.process_time() - began))
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
        "learnt, one hand": labelled(LEARNT)[:_OF_ONE_HAND],
        "learnt, another": labelled(LEARNT)[_OF_ONE_HAND:],
        "fresh": labelled(FRESH),
    }


async def crossed() -> Sequence[Figure]:
    """Of each set by a stranger's hand, by the weights learnt from all the others; by meaning alone, without topics."""
    read = await _read()
    figures: list[Figure] = []
    for name in _STRANGERS:
        weights = _learnt({other: rows for other, rows in read.items() if other != name})
        shown = [likely(found, weights) < 0.5 for pair, found in read[name] if pair.same]
        lost = [likely(found, weights) >= 0.5 for pair, found in read[name] if not pair.same]
        figures.append(Figure(f"duplicates shown, {name}, learnt from others", 100 * mean(shown), "%", 5.0))
        figures.append(Figure(f"good tips lost, {name}, learnt from others", 100 * mean(lost), "%", 5.0))
    return figures


Read = Mapping[str, Sequence[tuple[Pair, Signs]]]


async def _read() -> Read:
    """The signs of every pair but the fresh ones."""
    encoder = SentenceEncoder(SentenceOptions(inline=True))
    read = {}
    for name, pairs in labelled_sets().items():
        if name != "fresh":
            read[name] = [(pair, await _signs(pair, encoder)) for pair in pairs]
    return read


async def _signs(pair: Pair, encoder: SentenceEncoder) -> Signs:
    texts = texts_to_place(pair.first, pair.second)
    placed = np.asarray(await encoder.embed(texts))
    return signs(pair.first, pair.second, dict(zip(texts, placed, strict=True)))


def _learnt(read: Read) -> Signs:
    rows = [(name, pair, found) for name, pairs in read.items() for pair, found in pairs]
    return Signs(
        *learnt(
            [astuple(found) for _, _, found in rows],
            [pair.same for _, pair, _ in rows],
            [1.0 if name in _STRANGERS else 0.1 for name, _, _ in rows],
        )
    )


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
    options.add_argument("--crossed", action="store_true", help="by weights learnt from the other sets")
    options.add_argument("--learn", action="store_true", help="print the weights that all but the fresh pairs teach")
    options.add_argument("--pairs", type=Path, help="a file of pairs of the same form, measured alone")
    given = options.parse_args()
    if given.crossed:
        print(table(asyncio.run(crossed())))
        return
    if given.learn:
        print(_learnt(asyncio.run(_read())))
        return
    pairs = labelled(given.pairs) if given.pairs else [pair for part in labelled_sets().values() for pair in part]
    judged = asyncio.run(judge_all(deduper(), pairs))
    print(table(_shares(given.pairs.stem, judged, targets=True) if given.pairs else asyncio.run(figures())))
    for one in judged if given.misses else ():
        if not one.right:
            print(f"{'same' if one.pair.same else 'new':5} {one.pair.first} | {one.pair.second}: {one.verdict.reason}")


if __name__ == "__main__":
    main()
