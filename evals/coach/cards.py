"""Without a model: is the right card found, and silence kept where there is none? `python -m evals.coach.cards`.

Runs on the labelled lines beside this file, offline. Each line is a call of its own: one sentence of a client, and the
one tip the coaching playbook gives for it. What was missed is shown for the development part only.
"""

import argparse
import asyncio
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path

import numpy as np
import yaml

from evals.coach import golden
from evals.figure import Figure
from evals.logistic import learnt
from kitt_rtc.engines.sentences import SentenceEncoder, SentenceOptions
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import CallStarted, ContextRead, Entry, UtteranceHeard
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.playbooks import triggers
from kitt_rtc.playbooks.anchors import Anchors, Signs
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.coaching import CoachingPlaybook
from kitt_rtc.playbooks.meanings import TRUSTED, MeaningOptions, Meanings, anchors_of
from kitt_rtc.prompts.library import Library
from kitt_rtc.replay.golden import read_golden

LINES = Path(__file__).with_name("lines.yaml")
MEANING_LINES = Path(__file__).with_name("meaning_lines.yaml")
"""Said without the words that the sheets listen for."""
FRESH_LINES = Path(__file__).with_name("lines_fresh.yaml")
"""By a hand that had read nothing; met once."""
CHECKLIST_LINES = Path(__file__).with_name("checklist_lines.yaml")
LANGUAGES = {"en": "English", "fr": "French"}
CLIENT = Speaker("CLIENT", Role.CUSTOMER)


@dataclass(frozen=True, slots=True)
class Line:
    say: str
    language: str
    topic: str
    """Of the card that should come first; empty where nothing should be said."""
    plain: bool
    """Said in so many words; the others come at it sideways."""
    held_out: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    line: Line
    topic: str
    """Of the tip that was given; empty for silence."""
    reason: str
    seconds: float
    """Both halves of a turn: reading the context, and advising."""

    @property
    def right(self) -> bool:
        return self.topic == self.line.topic


async def house() -> CoachingPlaybook:
    """As in a house without a key: words first, then meaning by the sentence encoder."""
    cards = Cards.load()
    meanings = Meanings(cards, SentenceEncoder(SentenceOptions(inline=True)))
    await meanings.learn()
    return CoachingPlaybook(cards, Library(), meanings=meanings)


def call_of(line: Line) -> Conversation:
    heard = Utterance("u1", CLIENT, line.say, line.language, 0.0, 3.0)
    facts = CallStarted("eval", "coaching", line.language, 0.0), UtteranceHeard(heard, 0.1)
    return Conversation.of(Entry(seq, 0.0, fact) for seq, fact in enumerate(facts, start=1))


async def hear(playbook: CoachingPlaybook, line: Line) -> Outcome:
    call = call_of(line)
    begun = time.perf_counter()
    context = await playbook.read(call)
    tip = await playbook.advise(call.after(Entry(3, 0.0, context or ContextRead(("u1",), "opening"))))
    seconds = time.perf_counter() - begun
    return Outcome(line, tip.topic if tip else "", tip.reason if tip else "", seconds)


async def hear_all(playbook: CoachingPlaybook, lines: Sequence[Line]) -> list[Outcome]:
    return [await hear(playbook, line) for line in lines]


def report(language: str, outcomes: Sequence[Outcome]) -> None:
    parts = [[one for one in outcomes if one.line.held_out is held_out] for held_out in (False, True)]
    spoken = [[one for one in part if one.line.topic] for part in parts]
    silent = [[one for one in part if not one.line.topic] for part in parts]
    print(f"\n{LANGUAGES[language]:34}{'development':>20}{'held out':>20}")
    row("right card first", spoken, lambda one: one.right, "at least 85 %")
    row("  plainly said", [[one for one in part if one.line.plain] for part in spoken], lambda one: one.right)
    roundabout = [[one for one in part if not one.line.plain] for part in spoken]
    row("  in a roundabout way", roundabout, lambda one: one.right)
    row("wrong card first", spoken, lambda one: bool(one.topic) and not one.right)
    row("missed: no card", spoken, lambda one: not one.topic)
    row("false alarms where silence is right", silent, lambda one: bool(one.topic), "at most 5 %")


def row(name: str, parts: Sequence[Sequence[Outcome]], counts: Callable[[Outcome], bool], target: str = "") -> None:
    print(f"{name:36}" + "".join(f"{share(part, counts):>20}" for part in parts) + (f"   {target}" if target else ""))


def share(outcomes: Sequence[Outcome], counts: Callable[[Outcome], bool]) -> str:
    hits = sum(map(counts, outcomes))
    return f"{hits}/{len(outcomes)} = {100 * hits / max(1, len(outcomes)):.1f} %"


async def figures(quick: bool = False) -> Sequence[Figure]:
    """Of the held-out part and of the fresh lines; `quick`: of every fourth line."""
    playbook = await house()
    sets = {
        "held": [line for line in labelled(LINES) if line.held_out],
        "fresh": labelled(FRESH_LINES),
        "in other words": [line for line in labelled(MEANING_LINES) if line.held_out],
    }
    await hear(playbook, sets["held"][0])
    shown: list[Figure] = []
    for name, lines in sets.items():
        outcomes = await hear_all(playbook, lines[:: 4 if quick else 1])
        shown += [figure for language in LANGUAGES for figure in _of(name, language, outcomes)]
    return [*shown, *_ticked()]


