"""Does the support helper without a model help technicians it never heard? `python -m evals.support`.

Plays the labelled dialogues beside this file through playbook, adviser and memory of advice, with the real lexicon and
the sample articles in a base that is deleted after. 40 % of the dialogues are held out by a seeded draw: their figures
are printed, their misses are not.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import yaml

from kitt_rtc.engines.lexicon import Lexicon
from kitt_rtc.engines.qdrant import Qdrant, QdrantOptions
from kitt_rtc.ingest import SAMPLES, ingest
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import CallStarted, Entry, Fact, InsightGiven, UtteranceHeard
from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.pipeline.adviser import Adviser, Proposal
from kitt_rtc.pipeline.deduper import Deduper
from kitt_rtc.playbooks.support import SupportOptions, SupportPlaybook
from kitt_rtc.ports import KnowledgeBase
from kitt_rtc.prompts.library import Library

DIALOGUES = Path(__file__).with_name("support_dialogues.yaml")
SEED = 2026
HELD_OUT = 0.4
_SECONDS = 9.0
"""From one turn to the next."""
_SPEAKERS = {"tech": Speaker("TECH1", Role.TECHNICIAN), "agent": Speaker("AGENT1", Role.SUPPORT_AGENT)}


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
    """A turn, and the card that came."""

    turn: Turn
    card: Insight | None
    seconds: float
    """Processor time of the event loop's thread."""

    @property
    def reaction(self) -> str:
        if self.card is None:
            return "silence"
        if self.card.type is InsightType.KNOWLEDGE_BASE:
            return "answer"
        return "unknown" if self.slot == "unknown" else "question"

    @property
    def article(self) -> str:
        return Path(self.card.passages[0].source).stem if self.card and self.card.passages else ""

    @property
    def slot(self) -> str:
        return self.card.topic.partition(".")[2] if self.card else ""

    @property
    def wrong(self) -> bool:
        return self.reaction == "answer" and self.article != self.turn.about

    @property
    def fits(self) -> bool:
        return not self.wrong and (not self.turn.then or self.reaction in self.turn.then)

    @property
    def unproven(self) -> bool:
        return bool(self.reaction == "answer" and self.card and self.card.quote not in self.card.passages[0].text)


@dataclass
class Trouble:
    """One trouble of one dialogue, as it went."""

    about: str
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def solved_after(self) -> int:
        """Technician turns until the right article was given; 0 when it never was."""
        spoken = [one for one in self.outcomes if one.turn.by == "tech"]
        return next((at for at, one in enumerate(spoken, 1) if one.reaction == "answer" and not one.wrong), 0)

    @property
    def repeats(self) -> Iterator[Outcome]:
        """Questions about what was known, denied, or asked."""
        asked: set[str] = set()
        for one in self.outcomes:
            if one.reaction in {"question", "unknown"}:
                if one.slot in asked or one.slot in one.turn.known:
                    yield one
                asked.add(one.slot)

    @property
    def most_questions(self) -> int:
        """In a row."""
        longest = run = 0
        for one in self.outcomes:
            run = run + 1 if one.reaction == "question" else 0 if one.reaction != "silence" else run
            longest = max(longest, run)
        return longest


def read_dialogues() -> list[Dialogue]:
    rows = yaml.safe_load(DIALOGUES.read_text("utf-8"))
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


async def play(dialogue: Dialogue, knowledge: KnowledgeBase, lexicon: Lexicon, min_score: float) -> list[Outcome]:
    """The dialogue, turn by turn, as a call has them."""
    library = Library()
    playbook = SupportPlaybook(knowledge, library, options=SupportOptions(min_score))
    adviser = Adviser(playbook, Deduper(lexicon, library=library))
    now, numbers = 0.0, count(1)
    conversation = Conversation()

    def clock() -> float:
        return now

    def record(fact: Fact) -> None:
        nonlocal conversation
        conversation = conversation.after(Entry(next(numbers), now, fact))

    record(CallStarted(dialogue.name, playbook.name, dialogue.language, 0.0))
    outcomes = []
    for place, turn in enumerate(dialogue.turns, 1):
        now += _SECONDS
        said = Utterance(f"u{place}", _SPEAKERS[turn.by], turn.text, dialogue.language, now - 4.0, now)
        record(UtteranceHeard(said, 0.1))
        begun = time.thread_time()
        offered: list[Proposal] = []
        for fact in await adviser.consider(conversation, clock, offered.append) if turn.by == "tech" else ():
            record(fact)
        shown = await adviser.judge(offered[0], conversation, clock) if offered else None
        seconds = time.thread_time() - begun
        if shown is not None:
            record(shown)
        card = shown.insight if isinstance(shown, InsightGiven) else None
        outcomes.append(Outcome(turn, card, seconds))
    return outcomes


