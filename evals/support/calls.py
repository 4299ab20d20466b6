"""The held questions as calls of one sentence: is the answer right, proved, and short enough to be heard?

`python -m evals.support calls`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.figure import Figure, quantile
from evals.support.bench import Bench
from evals.support.questions import HELD, Question, read
from evals.support.talk import SPOKEN_SECONDS, Reaction, Talk, adviser_of, is_labelled, is_proved, seconds_to_say
from kitt_rtc.model.insight import Insight
from kitt_rtc.ports import LanguageModel

_QUICK = 5


@dataclass(frozen=True, slots=True)
class Call:
    question: Question
    reaction: Reaction

    @property
    def answered(self) -> bool:
        return self.reaction.kind == "answer"

    @property
    def right(self) -> bool:
        return self.answered and self.reaction.article in self.question.articles


async def figures(bench: Bench, quick: bool = False) -> Sequence[Figure]:
    return of("calls", await play(bench, read(HELD)[:: _QUICK if quick else 1]))


async def play(bench: Bench, questions: Sequence[Question], model: LanguageModel | None = None) -> list[Call]:
    adviser = adviser_of(bench, model=model)
    return [Call(one, await Talk(adviser, one.language).hear(one.ask)) for one in questions]


def of(part: str, calls: Sequence[Call]) -> list[Figure]:
    known, unknown = ([call for call in calls if bool(call.question.articles) is some] for some in (True, False))
    note = f"{len(known)} questions"
    asked = sum(call.reaction.kind == "question" for call in known)
    return [
        Figure(
            f"{part}: answered at once by the right article", share(known, [c.right for c in known]), "%", note=note
        ),
        Figure(f"{part}: asked something first", 100 * asked / len(known), "%", note=note),
        Figure(
            f"{part}: answered by another article",
            share(known, [c.answered and not c.right for c in known]),
            "%",
            note=note,
        ),
        Figure(
            f"{part}: no answer where nothing answers",
            share(unknown, [not c.answered for c in unknown]),
            "%",
            95.0,
            True,
            f"{len(unknown)} questions",
        ),
        *of_cards(part, [call.reaction.card for call in calls if call.answered and call.reaction.card]),
        Figure(
            f"{part}: from the sentence to the card, p95",
            1000 * quantile([call.reaction.seconds for call in calls], 0.95),
            "ms",
        ),
    ]


def of_cards(part: str, cards: Sequence[Insight]) -> list[Figure]:
    """What every answer has to be."""
    note = f"{len(cards)} answers"
    spoken = [seconds_to_say(card) for card in cards]
    longest = f"{note}, the longest {max(spoken, default=0.0):.0f} s"
    return [
        Figure(f"{part}: quotes verbatim", share(cards, [is_proved(card) for card in cards]), "%", 100.0, True, note),
        Figure(
            f"{part}: with version and score",
            share(cards, [is_labelled(card) for card in cards]),
            "%",
            100.0,
            True,
            note,
        ),
        Figure(
            f"{part}: said in 15 s",
            share(cards, [seconds <= SPOKEN_SECONDS for seconds in spoken]),
            "%",
            100.0,
            True,
            longest,
        ),
    ]


def share(of_all: Sequence[object], good: Sequence[bool]) -> float | None:
    return 100 * sum(good) / len(of_all) if of_all else None
