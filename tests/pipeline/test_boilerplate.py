"""The lists of what engines make up: ours are in order, and a broken one is told."""

from pathlib import Path

import pytest

from kitt_rtc.model.errors import SettingsError
from kitt_rtc.pipeline.boilerplate import Boilerplate, built_in


def test_every_language_has_its_lists_and_all_hold_for_all() -> None:
    lists = built_in()
    assert {"merci", "thank you", "you"} <= lists.seldom
    assert lists.is_never_said("sous titrage societe radio canada")
    assert lists.is_never_said("thanks for watching")
    assert not any(lists.is_never_said(phrase) for phrase in lists.seldom), "what people say is never hard evidence"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("credits: [", "cannot be read as YAML"),
        ("films: [a]", "must have lists called"),
        ("seldom: [yes]", "list of phrases"),
        ("seldom: you", "list of phrases"),
    ],
)
def test_a_list_that_is_none_is_told(tmp_path: Path, text: str, told: str) -> None:
    for language in ("en", "fr"):
        (tmp_path / f"{language}.yaml").write_text(text, "utf-8")
    with pytest.raises(SettingsError, match=told):
        Boilerplate.load(tmp_path)
