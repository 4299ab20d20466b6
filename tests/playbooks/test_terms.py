"""The words of a trade that a transcriber is told of."""

from pathlib import Path

import pytest

from kitt_rtc.model.errors import SettingsError
from kitt_rtc.playbooks.terms import load_terms


def test_R02_each_playbook_has_its_words_and_none_too_many():
    terms = load_terms()
    assert set(terms) == {"support", "coaching"}
    assert all(1 <= len(words) <= 10 for words in terms.values())
    assert "NVR" in terms["support"]


def test_a_slip_of_the_pen_is_told_with_its_line(tmp_path: Path):
    (tmp_path / "terms.yaml").write_text("- {playbook: survey, terms: [NPS]}\n- {playbook: x, words: [y]}\n")
    with pytest.raises(SettingsError, match=r"terms.yaml:2: unknown key 'words'"):
        load_terms(tmp_path / "terms.yaml")
