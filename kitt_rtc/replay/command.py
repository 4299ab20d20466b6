"""What `kitt-rtc eval` and `kitt-rtc replay` do, once their words are read."""

import json
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

from kitt_rtc.model.errors import BadMessage, SettingsError
from kitt_rtc.model.facts import Entry
from kitt_rtc.replay.again import AS_IT_WAS, Again, compare_tape, list_tapes, live_again, story_crew
from kitt_rtc.replay.cast import cast
from kitt_rtc.replay.comparison import Comparison
from kitt_rtc.replay.golden import GoldenCall, read_golden
from kitt_rtc.replay.golden_tape import GOLDEN, read_golden_tape
from kitt_rtc.replay.marks import Marks, mark
from kitt_rtc.replay.report import table, verdicts
from kitt_rtc.replay.script import Script
from kitt_rtc.replay.stage import play_with
from kitt_rtc.replay.tape import is_tape, read_tape, tapes_in
from kitt_rtc.wire import decode


def evaluate(path: Path, again: Again = AS_IT_WAS) -> Iterator[str]:
    """Every golden call, marked: the table, then what was missed and what nobody asked for, then the targets."""
    found = list(_marked(path, again))
    if not found:
        raise SettingsError(f"{path}: no golden calls in it (*.yaml, or tapes with a {GOLDEN})")
    marks = [one for _, one in found]
    yield table(marks)
    yield ""
    for one in marks:
        yield from (f"{one.name}: missed {topic}" for topic in one.missed)
        yield from (f"{one.name}: nobody asked for “{title}”" for title in one.false_alarms)
    for name, part in _parts(found):
        yield f"\n{name}"
        yield from verdicts(part)


def replay(path: Path, again: Again = AS_IT_WAS) -> Iterator[str]:
    """A call lived again beside what it was; or, of a folder of tapes, which there are. Raises SettingsError."""
    if is_tape(path):
        yield from compare_tape(path, again)
    elif path.is_dir():
        yield from list_tapes(path)
    elif again.hear:
        raise SettingsError("--hear-again needs a tape: a story has no sound")
    else:
        yield from compare(read_story(path), again)


def compare(story: Sequence[Entry], again: Again = AS_IT_WAS) -> Iterator[str]:
    """The advice of a call that was beside that of its replay."""
    try:
        script = Script.of(story)
    except ValueError as error:
        raise SettingsError(f"not the story of a call: {error}") from error
    if script.playbook != "coaching":
        raise SettingsError(f"only calls of the coaching playbook can be replayed; this one is {script.playbook!r}")
    found = Comparison.of(story, play_with(script, story_crew(again)))
    yield from found.lines()
    yield f"\n{len(found.same)} the same, {len(found.new)} new, {len(found.gone)} gone"


def read_story(path: Path) -> list[Entry]:
    """A story as it was told: envelopes line by line, or the answer of GET /calls/{id}. Raises SettingsError."""
    try:
        text = path.read_text("utf-8")
        whole = json.loads(text) if text.lstrip().startswith("{") and '"facts"' in text[:2_000] else None
        lines = [json.dumps(fact) for fact in whole["facts"]] if whole else text.splitlines()
        envelopes = [decode(line) for line in lines if line.strip()]
    except (OSError, UnicodeDecodeError, ValueError, KeyError, TypeError, BadMessage) as error:
        raise SettingsError(f"{path}: not the story of a call ({type(error).__name__})") from error
    return [envelope.entry for envelope in envelopes if envelope is not None]


def _marked(path: Path, again: Again) -> Iterator[tuple[GoldenCall, Marks]]:
    tapes = [path] if is_tape(path) else list(tapes_in(path)) if path.is_dir() else []
    for folder in tapes:
        if (folder / GOLDEN).is_file():
            tape = read_tape(folder)
            call = read_golden_tape(folder, tape)
            yield call, mark(call, live_again(tape, again).story)
    calls = [] if is_tape(path) else read_golden(path)
    shared = cast(again.options) if calls and not again.model else None
    for call in calls:
        yield call, mark(call, play_with(call.script, nullcontext(shared) if shared else story_crew(again)))


def _parts(found: Sequence[tuple[GoldenCall, Marks]]) -> Iterator[tuple[str, Marks]]:
    """Those that may be tuned on, and those that may not."""
    for held_out, name in ((False, "Development"), (True, "Held out")):
        mine = [one for call, one in found if call.held_out is held_out]
        if mine:
            yield name, Marks.together(mine, name)
