"""Dialogues with a technician who answers from a fact sheet: how soon is it solved, or somebody fetched?

`python -m evals.support dialogues`; `python -m evals.support.dialogues` shows those of development, word for word.

The technician is alone with the helper. A question is answered by what the sheet has for it, else "I do not know"; an
answer from another article is told to be off; the right one helps or does not, as the sheet says. The technician's ears
are of this file: they go by the words of the question, so that a helper that asks otherwise is understood too.
"""

import argparse
import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

import yaml

from evals.figure import Figure, quantile
from evals.support.bench import Bench, opened
from evals.support.calls import of_cards, share
from evals.support.talk import Reaction, Talk, adviser_of
from kitt_rtc.model.words import fold, subject_words
from kitt_rtc.pipeline.adviser import Adviser
from kitt_rtc.ports import LanguageModel

DIALOGUES = Path(__file__).with_name("dialogues.yaml")
_MOST_TURNS = 10
_EARS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "sign": ("message", "code", "voyant", "light", "display", "affiche"),
        "since": ("depuis quand", "since when", "what was changed", "juste avant"),
        "tried": ("essaye", "tried", "deja fait"),
        "where": ("partout", "everywhere", "seul endroit", "one place"),
        "device": ("quel appareil", "quelle piece", "modele", "which device", "model", "quel produit", "which product"),
        "symptom": ("exactement", "exactly", "que voyez", "see or hear", "que se passe"),
    }
)
_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "fr": {
            "unknown": "Ça je sais pas.",
            "off": "Non, c'est pas ça mon problème.",
            "vain": "C'est fait, mais c'est toujours pareil, ça marche pas.",
            "solved": "C'est bon, ça marche maintenant, merci.",
        },
        "en": {
            "unknown": "I don't know that.",
            "off": "No, that is not my problem.",
            "vain": "Did that, still the same, it does not work.",
            "solved": "That fixed it, it works now, thank you.",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A technician, and how it should end."""

    name: str
    part: str
    language: str
    articles: Sequence[str]
    opening: str
    tells: Sequence[str]
    sheet: Mapping[str, str]
    helps: bool
    ends: str
    more: Sequence[str] = ()

    def answer(self, reaction: Reaction) -> str:
        """To a question: what its slot has, else what its words ask for, else what shares most words with it."""
        words = fold(reaction.card.content) if reaction.card else ""
        if reaction.slot in self.sheet:
            return self.sheet[reaction.slot]
        for slot, ears in _EARS.items():
            if any(ear in words for ear in ears):
                return self.sheet.get(slot, _WORDS[self.language]["unknown"])
        alike = {line: len(subject_words(line) & subject_words(words)) for line in (*self.sheet.values(), *self.more)}
        best = max(alike, key=alike.__getitem__, default="")
        return best if best and alike[best] > 1 else _WORDS[self.language]["unknown"]


@dataclass(slots=True)
class Played:
    """What came of it."""

    sheet: Sheet
    turns: list[tuple[str, Reaction]] = field(default_factory=list)

    def first(self, *kinds: str) -> int:
        """The technician's sentence after which it came, from 1; 0 when it never did."""
        return next((at for at, (_, one) in enumerate(self.turns, 1) if one.kind in kinds), 0)

    @property
    def solved_after(self) -> int:
        """Technician's sentences to the right article; 0: never."""
        return next((at for at, (_, one) in enumerate(self.turns, 1) if one.article in self.sheet.articles), 0)

    @property
    def repeats(self) -> int:
        """Questions about what was told or asked already."""
        known, times = set(self.sheet.tells), 0
        for _, one in self.turns:
            if one.kind == "question":
                times += one.slot in known
                known.add(one.slot)
        return times

    @property
    def most_questions(self) -> int:
        """In a row."""
        runs = "".join("q" if one.kind == "question" else "." for _, one in self.turns).split(".")
        return max(map(len, runs), default=0)

    @property
    def wrong(self) -> int:
        """Answers from another article."""
        return sum(one.kind == "answer" and one.article not in self.sheet.articles for _, one in self.turns)

    @property
    def after_the_end(self) -> bool:
        """Was anything said when it worked?"""
        said, last = self.turns[-1]
        return said == _WORDS[self.sheet.language]["solved"] and last.kind != "silence"

    @property
    def as_it_should(self) -> bool:
        match self.sheet.ends:
            case "solved":
                return bool(self.solved_after) and not self.after_the_end
            case "person":
                return bool(self.first("person"))
            case _:
                return not self.first("answer")


def read() -> list[Sheet]:
    return [Sheet(**row) for row in yaml.safe_load(DIALOGUES.read_text("utf-8"))]


async def play_all(bench: Bench, sheets: Sequence[Sheet], model: LanguageModel | None = None) -> list[Played]:
    adviser = adviser_of(bench, model=model, alone=True)
    return [await _play(adviser, sheet) for sheet in sheets]


async def _play(adviser: Adviser, sheet: Sheet) -> Played:
    talk, played = Talk(adviser, sheet.language, alone=True), Played(sheet)
    more, says = iter(sheet.more), sheet.opening
    while says and len(played.turns) < _MOST_TURNS:
        reaction = await talk.hear(says)
        played.turns.append((says, reaction))
        says = "" if says == _WORDS[sheet.language]["solved"] else _next(sheet, reaction, more)
    return played


def _next(sheet: Sheet, reaction: Reaction, more: Iterator[str]) -> str:
    """What the technician says then; empty when the call is over."""
    words = _WORDS[sheet.language]
    match reaction.kind:
        case "person":
            return ""
        case "question":
            return sheet.answer(reaction)
        case "answer" if reaction.article in sheet.articles:
            return words["solved"] if sheet.helps else words["vain"]
        case "answer":
            return f"{words['off']} {next(more, '')}".strip()
        case _:
            return next(more, "")


async def figures(bench: Bench, quick: bool = False) -> Sequence[Figure]:
    """Of the held dialogues; where it has to be quick, of every third."""
    sheets = [sheet for sheet in read() if sheet.part == "held"][:: 3 if quick else 1]
    return of("dialogues", await play_all(bench, sheets))


def of(part: str, played: Sequence[Played]) -> list[Figure]:
    solved = [one for one in played if one.sheet.ends == "solved"]
    fetched = [one for one in played if one.sheet.ends == "person"]
    unknown = [one for one in played if not one.sheet.articles]
    reached = [one.solved_after for one in solved if one.solved_after]
    cards = [one.card for each in played for _, one in each.turns if one.kind == "answer" and one.card]
    turns = [one for each in played for _, one in each.turns]
    return [
        Figure(
            f"{part}: right article by the end",
            share(solved, [bool(one.solved_after) for one in solved]),
            "%",
            85.0,
            True,
            f"{len(solved)} dialogues",
        ),
        Figure(
            f"{part}: ended as they should",
            share(played, [one.as_it_should for one in played]),
            "%",
            note=f"{len(played)} dialogues",
        ),
        Figure(
            f"{part}: turns to the right article, median",
            quantile(reached, 0.5) if reached else None,
            "",
            note=f"{len(reached)} dialogues",
        ),
        Figure(f"{part}: questions about what is known", sum(one.repeats for one in played), "", 0.0),
        Figure(f"{part}: most questions in a row", max(one.most_questions for one in played), "", 2.0),
        Figure(
            f"{part}: a person fetched where due",
            share(fetched, [bool(one.first("person")) for one in fetched]),
            "%",
            100.0,
            True,
            f"{len(fetched)} dialogues",
        ),
        Figure(
            f"{part}: a person fetched before the right article",
            sum(bool(one.first("person")) and not one.solved_after for one in solved),
            "",
            note=f"{len(solved)} dialogues",
        ),
        Figure(
            f"{part}: no answer where nothing answers",
            share(unknown, [not one.first("answer") for one in unknown]),
            "%",
            95.0,
            True,
            f"{len(unknown)} dialogues",
        ),
        Figure(
            f"{part}: answers from another article", sum(one.wrong for one in played), "", note=f"{len(cards)} answers"
        ),
        Figure(f"{part}: cards after it works", sum(one.after_the_end for one in played), "", 0.0),
        *of_cards(part, cards),
        Figure(
            f"{part}: from the sentence to the card, p95", 1000 * quantile([one.seconds for one in turns], 0.95), "ms"
        ),
        Figure(
            f"{part}: event loop held at most",
            1000 * max(one.loop_seconds for one in turns),
            "ms",
            note="processor time of a turn, in one piece or several",
        ),
    ]


async def _show() -> None:
    async with opened() as bench:
        together = await play_all(bench, [sheet for sheet in read() if sheet.part == "dev"])
    for played in together:
        print(f"\n{played.sheet.name}: {'' if played.as_it_should else 'NOT '}as it should be")
        for said, one in played.turns:
            score = f" {one.card.passages[0].score:.2f}" if one.article and one.card else ""
            print(f"  - {said}\n      {one.kind} {one.article or one.slot}{score}")
            print(f"      {one.card.content}" if one.card else "")


def main() -> None:
    argparse.ArgumentParser(prog="python -m evals.support.dialogues", description=__doc__).parse_args()
    asyncio.run(_show())


if __name__ == "__main__":
    main()
