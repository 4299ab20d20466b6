"""Does the base find the right article, and score nothing high where none answers? `python -m evals.support.questions`.

Figures are of the held questions. What was missed is shown, by cause, for the questions of tuning only.
"""

import argparse
import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from evals.figure import Figure, quantile
from evals.support.bench import LIMIT, Bench, article_of, found, opened
from kitt_rtc.model.insight import Passage
from kitt_rtc.playbooks.support import SupportOptions

HELD, BLIND, TUNE, SAMPLES = (Path(__file__).with_name(f"{name}.yaml") for name in ("held", "blind", "tune", "samples"))
MIN_SCORE = SupportOptions().min_score
GROUPS = ("French", "French on English", "English")
_QUICK = 4
"""Every so manieth question, where it has to be quick."""


@dataclass(frozen=True, slots=True)
class Question:
    ask: str
    language: str
    articles: Sequence[str]
    """Any of them answers; none: nothing does."""


@dataclass(frozen=True, slots=True)
class Outcome:
    question: Question
    passages: Sequence[Passage]
    seconds: float

    @property
    def top(self) -> float:
        return self.passages[0].score if self.passages else 0.0

    def right_in(self, places: int) -> bool:
        return any(article_of(passage) in self.question.articles for passage in self.passages[:places])

    def answered(self, min_score: float = MIN_SCORE) -> bool:
        return self.top >= min_score


def cause_of(bench: Bench, one: Outcome) -> str:
    """Why it did not go as it should; empty where it did."""
    if not one.question.articles:
        return "threshold: answered what nothing answers" if one.answered() else ""
    if one.right_in(1):
        return "" if one.answered() else "threshold: right, and not sure enough"
    first, right = article_of(one.passages[0]) if one.passages else "", one.question.articles[0]
    if first.split("-")[0] == right.split("-")[0]:
        return "near product or edition first"
    if bench.languages.get(first) != bench.languages[right]:
        return "language: an article of the other language first"
    return "words: another article first"


def read(*files: Path) -> list[Question]:
    return [Question(**row) for file in files for row in yaml.safe_load(file.read_text("utf-8"))]


async def ask_all(bench: Bench, questions: Sequence[Question]) -> list[Outcome]:
    outcomes = []
    for question in questions:
        begun = time.perf_counter()
        passages = await found(bench, question.ask)
        outcomes.append(Outcome(question, passages, time.perf_counter() - begun))
    return outcomes


async def figures(bench: Bench, quick: bool = False) -> Sequence[Figure]:
    return of(bench, await ask_all(bench, read(HELD)[:: _QUICK if quick else 1]))


async def blind(bench: Bench, quick: bool = False) -> Sequence[Figure]:
    """Of the questions in other words, which were written before the encoder was asked any."""
    figures = of(bench, await ask_all(bench, read(BLIND)[:: _QUICK if quick else 1]))
    return [replace(figure, measure=figure.measure.replace("questions", "blind", 1)) for figure in figures]


def of(bench: Bench, outcomes: Sequence[Outcome]) -> list[Figure]:
    groups = {
        name: [one for one in outcomes if one.question.articles and _group(bench, one) == name] for name in GROUPS
    }
    groups["all"] = [one for one in outcomes if one.question.articles]
    silent = [one for one in outcomes if not one.question.articles]
    told: list[Figure] = []
    for name, some in groups.items():
        note = f"{len(some)} questions"
        told += (
            Figure(f"questions: right article in top 3, {name}", percent(some, _top3), "%", 85.0, True, note),
            Figure(f"questions: right article first, {name}", percent(some, _first), "%", note=note),
        )
    sure = percent(groups["all"], lambda one: _first(one) and one.answered())
    wrong = percent(groups["all"], lambda one: one.answered() and not one.right_in(1))
    quiet = percent(silent, lambda one: not one.answered())
    at = f"at MIN_SCORE {MIN_SCORE:g}"
    return [
        *told,
        Figure("questions: right article first and sure enough", sure, "%", note=at),
        Figure("questions: wrong article first and sure enough", wrong, "%", note=at),
        Figure("questions: silent where nothing answers", quiet, "%", 95.0, True, f"{len(silent)} questions, {at}"),
        Figure(
            "questions: passages of editions that are over",
            sum(bool(passage.valid_until) for one in outcomes for passage in one.passages),
            "",
            0.0,
            note="an `until` of these articles is past",
        ),
        Figure("questions: search, p95", 1000 * quantile([one.seconds for one in outcomes], 0.95), "ms"),
    ]


def _group(bench: Bench, outcome: Outcome) -> str:
    question = outcome.question
    if question.language != "fr":
        return "English"
    return "French" if bench.languages[question.articles[0]] == "fr" else "French on English"


def _top3(outcome: Outcome) -> bool:
    return outcome.right_in(LIMIT)


def _first(outcome: Outcome) -> bool:
    return outcome.right_in(1)


def percent(outcomes: Sequence[Outcome], counts: Callable[[Outcome], bool]) -> float | None:
    return 100 * sum(map(counts, outcomes)) / len(outcomes) if outcomes else None


async def _misses(glossary: str) -> None:
    async with opened(glossary=glossary) as bench:
        outcomes = await ask_all(bench, read(TUNE, SAMPLES))
        causes = {id(one): cause_of(bench, one) for one in outcomes}
    for cause, times in Counter(causes.values()).most_common():
        print(f"\n{cause or 'as it should be'}: {times} of {len(outcomes)}")
        for one in outcomes if cause else ():
            if causes[id(one)] == cause:
                first = " ".join(f"{article_of(passage)} {passage.score:.2f}," for passage in one.passages[:LIMIT])
                print(
                    f"  {one.question.language} {one.question.ask}\n     {'/'.join(one.question.articles)} <- {first}"
                )


def main() -> None:
    options = argparse.ArgumentParser(prog="python -m evals.support.questions", description=__doc__)
    options.add_argument("--glossary", default="", help="a YAML file of word pairs to add")
    asyncio.run(_misses(options.parse_args().glossary))


if __name__ == "__main__":
    main()
