"""Numbers and codes as people say them, written as articles write them."""

import pytest

from kitt_rtc.engines.lexicon import Lexicon
from kitt_rtc.engines.numerals import named, written


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("e zero cinq", "e05"),
        ("e vingt et un", "e21"),
        ("e twenty one", "e21"),
        ("h quarante", "h40"),
        ("pago p three", "pago p3"),
        ("vigil deux cents", "vigil 200"),
        ("vigil four hundred", "vigil 400"),
        ("four hundred and ten", "410"),
        ("quatre vingt dix sept volts", "97 volts"),
        ("cent vingt metres", "120 metres"),
        ("zero six", "06"),
        ("volta one", "volta one"),
        ("one of them", "one of them"),
        ("une ou deux", "une ou 2"),
        ("y a deux cameras", "y a 2 cameras"),
        ("six et cinq", "6 et 5"),
    ],
)
def test_a_number_in_words_is_written_in_figures(said: str, means: str) -> None:
    assert " ".join(written(said.split())) == means


def test_a_word_and_one_figure_are_a_name_too() -> None:
    assert named(["la", "thermia", "6", "et", "la", "vigil", "200"]) == ["thermia6"]


def test_a_code_that_is_spoken_is_the_code_that_is_written() -> None:
    lexicon = Lexicon()
    (spoken,), (code,) = lexicon.units("e zéro cinq"), lexicon.units("E05")
    assert spoken == code