async def play_all(dialogues: Sequence[Dialogue], min_score: float) -> list[list[Outcome]]:
    with tempfile.TemporaryDirectory() as folder:
        lexicon = Lexicon()
        knowledge = Qdrant(lexicon, QdrantOptions(folder=folder))
        await ingest([SAMPLES], knowledge, root=SAMPLES)
        outcomes = [await play(dialogue, knowledge, lexicon, min_score) for dialogue in dialogues]
        await knowledge.close()
    return outcomes


def troubles_of(outcomes: Sequence[Outcome]) -> list[Trouble]:
    troubles: dict[int, Trouble] = {}
    for one in outcomes:
        troubles.setdefault(one.turn.trouble, Trouble(one.turn.about)).outcomes.append(one)
    return list(troubles.values())


def figures(played: Sequence[Sequence[Outcome]]) -> dict[str, str]:
    """What is printed of one part, by its line."""
    troubles = [trouble for outcomes in played for trouble in troubles_of(outcomes)]
    turns = [one for outcomes in played for one in outcomes if one.turn.by == "tech"]
    known = [trouble for trouble in troubles if trouble.about != "none"]
    unknown = [trouble for trouble in troubles if trouble.about == "none"]
    solved = [trouble.solved_after for trouble in known if trouble.solved_after]
    answers = [one for one in turns if one.reaction == "answer"]
    judged = [one for one in turns if one.turn.then]
    return {
        "dialogues": str(len(played)),
        "right article given by the end": _share(len(solved), len(known)),
        "turns to the right article, mean": f"{sum(solved) / max(1, len(solved)):.2f}",
        "answers from a wrong article": _share(sum(one.wrong for one in answers), len(answers)),
        "silent where nothing answers": _share(
            sum(not any(one.reaction == "answer" for one in trouble.outcomes) for trouble in unknown), len(unknown)
        ),
        "questions about what is known": str(sum(len(list(trouble.repeats)) for trouble in troubles)),
        "cards after a closing": str(sum(one.turn.closed and one.card is not None for one in turns)),
        "quotes not in their article": str(sum(one.unproven for one in turns)),
        "most questions in a row": str(max(trouble.most_questions for trouble in troubles)),
        "right reactions": _share(sum(one.fits for one in judged), len(judged)),
    }


TARGETS = {
    "right article given by the end": ">= 85 %",
    "silent where nothing answers": ">= 95 %",
    "questions about what is known": "0",
    "cards after a closing": "0",
    "quotes not in their article": "0",
    "most questions in a row": "<= 2",
}


def _share(hits: int, total: int) -> str:
    return f"{hits}/{total} = {100 * hits / max(1, total):.1f} %"


def show(dialogue: Dialogue, outcomes: Sequence[Outcome], *, whole: bool) -> None:
    """The turns whose reaction was not right, or all of them."""
    repeats = [one for trouble in troubles_of(outcomes) for one in trouble.repeats]
    missed = [trouble for trouble in troubles_of(outcomes) if trouble.about != "none" and not trouble.solved_after]
    wrong = [one for one in outcomes if not one.fits or one in repeats]
    if not (whole or missed or wrong):
        return
    print(f"\n{dialogue.name}{'  NOT ANSWERED' if missed else ''}")
    for one in outcomes:
        if whole or missed or one in wrong:
            score = f" {one.card.passages[0].score:.2f}" if one.article and one.card else ""
            sign = "!!" if one in wrong else "  "
            print(f" {sign} {one.turn.by}: {one.turn.text}\n      -> {one.reaction} {one.article or one.slot}{score}")
            if whole and one.card:
                print(f"         {one.card.content}")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--min-score", type=float, default=SupportOptions().min_score)
    options.add_argument("--misses", action="store_true", help="show what went wrong in the development part")
    options.add_argument("--whole", action="store_true", help="show all dialogues of the development part")
    given = options.parse_args()
    dialogues = read_dialogues()
    played = asyncio.run(play_all(dialogues, given.min_score))
    together = list(zip(dialogues, played, strict=True))
    if given.misses or given.whole:
        for dialogue, outcomes in together:
            if dialogue.part == "development":
                show(dialogue, outcomes, whole=given.whole)
        print()
    parts = {
        part: figures([outcomes for dialogue, outcomes in together if dialogue.part == part])
        for part in ("development", "held out", "later")
    }
    print(f"{'':<36}{''.join(f'{part:<20}' for part in parts)}target")
    for line in parts["development"]:
        print(f"{line:<36}{''.join(f'{told[line]:<20}' for told in parts.values())}{TARGETS.get(line, '')}")
    slowest = max(one.seconds for outcomes in played for one in outcomes)
    print(f"\nprocessor time of a turn on the event loop: slowest {1e3 * slowest:.1f} ms (the search is in a thread)")


if __name__ == "__main__":
    main()
