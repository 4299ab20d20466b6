"""The file of the house's own words, and what is said when it cannot be used."""

from pathlib import Path

import pytest

from kitt_rtc.model.errors import SettingsError
from kitt_rtc.pipeline.correction.wordbook import read_wordbook


def book(folder: Path, text: str) -> str:
    path = folder / "names.yaml"
    path.write_text(text, "utf-8")
    return str(path)


def test_no_file_is_no_words():
    assert read_wordbook("") == {}


def test_a_file_is_lines_or_a_plain_list(tmp_path: Path):
    lines = "Hikvision: [hick vision, ike vision]\nVerkada:\nPoE: p o e\n"
    assert read_wordbook(book(tmp_path, lines)) == {
        "Hikvision": ("hick vision", "ike vision"),
        "Verkada": (),
        "PoE": ("p o e",),
    }
    assert read_wordbook(book(tmp_path, "- Hikvision\n- Verkada\n")) == {"Hikvision": (), "Verkada": ()}
    assert read_wordbook(book(tmp_path, "")) == {}


@pytest.mark.parametrize(
    "text",
    [
        "just words",
        "- [a, b]",
        "yes: [no]",
        "12: twelve",
        "Verkada: [12]",
        "Verkada: {a: b}",
        "a: [unclosed",
        "'': [x]",
    ],
)
def test_what_is_no_such_file_is_refused_by_the_settings_name(tmp_path: Path, text: str):
    with pytest.raises(SettingsError, match=r"^CORRECTIONS: names\.yaml"):
        read_wordbook(book(tmp_path, text))


def test_a_file_that_is_not_there_or_too_long_is_refused(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"^CORRECTIONS: none\.yaml"):
        read_wordbook(str(tmp_path / "none.yaml"))
    with pytest.raises(SettingsError, match="501 names"):
        read_wordbook(book(tmp_path, "\n".join(f"- name{number}" for number in range(501))))
