"""Comparing words, in both languages."""

import pytest

from kitt_rtc.model import words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("C’est  ŒUVRÉ !", "c est oeuvre"),
        ("Don't — 20 % (of €5)", "don t 20 % of €5"),
        ("e\u0301te\u0301", "ete"),
        ("…!?", ""),
    ],
)
def test_folding_leaves_small_plain_words(text: str, folded: str):
    assert words.fold(text) == folded


@pytest.mark.parametrize(("text", "count"), [("", 0), ("Ça va ?", 2), ("l'abonnement est actif", 3), ("one — two", 2)])
def test_words_are_counted_as_people_count_them(text: str, count: int):
    assert words.word_count(text) == count


def test_a_text_is_cut_into_its_sentences():
    assert words.sentences("It works. Does it? Yes!\nGood  ") == ["It works.", "Does it?", "Yes!", "Good"]
    assert words.sentences("version 2.1 is on") == ["version 2.1 is on"]


@pytest.mark.parametrize("title", ["M.", "Mr.", "Mrs.", "Ms.", "Dr."])
def test_a_title_does_not_end_a_sentence(title: str):
    assert words.sentences(f"Good morning, {title} Miller. It works.") == [
        f"Good morning, {title} Miller.",
        "It works.",
    ]
    assert words.sentences("It is in the RAM. Nothing else.") == ["It is in the RAM.", "Nothing else."]


def test_a_clipped_text_is_one_line_and_shows_the_cut():
    assert words.clip("two\n lines", 20) == "two lines"
    clipped = words.clip("some rather long words, here", 18)
    assert clipped == "some rather long…"
    assert len(clipped) <= 18


def test_a_quote_is_found_as_it_stands_there():
    source = "Open  **Account**, then Subscriptions. L’abonnement est « actif »."
    assert words.verbatim("open account then subscriptions", source) == "Open  **Account**, then Subscriptions"
    assert words.verbatim("l'abonnement est actif", source) == "L’abonnement est « actif"
    assert words.verbatim("abonnement est", "l abonnementest") == ""


def test_too_few_words_prove_nothing_unless_there_are_no_more():
    assert words.verbatim("it", "Open it now", least=2) == ""
    assert words.verbatim("open it", "Open it now", least=2) == "Open it"
    assert words.verbatim("expensive", "Expensive!", least=2) == "Expensive"


@pytest.mark.parametrize("quote", ["", "…", "then Account", "Subscription"])
def test_a_quote_that_is_not_there_is_not_found(quote: str):
    assert words.verbatim(quote, "Open Account, then Subscriptions.") == ""


def test_subject_words_leave_out_what_says_nothing():
    assert words.subject_words("Bonjour, la caméra ne marche pas") == {"camera", "marche"}
    assert words.subject_words("Is it the camera?") == {"camera"}


@pytest.mark.parametrize(
    ("text", "language"),
    [("Ouvrez les réglages de la caméra", "fr"), ("Open the settings of the camera", "en"), ("Argus 2000", "de")],
)
def test_the_language_is_told_by_the_small_words(text: str, language: str):
    assert words.language_of(text, "de") == language


def test_R02_small_words_that_both_languages_have_count_for_neither():
    assert dict(words.telltales("On a parlé de la caméra")) == {"fr": 2, "en": 0}
    assert dict(words.telltales("on a table")) == {"fr": 0, "en": 0}


def test_R02_a_language_may_have_to_lead_by_more_than_one_word():
    assert words.language_of("Vitamin C", "en") == "fr"
    assert words.language_of("Vitamin C", "en", lead=2) == "en"
    assert words.language_of("Ouvrez les réglages de la caméra", "en", lead=2) == "fr"
