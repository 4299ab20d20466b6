"""Fixed dialogues on the shipped articles, labelled turn by turn: `python -m evals.support talks`.

Unlike those of `dialogues`, these technicians say what is written, whatever they are told: what is judged is what came
after each sentence. 40 % are held out by a seeded draw; `python -m evals.support.talks` shows what went wrong in the
others.
"""

import argparse
import asyncio
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from evals.figure import Figure
from evals.support.bench import Bench, opened
from evals.support.calls import share
from evals.support.talk import AGENT, TECHNICIAN, Reaction, Talk, adviser_of, is_proved
from kitt_rtc.documents.ingest import SAMPLES
from kitt_rtc.pipeline.adviser import Adviser

TALKS = Path(__file__).with_name("talks.yaml")
SEED = 2026
HELD_OUT = 0.4
_SPEAKERS = {"tech": TECHNICIAN, "agent": AGENT}


@dataclass(frozen=True, slots=True)
class Turn:
    """What somebody says, and what is right after it."""

    by: str
    text: str
    about: str
    """The article that answers; "none" when none does."""
    then: tuple[str, ...]
    """Right reactions; empty: not judged."""
    known: frozenset[str]
    """What may not be asked any more."""
    trouble: int
    """The number of the trouble in this dialogue."""
    closed: bool
    """The technician is done: nothing may be said."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    name: str
    language: str
    turns: tuple[Turn, ...]
    part: str
    """"development", "held out", or "later": written when everything was tuned."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A turn, and what came."""

    turn: Turn
    reaction: Reaction

    @property
    def wrong(self) -> bool:
        return self.reaction.kind == "answer" and self.reaction.article != self.turn.about

    @property
    def fits(self) -> bool:
        return not self.wrong and (not self.turn.then or self.reaction.kind in self.turn.then)


@dataclass
class Trouble:
    """One trouble of one dialogue, as it went."""

    about: str
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def solved_after(self) -> int:
        """Technician turns until the right article was given; 0 when it never was."""
        spoken = [one for one in self.outcomes if one.turn.by == "tech"]
        return next((at for at, one in enumerate(spoken, 1) if one.reaction.kind == "answer" and not one.wrong), 0)

    @property
    def repeats(self) -> Iterator[Outcome]:
        """Questions about what was known, denied, or asked."""
        asked: set[str] = set()
        for one in self.outcomes:
            if one.reaction.kind in {"question", "unknown"}:
                if one.reaction.slot in asked or one.reaction.slot in one.turn.known:
                    yield one
                asked.add(one.reaction.slot)

    @property
    def most_questions(self) -> int:
        """In a row."""
        longest = run = 0
        for one in self.outcomes:
            run = run + 1 if one.reaction.kind == "question" else 0 if one.reaction.kind != "silence" else run
            longest = max(longest, run)
        return longest


def read() -> list[Dialogue]:
    rows = yaml.safe_load(TALKS.read_text("utf-8"))
    held_out: set[str] = set()
    for language in ("fr", "en"):
        names = sorted(row["name"] for row in rows if row["language"] == language and not row.get("later"))
        held_out |= set(random.Random(f"{SEED}{language}").sample(names, round(HELD_OUT * len(names))))
    return [
        Dialogue(
            row["name"],
            row["language"],
            tuple(_turns(row)),
            "later" if row.get("later") else "held out" if row["name"] in held_out else "development",
        )
        for row in rows
    ]


def _turns(row: dict[str, list[dict[str, object]]]) -> Iterator[Turn]:
    about, trouble, known, closed = "none", 0, frozenset[str](), False
    for given in row["turns"]:
        by = "tech" if "tech" in given else "agent"
        if "about" in given:
            about, trouble, known, closed = str(given["about"]), trouble + 1, frozenset(), False
        closed = closed or bool(given.get("closing"))
        known |= frozenset(given.get("known", ()))  # type: ignore[call-overload]
        then = ("silence",) if closed else tuple(given.get("then", ()))  # type: ignore[arg-type]
        yield Turn(by, str(given[by]), about, then, known, trouble, closed)


async def play(adviser: Adviser, dialogue: Dialogue) -> list[Outcome]:
    """Turn by turn, as a call has them."""
    talk = Talk(adviser, dialogue.language)
    return [Outcome(turn, await talk.hear(turn.text, _SPEAKERS[turn.by])) for turn in dialogue.turns]


