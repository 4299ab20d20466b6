"""The score: 0 to 1, higher for what covers more of the question, low for what hardly belongs to it."""

import pytest

from kitt_rtc.engines.lexicon import Lexicon
from kitt_rtc.engines.relevance import Corpus, Weights, passage_weights, score

LEXICON = Lexicon()
ARTICLES = {
    "Recorder Keeps Beeping": "The recorder beeps all day. Open the menu and find the reason of the noise.",
    "Camera Offline": "The camera is offline after a power cut. Restart the switch, then the camera.",
    "Night Image Black": "The infrared of the camera does not switch on at night.",
    "Login Failed": "The account is locked after five wrong passwords. Reset the password by mail.",
}


def weights(title: str) -> Weights:
    return passage_weights(LEXICON.units(title), LEXICON.units(ARTICLES[title]))


def corpus() -> Corpus:
    counted = Corpus()
    for title in ARTICLES:
        counted.add(weights(title))
    return counted


def rate(query: str, title: str, cosine: float = 0.0) -> float:
    return sum(score(corpus().terms(LEXICON.units(query)), weights(title), cosine))


def test_a_passage_that_covers_more_of_the_question_scores_more() -> None:
    assert rate("camera offline power cut", "Camera Offline") > rate("camera offline power cut", "Night Image Black")


def test_the_other_language_scores_too() -> None:
    assert rate("la caméra est hors ligne depuis la coupure de courant", "Camera Offline") > 0.5


def test_nothing_in_common_is_nothing() -> None:
    assert rate("how to bake bread", "Camera Offline") == 0.0


def test_one_word_out_of_many_is_little() -> None:
    assert rate("Which camera lens shows the most beautiful wedding photographs", "Camera Offline") < 0.35


def test_chatter_speaks_against_only_so_much() -> None:
    question = "The camera is offline after the power cut"
    chatter = "The manager drank coffee with a plumber near the fountain of the railway museum while pigeons slept"
    alone, chatty, twice = (
        rate(text, "Camera Offline") for text in (question, f"{question}. {chatter}", f"{question}. {chatter} at noon")
    )
    assert alone > chatty > 0.35
    assert chatty - twice < 0.05


def test_a_phrase_that_no_passage_has_is_taken_as_its_words() -> None:
    assert rate("camera on batteries", "Camera Offline") > 0
    counted = corpus()
    phrase, known = LEXICON.units("battery camera power cut")
    assert counted.terms([phrase, known, known]) == counted.terms([*phrase.parts, known])


def test_a_word_in_the_title_counts_more_than_in_the_text() -> None:
    assert rate("infrared", "Night Image Black") < rate("black", "Night Image Black")


def test_saying_it_twice_changes_nothing() -> None:
    assert rate("camera offline camera offline", "Camera Offline") == rate("camera offline", "Camera Offline")


@pytest.mark.parametrize("cosine", [-1.0, 0.0, 0.3, 1.0])
@pytest.mark.parametrize("query", ["", "of the", "camera", "camera offline power cut restart", "problem"])
def test_it_stays_between_nothing_and_one(query: str, cosine: float) -> None:
    for title in ARTICLES:
        assert 0.0 <= rate(query, title, cosine) <= 1.0


def test_likeness_of_letters_adds() -> None:
    assert rate("camera offline", "Camera Offline", 0.5) > rate("camera offline", "Camera Offline", 0.1)


def test_a_dropped_passage_counts_no_more() -> None:
    counted, units = corpus(), LEXICON.units("beeping")
    counted.add(weights("Recorder Keeps Beeping"))
    (before,) = counted.terms(units)
    counted.drop(weights("Recorder Keeps Beeping"))
    (after,) = counted.terms(units)
    assert before.weight < after.weight
    assert [after] == corpus().terms(units)


def test_an_empty_corpus_weighs_without_failing() -> None:
    assert Corpus().terms(LEXICON.units("camera"))[0].weight > 0


NAMED = {
    "Thermia 6": ("Thermia 6: noise at night", "The outdoor unit vibrates. Tighten the four screws of the frame."),
    "Thermia 11": ("Thermia 11: E12 at start", "The flow sensor is blocked. Dry the plug and blow the wheel free."),
    "Pago": ("Pago: E21, no connection", "The terminal is not in the network of the shop."),
}


def named_score(query: str, product: str) -> float:
    """On a base of three products."""
    pages = {
        known: passage_weights(LEXICON.units(title), LEXICON.units(text), LEXICON.units(known) + LEXICON.names(known))
        for known, (title, text) in NAMED.items()
    }
    counted = Corpus()
    for page in pages.values():
        counted.add(page)
    return sum(score(counted.terms(LEXICON.units(query), LEXICON.names(query)), pages[product], 0.2))


def test_N6_the_name_of_a_product_proves_no_fault() -> None:
    assert named_score("how heavy is the thermia 11", "Thermia 11") < 0.3
    assert named_score("thermia 11 flow sensor", "Thermia 11") > 0.36


def test_N6_another_product_speaks_against_a_passage_also_where_one_figure_parts_them() -> None:
    assert named_score("noise of the thermia 6 at night", "Thermia 6") > 0.36
    assert named_score("noise of the thermia 11 at night", "Thermia 6") < named_score("noise at night", "Thermia 6")


def test_N6_another_error_code_speaks_against_a_passage() -> None:
    other, bare, same = (named_score(f"pago {code}no connection", "Pago") for code in ("E44 ", "", "E21 "))
    assert other < bare < same
