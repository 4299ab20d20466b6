"""Golden calls: scripts with what a good coach would say, and when; written by people, in YAML.

A sheet is a list of calls. A line is `[second, who, words]` with who rep or client; a golden insight names its topic
(or several that would do), the line that calls for it, counted from 1, and until how many seconds after that line's end
it is still good.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kitt_rtc.model.facts import CallStarted, LegHeld, UtteranceHeard
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.playbooks.sheets import Row, read_rows
from kitt_rtc.replay.script import Cue, Script

_SPEAKERS = {"rep": Speaker("REP", Role.REP), "client": Speaker("CLIENT", Role.CUSTOMER)}
_WORDS_A_SECOND = 2.7
_LEAST_SECONDS = 0.6
_BREATH_SECONDS = 0.3
"""Between two lines: nobody is made to speak into the other's words, unless the sheet's times say so."""
_WRITTEN_SECONDS = 0.6
"""From the last word to the words in the story."""
_GOOD_FOR_SECONDS = 20.0
_KEYS = frozenset({"name", "language", "held_out", "about", "lines", "holds", "golden", "welcome"})


@dataclass(frozen=True, slots=True)
class Golden:
    """A card that should come."""

    topics: tuple[str, ...]
    """Any of these will do."""
    after: float
    """Seconds since the call began: the end of the line that calls for it."""
    until: float


@dataclass(frozen=True, slots=True)
class GoldenCall:
    name: str
    held_out: bool
    """Nothing is tuned on it."""
    script: Script
    golden: tuple[Golden, ...]
    welcome: frozenset[str]
    """Topics that may come, and need not."""


def read_golden(path: Path) -> list[GoldenCall]:
    """One sheet, or every sheet of a folder. Raises SettingsError with file and line."""
    sheets = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    return [_call(row) for sheet in sheets for row in read_rows(sheet, sheet.name)]


def _call(row: Row) -> GoldenCall:
    row.only(_KEYS)
    name, language = row.text("name", longest=80), row.choice("language", ("fr", "en"))
    said = list(_said(row, language))
    holds = [
        Cue(at, LegHeld(_SPEAKERS["client"].id, held=held, by=_SPEAKERS["rep"].id))
        for start, end in _pairs(row, "holds")
        for at, held in ((start, True), (end, False))
    ]
    cues = [Cue(round(one.end + _WRITTEN_SECONDS, 3), UtteranceHeard(one, _WRITTEN_SECONDS)) for one in said]
    ends = max((one.end for one in said), default=0.0)
    started = CallStarted(f"golden_{name}", "coaching", language, 0.0)
    script = Script(started.call_id, started, tuple(sorted((*cues, *holds), key=lambda cue: cue.at)), ends)
    return GoldenCall(name, held_out_of(row), script, tuple(_golden(row, said)), frozenset(row.texts("welcome")))


def held_out_of(row: Row) -> bool:
    """May nothing be tuned on this call?"""
    held_out = row.values.get("held_out", False)
    if not isinstance(held_out, bool):
        raise row.error("'held_out' must be true or false", "held_out")
    return held_out


def _said(row: Row, language: str) -> Iterator[Utterance]:
    lines = row.values.get("lines")
    if not isinstance(lines, list) or not lines:
        raise row.error("'lines' is missing: a list of [second, who, words]", "lines")
    over = 0.0
    for number, line in enumerate(lines, start=1):
        match line:
            case [int() | float() as at, ("rep" | "client") as who, str(words)] if words.strip():
                start = float(at)
            case _:
                raise row.error(f"line {number} must be [second, rep or client, words], not {line!r}", "lines")
        if start < over - _BREATH_SECONDS:
            raise row.error(f"line {number} begins at {start:g}, before the one above it has begun to end", "lines")
        seconds = max(_LEAST_SECONDS, len(words.split()) / _WORDS_A_SECOND)
        over = start
        yield Utterance(f"line{number}", _SPEAKERS[who], words, language, start, round(start + seconds, 3))


def _golden(row: Row, said: Sequence[Utterance]) -> Iterator[Golden]:
    for number, one, topics, seconds in wanted_of(row, "line"):
        line = one.get("line")
        if not isinstance(line, int) or not 1 <= line <= len(said):
            raise row.error(f"golden insight {number}: there is no line {line!r}; there are {len(said)}", "golden")
        end = said[line - 1].end
        yield Golden(topics, end, end + seconds)


def wanted_of(row: Row, place: str) -> Iterator[tuple[int, Mapping[str, object], tuple[str, ...], float]]:
    """Each golden insight with its number, its topics and how long it is good; `place` says where it belongs."""
    wanted = row.values.get("golden", [])
    if not isinstance(wanted, list):
        raise row.error(f"'golden' must be a list of {{topic: …, {place}: …}}", "golden")
    for number, one in enumerate(wanted, start=1):
        if not isinstance(one, Mapping) or not set(one) <= {"topic", place, "seconds"}:
            raise row.error(f"golden insight {number} must be {{topic: …, {place}: …, seconds: …}}", "golden")
        topics, seconds = one.get("topic"), one.get("seconds", _GOOD_FOR_SECONDS)
        topics = [topics] if isinstance(topics, str) else topics
        if not isinstance(topics, list) or not topics or not all(isinstance(topic, str) for topic in topics):
            raise row.error(f"golden insight {number}: 'topic' must be a topic, or a list of them", "golden")
        if not isinstance(seconds, int | float) or seconds <= 0:
            raise row.error(f"golden insight {number}: 'seconds' must be more than 0", "golden")
        yield number, one, tuple(topics), float(seconds)


def _pairs(row: Row, key: str) -> Iterator[tuple[float, float]]:
    value = row.values.get(key, [])
    for pair in value if isinstance(value, list) else [value]:
        match pair:
            case [int() | float() as start, int() | float() as end] if start < end:
                yield float(start), float(end)
            case _:
                raise row.error(f"{key!r} must be a list of [from, to], in seconds", key)
