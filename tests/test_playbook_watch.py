"""A team lead's sheets: saved is in use, broken is told and changes nothing; checked and copied from the shell."""

from pathlib import Path

import pytest

from kitt_rtc.__main__ import main
from kitt_rtc.model.speech import Role
from kitt_rtc.playbook_watch import PlaybookWatch
from kitt_rtc.playbooks.cards import Cards
from tests.fakes.thinking import says
from tests.playbooks.test_inspection import CARD, sheets

SAID = says(Role.CUSTOMER, "That is far too steep.")


def save(folder: Path, text: str) -> None:
    (folder / "en" / "objections.yaml").write_text(text, "utf-8")


async def test_what_is_saved_is_in_use_by_whoever_holds_the_cards(tmp_path: Path):
    cards = Cards.load(sheets(tmp_path))
    watch, before = PlaybookWatch(cards, tmp_path), cards.version
    assert cards.matches([SAID], "en") == []
    save(tmp_path, CARD.replace("[too expensive]", "[too expensive, too steep]"))
    await watch.look()
    assert [match.card.id for match in cards.matches([SAID], "en")] == ["price"]
    assert cards.version != before
    assert watch.trouble == ""


async def test_a_broken_sheet_is_told_and_the_one_before_it_stays(tmp_path: Path):
    cards = Cards.load(sheets(tmp_path))
    watch, before = PlaybookWatch(cards, tmp_path), cards.version
    save(tmp_path, CARD.replace("priority: 90", "priority: high"))
    await watch.look()
    assert "cards/en/objections.yaml:6" in watch.trouble
    assert cards.version == before
    assert cards.cards("en")[0].priority == 90
    save(tmp_path, CARD.replace("priority: 90", "priority: 80"))
    await watch.look()
    assert watch.trouble == ""
    assert cards.cards("en")[0].priority == 80


async def test_a_look_without_news_reads_nothing(tmp_path: Path):
    cards = Cards.load(sheets(tmp_path))
    deck = cards.deck("en")
    await PlaybookWatch(cards, tmp_path).look()
    assert cards.deck("en") is deck


def test_ours_are_copied_checked_and_told_with_their_version(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = tmp_path / "mine"
    assert main(["playbook", "copy", str(folder)]) == 0
    assert main(["playbook", "check", str(folder)]) == 0
    assert Cards.load().version in capsys.readouterr().out
    assert main(["playbook", "copy", str(folder)]) == 2
    assert "is there already" in capsys.readouterr().err


def test_mistakes_are_told_and_are_the_exit_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    sheets(tmp_path, CARD.replace("priority: 90", "priority: high"))
    assert main(["playbook", "check", str(tmp_path)]) == 1
    told = capsys.readouterr()
    assert "cards/en/objections.yaml:6" in told.err
    assert "not fit to be used" in told.out
    assert main(["playbook", "check", str(tmp_path / "gone")]) == 2
