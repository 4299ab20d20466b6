"""Words, stems and patterns find the sentence they mark, and quote it as it was said."""

import pytest

from kitt_rtc.model.errors import SettingsError
from kitt_rtc.playbooks.sheets import Row
from kitt_rtc.playbooks.triggers import QUOTE_CHARACTERS, Trigger, hear


def _trigger(**values: object) -> Trigger:
    return Trigger.of(Row("desk.yaml", 3, dict(values), dict.fromkeys(values, 4)))


def test_whole_words_are_found_without_accents_case_or_signs():
    trigger = _trigger(words=["trop chère", "l'abonnement"])
    assert trigger.find(hear("Bonjour. Elle est TROP CHERE ! Merci.")) == "Elle est TROP CHERE !"
    assert trigger.find(hear("L’abonnement, oui")) == "L’abonnement, oui"
    assert trigger.find(hear("trop chères")) == ""


def test_a_stem_is_a_beginning():
    trigger = _trigger(stems=["résili"])
    assert trigger.find(hear("On peut résilier ?")) == "On peut résilier ?"
    assert trigger.find(hear("On peut le faire ?")) == ""


def test_a_pattern_sees_small_plain_words():
    assert _trigger(patterns=[r"\d+ ?% off"]).find(hear("I want 20 %, OFF!")) == "I want 20 %, OFF!"
    assert _trigger(patterns=[r"\d+ ?% off"]).find(hear("I want 20% off.")) == "I want 20% off."


def test_an_exception_counts_in_its_own_sentence_only():
    trigger = _trigger(words=["expensive"], unless=["not expensive"])
    assert trigger.find(hear("It is not expensive.")) == ""
    assert trigger.find(hear("It is not expensive. Theirs is expensive.")) == "Theirs is expensive."


def test_a_long_sentence_is_quoted_around_the_words_word_for_word():
    text = (
        "well " * 60
        + "honestly this thing is, to say it plainly, much too expensive for people like us here "
        + "and so " * 60
    )
    quote = _trigger(words=["too expensive"]).find(hear(text))
    assert quote in text
    assert "too expensive" in quote
    assert len(quote) <= QUOTE_CHARACTERS


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"patterns": ["(open"]}, r"desk.yaml:4: the expression '\(open' is not valid"),
        ({"words": ["x"], "unless": ["*"]}, r"desk.yaml:4: the expression '\*' is not valid"),
        ({}, "desk.yaml:3: nothing triggers it"),
    ],
)
def test_what_cannot_trigger_is_refused_with_its_place(values: dict[str, object], complaint: str):
    with pytest.raises(SettingsError, match=complaint):
        _trigger(**values)
