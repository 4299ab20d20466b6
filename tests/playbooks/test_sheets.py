"""A complaint about a sheet names the file and the line."""

from pathlib import Path

import pytest

from kitt_rtc.model.errors import SettingsError
from kitt_rtc.playbooks.sheets import Row, read_rows


def _rows(tmp_path: Path, text: str) -> list[Row]:
    sheet = tmp_path / "desk.yaml"
    sheet.write_text(text, encoding="utf-8")
    return read_rows(sheet, "desk.yaml")


def test_rows_come_with_their_lines(tmp_path: Path):
    first, second = _rows(tmp_path, "# a comment\n- id: one\n  say: >\n    hello\n    there\n\n- {id: two}\n")
    assert (first.line, first.text("say")) == (2, "hello there")
    assert (second.line, second.text("id")) == (7, "two")


def test_an_empty_sheet_has_no_rows(tmp_path: Path):
    assert _rows(tmp_path, "# nothing yet\n") == []


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("- id: one\n  say: a : b : c\n", r"desk.yaml:2: not YAML"),
        ("id: one\n", r"desk.yaml:1: a sheet is a list"),
        ("- id: one\n- just words\n", r"desk.yaml:2: a row is written"),
        ("- id: one\n  say: x\n  say: y\n", r"desk.yaml:3: 'say' is written twice"),
    ],
)
def test_what_is_not_a_sheet_is_refused(tmp_path: Path, text: str, complaint: str):
    with pytest.raises(SettingsError, match=complaint):
        _rows(tmp_path, text)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path):
    (tmp_path / "desk.yaml").write_bytes(b"- id: \xff\xfe\n")
    with pytest.raises(SettingsError, match=r"desk.yaml: not YAML in UTF-8"):
        read_rows(tmp_path / "desk.yaml", "desk.yaml")


def test_a_value_of_the_wrong_kind_names_its_line(tmp_path: Path):
    (row,) = _rows(tmp_path, "- id: one\n  words: [yes]\n  priority: 200\n  when: nobody\n  say: ''\n  title: 12345\n")
    for read, complaint in (
        (lambda: row.texts("words"), "desk.yaml:2: 'words' must be a list of texts; yes"),
        (lambda: row.number("priority", least=1, most=100), "desk.yaml:3: 'priority' must be a whole number from 1"),
        (lambda: row.choice("when", ["rep"]), "desk.yaml:4: 'when' is 'nobody'; it must be one of rep"),
        (lambda: row.text("say"), "desk.yaml:5: 'say' is missing"),
        (lambda: row.text("title"), "desk.yaml:6: 'title' must be text"),
        (lambda: row.text("id", longest=2), "desk.yaml:1: 'id' has 3 characters, at most 2"),
        (lambda: row.only(["id"]), "desk.yaml:2: unknown key 'words'; known are id"),
        (lambda: row.text("absent"), "desk.yaml:1: 'absent' is missing"),
    ):
        with pytest.raises(SettingsError) as refused:
            read()
        assert refused.value.message.startswith(complaint)
