"""Golden calls: read with the line of a mistake, played in no time, marked against what a good coach would say."""

from pathlib import Path

import pytest

from kitt_rtc.model.errors import SettingsError
from kitt_rtc.model.facts import InsightGiven
from kitt_rtc.replay.cast import CastOptions, cast
from kitt_rtc.replay.golden import GoldenCall, read_golden
from kitt_rtc.replay.marks import Marks, mark
from kitt_rtc.replay.stage import play

CALL = """
- name: price
  language: en
  lines:
    - [1.0, rep, "Hello, what can I do for you?"]
    - [4.0, client, "To be honest your offer is too expensive for us."]
    - [9.0, rep, "Compared to what?"]
    - [12.0, client, "I see what you mean."]
  golden:
    - {topic: objection.price, line: 2}
"""


def golden(folder: Path, text: str = CALL) -> GoldenCall:
    sheet = folder / "calls.yaml"
    sheet.write_text(text, "utf-8")
    (call,) = read_golden(sheet)
    return call


def marked(call: GoldenCall) -> Marks:
    return mark(call, play(call.script, cast(CastOptions())))


def test_N8_two_replays_give_equal_stories(tmp_path: Path):
    call, crew = golden(tmp_path), cast(CastOptions())
    first, second = play(call.script, crew), play(call.script, crew)
    assert first == second
    assert [entry.fact.insight.topic for entry in first if isinstance(entry.fact, InsightGiven)] == ["objection.price"]


def test_a_card_in_its_time_is_a_hit_and_its_wait_is_from_the_end_of_the_line(tmp_path: Path):
    marks = marked(golden(tmp_path))
    assert (marks.hits, marks.golden, marks.false_alarms, marks.missed) == (1, 1, (), ())
    assert 0.4 < marks.waits[0] < 2.0


def test_what_nobody_asked_for_is_a_false_alarm_unless_it_is_welcome(tmp_path: Path):
    unasked = golden(tmp_path, CALL.replace("  golden:\n    - {topic: objection.price, line: 2}\n", ""))
    assert len(marked(unasked).false_alarms) == 1
    welcome = golden(
        tmp_path, CALL.replace("  golden:\n    - {topic: objection.price, line: 2}", "  welcome: [objection.price]")
    )
    assert marked(welcome).false_alarms == ()


def test_a_golden_insight_without_its_card_is_missed(tmp_path: Path):
    marks = marked(golden(tmp_path, CALL.replace("line: 2}", "line: 2}\n    - {topic: objection.trust, line: 4}")))
    assert (marks.hits, marks.missed, marks.lost) == (1, ("objection.trust",), 0)


def test_on_hold_nothing_is_shown_and_it_counts_as_missed(tmp_path: Path):
    held = golden(tmp_path, CALL.replace("  golden:", "  holds: [[2.0, 40.0]]\n  golden:"))
    assert marked(held).missed == ("objection.price",)


def test_all_calls_together_are_marked_as_one(tmp_path: Path):
    one = marked(golden(tmp_path))
    both = Marks.together([one, one], "both")
    assert (both.hits, both.golden, both.hit_share, both.seconds) == (2, 2, 1.0, 2 * one.seconds)


@pytest.mark.parametrize(
    ("wrong", "complaint"),
    [
        ("language: en", "calls.yaml:3: 'language'"),
        ('[4.0, client, "To', "line 2 must be [second, rep or client, words]"),
        ("[9.0, rep", "line 3 begins at"),
        ("line: 2}", "there is no line 9; there are 4"),
        ("name: price", "'name' is missing"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, wrong: str, complaint: str):
    replaced = {
        "language: en": "language: de",
        '[4.0, client, "To': '[4.0, boss, "To',
        "[9.0, rep": "[2.0, rep",
        "line: 2}": "line: 9}",
        "name: price": 'name: ""',
    }
    with pytest.raises(SettingsError) as told:
        golden(tmp_path, CALL.replace(wrong, replaced[wrong]))
    assert complaint in told.value.message
    assert "calls.yaml:" in told.value.message