def _ticked() -> Sequence[Figure]:
    """Of the held lines of the checklist: ticked where it should be, and not where it should not."""
    cards, right, false, due, idle = Cards.load(), 0, 0, 0, 0
    for row in yaml.safe_load(CHECKLIST_LINES.read_text("utf-8")):
        if not row["held_out"]:
            continue
        said = Utterance("u1", Speaker("X", Role(row["who"])), row["say"], row["language"], 0.0, 3.0)
        done = {item for item, _ in cards.checklist.done_by(said, row["language"])}
        due, idle = due + bool(row["item"]), idle + (not row["item"])
        right, false = right + (row["item"] in done), false + (not row["item"] and bool(done))
    return (
        Figure("checklist: ticked", 100 * right / max(1, due), "%", 85.0, at_least=True, note=f"{due} held lines"),
        Figure("checklist: ticked for nothing", 100 * false / max(1, idle), "%", 5.0, note=f"{idle} held lines"),
    )


def _of(part: str, language: str, outcomes: Sequence[Outcome]) -> Sequence[Figure]:
    mine = [one for one in outcomes if one.line.language == language]
    spoken, silent = [one for one in mine if one.line.topic], [one for one in mine if not one.line.topic]
    right, false = _percent(spoken, lambda one: one.right), _percent(silent, lambda one: bool(one.topic))
    name, _asked, calm = LANGUAGES[language], f"{len(spoken)} lines", f"{len(silent)} lines that call for none"
    return (
        Figure(
            f"cards, {part}: right card first, {name}", right, "%", 85.0, at_least=True, note=f"{len(spoken)} lines"
        ),
        Figure(f"cards, {part}: false alarms, {name}", false, "%", 5.0, note=calm),
    )


def _percent(outcomes: Sequence[Outcome], counts: Callable[[Outcome], bool]) -> float:
    return 100 * sum(map(counts, outcomes)) / max(1, len(outcomes))


def labelled(path: Path) -> list[Line]:
    return [Line(**row) for row in yaml.safe_load(path.read_text("utf-8"))]


async def learn() -> Signs:
    """The weights of `playbooks/anchors.py`, by the first guesses on the development lines and golden calls."""
    cards, encoder = Cards.load(), SentenceEncoder(SentenceOptions(inline=True))
    placed = anchors_of(cards)
    anchors = Anchors(placed, await encoder.embed([one.text for one in placed]))
    rows = []
    for say, language, wanted, welcome in _development():
        mine = {card.id: card for card in cards.cards(language) if card.roles & TRUSTED}
        for sentence in triggers.hear(say):
            words = len(sentence.folded.split())
            (vector,) = await encoder.embed([sentence.text])
            guess = anchors.guess(np.asarray(vector, np.float32), mine.keys(), words, language)
            if guess and words >= MeaningOptions().least_words:
                topic = mine[guess.card_id].topic
                if topic in wanted or topic not in welcome:
                    rows.append((astuple(guess.signs), topic in wanted))
    return Signs(*learnt([signs for signs, _ in rows], [right for _, right in rows]))


def _development() -> Iterator[tuple[str, str, Collection[str], Collection[str]]]:
    """What a client says, in which language, the topics wanted there and those that are welcome."""
    for line in (*labelled(LINES), *labelled(MEANING_LINES)):
        if not line.held_out:
            yield line.say, line.language, {line.topic} - {""}, ()
    for call in read_golden(golden.FOLDER):
        topics = {topic for one in call.golden for topic in one.topics}
        for said in (cue.fact.utterance for cue in call.script.cues if isinstance(cue.fact, UtteranceHeard)):
            if said.speaker.role is Role.CUSTOMER and not call.held_out:
                wanted = {topic for one in call.golden if one.after == said.end for topic in one.topics}
                yield said.text, said.language, wanted, {*call.welcome, *topics}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--lines", default=str(LINES), help="a YAML file of labelled lines of your own")
    options.add_argument("--learn", action="store_true", help="print the weights that the development parts teach")
    options.add_argument("--misses", action="store_true", help="show what went wrong in the development part")
    given = options.parse_args()
    if given.learn:
        print(asyncio.run(learn()))
        return
    lines = labelled(Path(given.lines))
    playbook = asyncio.run(house())
    asyncio.run(hear(playbook, lines[0]))
    outcomes = asyncio.run(hear_all(playbook, lines))
    for language in LANGUAGES:
        report(language, [one for one in outcomes if one.line.language == language])
    waits = sorted(one.seconds for one in outcomes)
    print(f"\none turn: median {1e3 * waits[len(waits) // 2]:.1f} ms, slowest {1e3 * waits[-1]:.1f} ms, target 5 ms")
    if given.misses:
        for one in outcomes:
            if not one.right and not one.line.held_out:
                print(f"{one.line.topic or '(silence)':22} {one.topic or '(silence)':22} {one.line.say}")
                print(f"{'':45} {one.reason}" if one.reason else "", end="\n" if one.reason else "")


if __name__ == "__main__":
    main()
