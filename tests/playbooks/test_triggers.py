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


LONG = "Mary and I rang the printer about the boxes on a day so cold that the van would not start at all."


def test_a_phrase_must_make_up_its_share_of_a_clause():
    trigger = _trigger(phrases=["day ... cold"])
    assert trigger.find(hear(LONG)) == LONG
    assert trigger.find(hear(LONG), share=0.34) == ""
    assert trigger.find(hear("A day so cold."), share=0.34) == "A day so cold."


def test_a_short_clause_of_a_long_sentence_is_weighed_by_itself():
    trigger = _trigger(phrases=["run ... past"])
    said = "Well we all like it a lot and so do the people in the shop, I will run it past her."
    assert trigger.find(hear(said), share=0.34) == said
    assert trigger.find(hear(said.replace(",", "")), share=0.34) == ""


@pytest.mark.parametrize(
    "marks",
    [
        {"words": ["day so cold"]},
        {"patterns": ["day so c"]},
        {"sure": ["day ... cold"]},
        {"phrases": ["day ... cold ... van"]},
    ],
)
def test_words_expressions_sure_phrases_and_those_of_three_parts_count_in_however_long_a_sentence(
    marks: dict[str, object],
):
    assert _trigger(**marks).find(hear(LONG), share=0.34)


def test_a_sure_phrase_is_denied_like_any_other():
    trigger = _trigger(sure=["too_dear"], but_not=["dear me"])
    assert trigger.find(hear("It is too dear."), share=0.34)
    assert trigger.find(hear("It is too dear, oh dear me."), share=0.34) == ""
