"""Cues from a house's own lexicon: loaded with file and line, denied, told of others, asked."""

from pathlib import Path

import pytest

from kitt_rtc.model.errors import SettingsError
from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.cues import Cues
from tests.fakes.thinking import heard, says

WORDS = "- {id: not, words: [not]}\n- {id: turn, words: [but]}\n- {id: told, words: [you said]}\n"


def lexicon(folder: Path, tone: str, **sheets: str) -> Path:
    for language in ("fr", "en"):
        (folder / language).mkdir()
    (folder / "en" / "words.yaml").write_text(WORDS)
    (folder / "en" / "tone.yaml").write_text(tone)
    for name, text in sheets.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


def found(cues: Cues, text: str) -> list[tuple[str, str]]:
    (line,) = cues.lines(heard(says(Role.CUSTOMER, text)))
    return [(one.cue.id, one.quote) for one in cues.found(line.sentences, "en", "mood")]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("That is swell.", ["pleased"]),
        ("That is not swell.", []),
        ("It's not cheap but swell.", ["pleased"]),
        ("You said swell.", []),
        ("Swell! Swell.", ["pleased", "pleased"]),
        ("Swell if it works.", []),
    ],
)
def test_a_houses_own_cue_is_found_where_it_is_meant(tmp_path: Path, text: str, ids: list[str]):
    cues = Cues.load(lexicon(tmp_path, "- {kind: mood, id: pleased, words: [swell], unless: ['if']}\n"))
    assert [cue_id for cue_id, _ in found(cues, text)] == ids


def test_a_quote_is_the_sentence_that_gave_it(tmp_path: Path):
    cues = Cues.load(lexicon(tmp_path, "- {kind: mood, id: pleased, words: [swell]}\n"))
    assert found(cues, "We have two. That is swell.") == [("pleased", "That is swell.")]


@pytest.mark.parametrize(
    "row", ["- {kind: humour, id: a, words: [b]}", "- {kind: mood, id: a, words: [b], colour: red}"]
)
def test_a_row_that_cannot_be_read_is_told_with_its_line(tmp_path: Path, row: str):
    with pytest.raises(SettingsError, match=r"lexicon/en/tone\.yaml.*2"):
        Cues.load(lexicon(tmp_path, f"- {{kind: mood, id: pleased, words: [swell]}}\n{row}\n"))


def test_what_is_asked_is_not_stated():
    (line,) = Cues.load().lines(heard(says(Role.CUSTOMER, "Is it? It is.")))
    assert [sentence.text for sentence in line.stated] == ["It is."]


def test_people_and_places_are_no_firms_and_a_house_adds_its_own(tmp_path: Path):
    ours = Cues.load()
    assert all(ours.is_no_firm(name) for name in ("Jennifer", "Hélène", "Helene Martin", "Bristol", "New York"))
    assert not any(ours.is_no_firm(name) for name in ("Globex", "Martin Legrand Conseil"))
    own = Cues.load(
        lexicon(tmp_path, "- {kind: mood, id: pleased, words: [swell]}\n", names="- {id: ours, words: [Argus]}\n")
    )
    assert own.is_no_firm("argus")
    assert not own.is_no_firm("Jennifer")