async def play_all(bench: Bench, dialogues: Sequence[Dialogue]) -> list[list[Outcome]]:
    adviser = adviser_of(bench)
    return [await play(adviser, dialogue) for dialogue in dialogues]


def troubles_of(outcomes: Sequence[Outcome]) -> list[Trouble]:
    troubles: dict[int, Trouble] = {}
    for one in outcomes:
        troubles.setdefault(one.turn.trouble, Trouble(one.turn.about)).outcomes.append(one)
    return list(troubles.values())


async def figures(_: Bench, quick: bool = False) -> Sequence[Figure]:
    """On the shipped articles alone. Of those held out or written later; where it has to be quick, of every sixth."""
    held = [dialogue for dialogue in read() if dialogue.part != "development"][:: 6 if quick else 1]
    async with opened(SAMPLES) as bench:
        return of(await play_all(bench, held))


def of(played: Sequence[Sequence[Outcome]]) -> list[Figure]:
    troubles = [trouble for outcomes in played for trouble in troubles_of(outcomes)]
    turns = [one for outcomes in played for one in outcomes if one.turn.by == "tech"]
    known = [trouble for trouble in troubles if trouble.about != "none"]
    unknown = [trouble for trouble in troubles if trouble.about == "none"]
    answers = [one for one in turns if one.reaction.kind == "answer"]
    judged = [one for one in turns if one.turn.then]
    silent = [not any(one.reaction.kind == "answer" for one in trouble.outcomes) for trouble in unknown]
    proved = [bool(one.reaction.card and is_proved(one.reaction.card)) for one in answers]
    return [
        Figure(
            "talks: right article by the end",
            share(known, [bool(one.solved_after) for one in known]),
            "%",
            85.0,
            True,
            f"{len(known)} troubles, {len(played)} talks",
        ),
        Figure(
            "talks: answers from another article",
            share(answers, [one.wrong for one in answers]),
            "%",
            note=f"{len(answers)} answers",
        ),
        Figure(
            "talks: no answer where nothing answers",
            share(unknown, silent),
            "%",
            95.0,
            True,
            f"{len(unknown)} troubles",
        ),
        Figure("talks: questions about what is known", sum(len(list(one.repeats)) for one in troubles), "", 0.0),
        Figure(
            "talks: cards after it works",
            sum(one.turn.closed and one.reaction.card is not None for one in turns),
            "",
            0.0,
        ),
        Figure("talks: quotes verbatim", share(answers, proved), "%", 100.0, True, f"{len(answers)} answers"),
        Figure("talks: most questions in a row", max(one.most_questions for one in troubles), "", 2.0),
        Figure(
            "talks: right reactions", share(judged, [one.fits for one in judged]), "%", note=f"{len(judged)} sentences"
        ),
    ]


def show(dialogue: Dialogue, outcomes: Sequence[Outcome]) -> None:
    """What was not right, in its talk."""
    repeats = [one for trouble in troubles_of(outcomes) for one in trouble.repeats]
    missed = [trouble for trouble in troubles_of(outcomes) if trouble.about != "none" and not trouble.solved_after]
    wrong = [one for one in outcomes if not one.fits or one in repeats]
    if not (missed or wrong):
        return
    print(f"\n{dialogue.name}{'  NOT ANSWERED' if missed else ''}")
    for one in outcomes:
        came = one.reaction
        score = f" {came.card.passages[0].score:.2f}" if came.article and came.card else ""
        sign = "!!" if one in wrong else "  "
        print(f" {sign} {one.turn.by}: {one.turn.text}\n      -> {came.kind} {came.article or came.slot}{score}")


async def _show() -> None:
    dialogues = [dialogue for dialogue in read() if dialogue.part == "development"]
    async with opened(SAMPLES) as bench:
        for dialogue, outcomes in zip(dialogues, await play_all(bench, dialogues), strict=True):
            show(dialogue, outcomes)


def main() -> None:
    argparse.ArgumentParser(prog="python -m evals.support.talks", description=__doc__).parse_args()
    asyncio.run(_show())


if __name__ == "__main__":
    main()
