"""The golden insights of a call that is on a tape: a sheet in the tape's folder, written by who has listened to it.

It is a list of one call, without lines: a golden insight names the second of the call after which it is due.
"""

from collections.abc import Iterator
from pathlib import Path

from kitt_rtc.model.errors import SettingsError
from kitt_rtc.playbooks.sheets import Row, read_rows
from kitt_rtc.replay.golden import Golden, GoldenCall, held_out_of, wanted_of
from kitt_rtc.replay.script import Script
from kitt_rtc.replay.tape import Tape

GOLDEN = "golden.yaml"
_KEYS = frozenset({"name", "held_out", "about", "golden", "welcome"})


def read_golden_tape(folder: Path, tape: Tape) -> GoldenCall:
    """Named after its folder where it has no name. Raises SettingsError with file and line."""
    sheet = folder / GOLDEN
    rows = read_rows(sheet, f"{folder.name}/{GOLDEN}")
    if len(rows) != 1:
        raise SettingsError(f"{sheet}: must be a list of one call")
    (row,) = rows
    row.only(_KEYS)
    script = Script.of(tape.story)
    name = row.text("name", longest=80, required=False) or folder.name
    golden = tuple(_due(row, script.seconds))
    return GoldenCall(name, held_out_of(row), script, golden, frozenset(row.texts("welcome")))


def _due(row: Row, length: float) -> Iterator[Golden]:
    for number, one, topics, seconds in wanted_of(row, "after"):
        after = one.get("after")
        if not isinstance(after, int | float) or not 0 <= after <= length:
            fault = f"golden insight {number}: 'after' must be a second of the call, up to {length:g}"
            raise row.error(fault, "golden")
        yield Golden(topics, float(after), float(after) + seconds)
