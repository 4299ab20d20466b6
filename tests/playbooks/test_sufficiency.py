"""Contract T17 to T20, on both sides of each boundary."""

import pytest

from kitt_rtc.playbooks.sufficiency import judge

DEVICE, ISSUE = ("the camera",), "it does not record"


@pytest.mark.parametrize(("words", "enough"), [(30, False), (31, True)])
def test_T17_more_than_30_words_are_enough_by_themselves(words: int, enough: bool):
    assert judge(words, (), "").enough is enough


@pytest.mark.parametrize(("words", "enough"), [(15, False), (16, True)])
def test_T18_more_than_15_words_are_enough_with_an_entity(words: int, enough: bool):
    assert judge(words, DEVICE, "").enough is enough


def test_T18_more_than_15_words_are_enough_with_an_issue_and_not_without_either():
    assert judge(16, (), ISSUE).ground == "enough.entity"
    assert judge(16, (), "").ground == "needs_clarification"


@pytest.mark.parametrize(("words", "enough"), [(10, False), (11, True)])
def test_T19_more_than_10_words_are_enough_with_an_issue(words: int, enough: bool):
    assert judge(words, (), ISSUE).enough is enough


def test_T19_an_entity_alone_is_not_enough_at_11_words():
    assert not judge(11, DEVICE, "").enough


@pytest.mark.parametrize(
    ("words", "entities", "issue"), [(0, (), ""), (10, DEVICE, ISSUE), (15, DEVICE, ""), (30, (), "")]
)
def test_T20_otherwise_needs_clarification(words: int, entities: tuple[str, ...], issue: str):
    ruling = judge(words, entities, issue)
    assert (ruling.enough, ruling.ground, ruling.words) == (False, "needs_clarification", words)
