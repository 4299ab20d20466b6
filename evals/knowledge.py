"""Does the knowledge base find the right article, and keep silent when there is none? `python -m evals.knowledge`.

Runs on the sample articles and the labelled questions beside this file, offline, in a folder that is deleted after.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from kitt_rtc.engines.lexicon import Lexicon, LexiconOptions
from kitt_rtc.engines.qdrant import Qdrant, QdrantOptions
from kitt_rtc.ingest import SAMPLES, ingest
from kitt_rtc.model.insight import Passage
from kitt_rtc.model.query import Query

QUESTIONS = Path(__file__).with_name("knowledge_questions.yaml")
LIMIT = 3


@dataclass(frozen=True, slots=True)
class Question:
    ask: str
    language: str
    article: str
    """The sample file's stem; empty when no article answers."""
    held_out: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    question: Question
    passages: Sequence[Passage]
    seconds: float

    @property
    def top(self) -> float:
        return self.passages[0].score if self.passages else 0.0

    def right_in(self, places: int) -> bool:
        return any(_stem(passage) == self.question.article for passage in self.passages[:places])

    def wrongly_answered(self, min_score: float) -> bool:
        return self.answered(min_score) and not self.right_in(1)

    def answered(self, min_score: float) -> bool:
        return self.top >= min_score


def _stem(passage: Passage) -> str:
    return Path(passage.source).stem


async def ask_all(questions: Sequence[Question], lexicon: Lexicon) -> list[Outcome]:
    with tempfile.TemporaryDirectory() as folder:
        knowledge = Qdrant(lexicon, QdrantOptions(folder=folder))
        await ingest([SAMPLES], knowledge, root=SAMPLES)
        outcomes = []
        for question in questions:
            begun = time.perf_counter()
            passages = (await knowledge.search(Query(question.ask), limit=LIMIT)).passages
            outcomes.append(Outcome(question, passages, time.perf_counter() - begun))
        await knowledge.close()
    return outcomes


def share(outcomes: Sequence[Outcome], good: Callable[[Outcome], bool]) -> str:
    hits = sum(map(good, outcomes))
    return f"{hits}/{len(outcomes)} = {100 * hits / max(1, len(outcomes)):.1f} %"


def report(name: str, outcomes: Sequence[Outcome], min_score: float, languages: dict[str, str]) -> None:
    known = [one for one in outcomes if one.question.article]
    crossing = [one for one in known if one.question.language == "fr" and languages[one.question.article] == "en"]
    unknown = [one for one in outcomes if not one.question.article]
    print(f"\n{name}: {len(outcomes)} questions")
    print(f"  right article first                {share(known, lambda one: one.right_in(1))}")
    print(f"  right article in top 3             {share(known, lambda one: one.right_in(3))}   target 85 %")
    print(f"    French on English: first         {share(crossing, lambda one: one.right_in(1))}")
    print(f"    French on English: top 3         {share(crossing, lambda one: one.right_in(3))}   target 85 %")
    print(f"At a least score of {min_score:.2f}:")
    print(
        f"  answered, right one in top 3       {share(known, lambda one: one.right_in(3) and one.answered(min_score))}"
    )
    print(f"  answered, wrong one first          {share(known, lambda one: one.wrongly_answered(min_score))}")
    print(
        f"  silent where nothing answers       {share(unknown, lambda one: not one.answered(min_score))}   target 95 %"
    )


def _language(article: str) -> str:
    head = (SAMPLES / f"{article}.md").read_text("utf-8").split("---")[1]
    return str(yaml.safe_load(head)["language"])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--min-score", type=float, default=0.35)
    options.add_argument("--glossary", default="", help="a YAML file of word pairs to add")
    options.add_argument("--misses", action="store_true", help="show the questions of the tuning half that went wrong")
    given = options.parse_args()
    questions = [Question(**row) for row in yaml.safe_load(QUESTIONS.read_text("utf-8"))]
    outcomes = asyncio.run(ask_all(questions, Lexicon(LexiconOptions(glossary=given.glossary))))
    languages = {question.article: _language(question.article) for question in questions if question.article}
    tuning = [one for one in outcomes if not one.question.held_out]
    held_out = [one for one in outcomes if one.question.held_out]
    for name, part in (("tuning half", tuning), ("held-out half", held_out)):
        report(name, part, given.min_score, languages)
    waits = sorted(one.seconds for one in outcomes)
    print(f"\nsearch: median {1e3 * waits[len(waits) // 2]:.1f} ms, slowest {1e3 * waits[-1]:.1f} ms")
    if given.misses:
        for one in sorted(tuning, key=lambda one: (bool(one.question.article), one.top)):
            sign = "  " if one.right_in(1) or not one.question.article else "!!"
            first = _stem(one.passages[0]) if one.passages else "-"
            print(f"{sign} {one.top:.3f} {one.question.article or '(none)':44.44} {first:44.44} {one.question.ask}")


if __name__ == "__main__":
    main()
