"""What a piece of advice says, word by word."""

import pytest

from kitt_rtc.pipeline.units import Unit, units_of


def found(text: str, words: str) -> Unit:
    return next(unit for unit in units_of(text) if unit.words == words)


@pytest.mark.parametrize(
    ("text", "words", "denied"),
    [
        ("Do not offer the discount.", "discount", True),
        ("Do not offer the discount, send the quote.", "quote", False),
        ("Ne parlez jamais du prix et écoutez le client.", "prix", True),
        ("Ne parlez jamais du prix et écoutez le client.", "ecoutez", False),
        ("N'accordez la remise que contre une signature.", "remise", False),
        ("Ask the amount instead of defending the price.", "defending", True),
    ],
)
def test_N2_a_not_denies_the_next_word_with_a_meaning(text: str, words: str, denied: bool):
    assert found(text, words).denied is denied


@pytest.mark.parametrize(
    ("text", "words", "counted"),
    [
        ("Offer a pilot in one shop.", "shop", "1"),
        ("Proposez un pilote dans dix magasins.", "magasins", "10"),
        ("Open twenty-five accounts.", "accounts", "25"),
        ("Comptez quatre-vingt-dix magasins.", "magasins", "90"),
        ("It costs 3 000 euros.", "euros", "3000"),
        ("Send the quote.", "quote", ""),
    ],
)
def test_N2_so_many_of_a_thing_are_counted(text: str, words: str, counted: str):
    assert found(text, words).counted == counted


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("thirty seconds", "une demi-minute"),
        ("sixty seconds", "a minute"),
        ("twelve months", "un an"),
        ("two weeks", "a fortnight"),
    ],
)
def test_N2_a_span_of_time_is_the_same_in_any_unit(one: str, other: str):
    (mine,), (theirs,) = units_of(one), units_of(other)
    assert mine.senses & theirs.senses


def test_N2_politeness_and_small_words_say_nothing():
    assert not units_of("Please, madam, perhaps you would like to as well?")
