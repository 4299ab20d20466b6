"""`kitt-rtc replay` and `kitt-rtc eval`, as they are typed."""

import json
from pathlib import Path

import pytest

from kitt_rtc.__main__ import main
from kitt_rtc.model.facts import Entry, InsightGiven
from kitt_rtc.replay.cast import CastOptions, cast
from kitt_rtc.replay.command import read_story
from kitt_rtc.replay.golden import read_golden
from kitt_rtc.replay.stage import play
from kitt_rtc.wire import as_dict, encode
from tests.replay.test_golden import CALL

CARD = """
- id: price
  topic: objection.money
  when: customer
  phase: objection
  priority: 90
  words: [too expensive]
  title: Money
  say: '"Compared to what?"'
  avoid: A discount
"""


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    (tmp_path / "calls.yaml").write_text(CALL, "utf-8")
    return tmp_path / "calls.yaml"


@pytest.fixture
def other_cards(tmp_path: Path) -> Path:
    for language in ("fr", "en"):
        (tmp_path / "cards" / language).mkdir(parents=True)
        (tmp_path / "cards" / language / "objections.yaml").write_text(CARD, "utf-8")
    return tmp_path / "cards"


@pytest.fixture
def story(calls: Path) -> list[Entry]:
    (call,) = read_golden(calls)
    return list(play(call.script, cast(CastOptions())))


def written(folder: Path, story: list[Entry]) -> Path:
    path = folder / "story.jsonl"
    path.write_text("".join(f"{encode('call', entry)}\n" for entry in story), "utf-8")
    return path


def test_N8_eval_prints_the_table_with_its_targets(calls: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["eval", str(calls)]) == 0
    told = capsys.readouterr().out
    assert "price                                1/1" in told
    assert "golden insights hit                   100 %   at least 80 %    met" in told


def test_N8_other_cards_show_what_would_differ(calls: Path, other_cards: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["eval", str(calls), "--with", str(other_cards)]) == 0
    told = capsys.readouterr().out
    assert "price: missed objection.price" in told
    assert "price: nobody asked for “Money”" in told


def test_N8_a_replay_without_changes_gives_the_same_advice(
    tmp_path: Path, story: list[Entry], capsys: pytest.CaptureFixture[str]
):
    assert main(["replay", str(written(tmp_path, story))]) == 0
    assert "1 the same, 0 new, 0 gone" in capsys.readouterr().out


def test_N8_a_replay_with_other_cards_says_what_is_new_and_what_is_gone(
    tmp_path: Path, story: list[Entry], other_cards: Path, capsys: pytest.CaptureFixture[str]
):
    assert main(["replay", str(written(tmp_path, story)), "--with", str(other_cards)]) == 0
    told = capsys.readouterr().out
    assert "gone  objection.price" in told
    assert "new   objection.money: Money “To be honest your offer is too expensive for us.”" in told
    assert "0 the same, 1 new, 1 gone" in told


def test_a_story_is_read_as_lines_and_as_the_doors_answer(tmp_path: Path, story: list[Entry]):
    path = tmp_path / "answer.json"
    answer = {"success": True, "session_id": "call", "facts": [as_dict("call", entry) for entry in story]}
    path.write_text(json.dumps(answer), "utf-8")
    assert read_story(path) == read_story(written(tmp_path, story)) == story
    assert any(isinstance(entry.fact, InsightGiven) for entry in story)


@pytest.mark.parametrize("text", ["", "nonsense", '{"facts": 7}', "[]", '{"v": 1}'])
def test_what_is_no_story_is_told_in_a_line(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]):
    path = tmp_path / "story.jsonl"
    path.write_text(text, "utf-8")
    assert main(["replay", str(path)]) == 2
    assert "not the story of a call" in capsys.readouterr().err


def test_a_folder_without_calls_and_a_model_without_a_server_are_told(
    tmp_path: Path, calls: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    (tmp_path / "empty").mkdir()
    assert main(["eval", str(tmp_path / "empty")]) == 2
    assert "no golden calls" in capsys.readouterr().err
    assert main(["eval", str(calls), "--model", "gpt-x"]) == 2
    assert "--model needs OPENAI_API_KEY" in capsys.readouterr().err
