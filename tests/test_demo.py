"""What the demo finds missing."""

from typing import Any

import pytest

from kitt_rtc.__main__ import main
from kitt_rtc.demo import Outcome
from kitt_rtc.model.facts import InsightGiven
from kitt_rtc.model.insight import Insight, InsightType, Passage, Verdict

ARTICLE = "Camera Recordings Not Visible - Subscription Active"
EXPECTED: dict[str, Any] = {
    "words": {"technician": ["camera", "recordings"]},
    "cards": ["clarification_question", "knowledge_base", "objection.price"],
    "article": ARTICLE,
}


def given(kind: InsightType, topic: str, *titles: str) -> InsightGiven:
    passages = tuple(Passage(title, title, "text", "source") for title in titles)
    return InsightGiven(Insight(topic, kind, "content", topic=topic, passages=passages), Verdict(False, "new"), 0.1)


def complete() -> Outcome:
    cards = [
        given(InsightType.CLARIFICATION_QUESTION, "clarify.symptom"),
        given(InsightType.KNOWLEDGE_BASE, "kb.1", ARTICLE, "Another"),
        given(InsightType.COACHING, "objection.price"),
    ]
    return Outcome(words={"technician": "My CAMERA has no Recordings."}, cards=cards)


def test_nothing_is_missing_when_every_word_card_and_article_appeared():
    assert complete().missing(EXPECTED) == []


@pytest.mark.parametrize("card", range(3))
def test_a_card_that_did_not_appear_is_named(card: int):
    outcome = complete()
    lost = outcome.cards.pop(card)
    (first, *_) = outcome.missing(EXPECTED)
    assert first == f"a card about {EXPECTED['cards'][card]}"
    assert lost not in outcome.cards


def test_a_word_that_was_not_heard_is_named_with_who_should_have_said_it():
    outcome = complete()
    outcome.words["technician"] = "my camera is fine"
    assert outcome.missing(EXPECTED) == ["the word “recordings” from the technician"]


def test_a_word_of_somebody_else_does_not_count():
    outcome = complete()
    outcome.words = {"rep": outcome.words["technician"]}
    assert len(outcome.missing(EXPECTED)) == 2


def test_an_article_that_only_came_second_is_missing():
    outcome = complete()
    outcome.cards[1] = given(InsightType.KNOWLEDGE_BASE, "kb.2", "Another", ARTICLE)
    assert outcome.missing(EXPECTED) == [f"the article “{ARTICLE}”"]


def test_an_outcome_without_anything_misses_everything():
    assert len(Outcome().missing(EXPECTED)) == 6


def test_a_call_that_does_not_exist_is_refused(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as left:
        main(["demo", "karaoke"])
    assert left.value.code == 2
    assert "'karaoke' is not one of sales, support" in capsys.readouterr().err
