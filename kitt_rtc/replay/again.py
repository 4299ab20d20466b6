"""`kitt-rtc replay` of a tape: the call lived again, beside what it was."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from kitt_rtc.calls.crew import Crew
from kitt_rtc.model.errors import SettingsError
from kitt_rtc.model.facts import Entry
from kitt_rtc.ports import LanguageModel
from kitt_rtc.readers.masking import masked
from kitt_rtc.replay.cast import CastOptions, learnt_cast
from kitt_rtc.replay.difference import Difference
from kitt_rtc.replay.outside import hosted_model
from kitt_rtc.replay.tape import Tape, read_tape, tapes_in
from kitt_rtc.replay.tape_cast import tape_cast
from kitt_rtc.replay.tape_stage import play_tape
from kitt_rtc.replay.taped_engines import Answers
from kitt_rtc.settings import Settings
from kitt_rtc.toolbox import Ears, open_ears

_PLAYBOOKS = ("coaching", "support")


@dataclass(frozen=True, slots=True)
class Again:
    """What is other than it was."""

    settings: Settings | None = None
    """Of this house: its names of people and products, and the engines that the others ask for; None: nothing is."""
    options: CastOptions = field(default_factory=CastOptions)
    model: str = ""
    """A language model behind OPENAI_BASE_URL; empty: what the one of the call answered."""
    hear: bool = False
    """Is the sound heard anew? Else what was heard is on the tape."""


AS_IT_WAS = Again()


@dataclass(frozen=True, slots=True)
class Lived:
    story: Sequence[Entry]
    answers: Answers
    """What was asked, and was not on the tape."""


def live_again(tape: Tape, again: Again = AS_IT_WAS) -> Lived:
    """Raises SettingsError where a sheet is wrong, or nothing of this tape can be replayed."""
    if tape.started.playbook not in _PLAYBOOKS:
        known = " or ".join(_PLAYBOOKS)
        raise SettingsError(f"only calls of {known} can be replayed; this one is {tape.started.playbook!r}")
    answers = Answers.of(tape.answers)
    return Lived(play_tape(tape, _crew(tape, answers, again), answers), answers)


@asynccontextmanager
async def story_crew(again: Again) -> AsyncIterator[Crew]:
    """For a call whose words are known. Raises SettingsError."""
    async with _model(again) as model:
        yield await learnt_cast(again.options, model)


@asynccontextmanager
async def _crew(tape: Tape, answers: Answers, again: Again) -> AsyncIterator[Crew]:
    corrections = again.settings.corrections if again.settings else ""
    async with _model(again) as model, _ears(again) as ears:
        yield await tape_cast(tape, answers, again.options, corrections=corrections, model=model, ears=ears)


@asynccontextmanager
async def _model(again: Again) -> AsyncIterator[LanguageModel | None]:
    if not again.model or again.settings is None:
        yield None
        return
    async with hosted_model(again.model, again.settings) as model:
        yield model


@asynccontextmanager
async def _ears(again: Again) -> AsyncIterator[Ears | None]:
    if not again.hear or again.settings is None:
        yield None
        return
    async with open_ears(again.settings) as ears:
        yield ears


def compare_tape(path: Path, again: Again = AS_IT_WAS) -> Iterator[str]:
    """What the tape is, the words and cards that differ, and the sums."""
    tape = read_tape(path)
    yield f"{_told(path, tape)}, taped by version {tape.header.product}"
    if tape.torn:
        yield "it breaks off: read up to its last whole record"
    if tape.lost:
        yield f"it has holes: {tape.lost} records were lost when it was taped"
    lived = live_again(tape, again)
    found = Difference.of(tape.story, lived.story)
    yield from found.lines()
    for port, count in sorted(lived.answers.missing.items()):
        yield f"not on the tape: {count} questions to the {port}"
    if lived.answers.otherwise:
        yield f"asked in another way: {lived.answers.otherwise} pieces of sound, answered as they were on the tape"
    cards = found.cards
    yield f"\n{found.same_words} of {len(found.words)} utterances the same"
    yield f"{len(cards.same)} the same, {len(cards.new)} new, {len(cards.gone)} gone"


def list_tapes(folder: Path) -> Iterator[str]:
    """One line for each tape of a house, what may be somebody's number masked. Raises SettingsError without any."""
    tapes = list(tapes_in(folder))
    if not tapes:
        raise SettingsError(f"{folder}: no tape in it")
    for path in tapes:
        try:
            yield _told(path, read_tape(path))
        except SettingsError as error:
            yield masked(error.message)


def _told(path: Path, tape: Tape) -> str:
    minutes, seconds = divmod(round(tape.seconds), 60)
    size = sum(file.stat().st_size for file in path.iterdir()) / 1e6
    return f"{masked(path.name)}: {tape.started.playbook}, {minutes}:{seconds:02d}, {size:.1f} MB"
