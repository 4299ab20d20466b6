"""Lines that are close to an address, a number or a spelled word, and are told apart."""

import pytest

from kitt_rtc.pipeline.corrector import Corrector

CORRECTOR = Corrector()


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("between ten and fifteen thousand euros", "between ten and fifteen thousand euros"),
        ("ten and fifteen euros", "10 and 15 euros"),
        ("port one and port two", "port 1 and port 2"),
        ("cameras one and two", "cameras one and two"),
        ("that is twelve ninety-nine", "that is twelve ninety-nine"),
        ("that is twelve dollars ninety-nine", "that is $12.99"),
        ("call two three people", "call two three people"),
        ("call nine one one", "call 911"),
        ("eight hundred five five five one two three four", "eight hundred five five five one two three four"),
        ("I work at acme dot com", "I work at acme.com"),
        ("write to me at bob dot lee at acme dot com", "write to me at bob.lee@acme.com"),
        ("half a million dollars", "half a million dollars"),
        ("two million dollars", "2 million dollars"),
        ("ten o'clock", "10 o'clock"),
        ("plans A, B and C", "plans A, B and C"),
        ("the reference A B C", "the reference ABC"),
        ("in twenty twenty-six", "in 2026"),
        ("twenty twenty vision", "twenty twenty vision"),
    ],
)
def test_english_neighbours_are_told_apart(heard: str, expected: str):
    assert CORRECTOR.correct(heard, "en")[0] == expected


@pytest.mark.parametrize(
    ("heard", "expected"),
    [
        ("le code est deux trois un", "le code est 231"),
        ("deux trois fois", "deux trois fois"),
        ("le code est double zéro sept", "le code est 007"),
        ("le double de trois", "le double de trois"),
        ("à deux heures", "à 2 heures"),
        ("il faut deux heures", "il faut deux heures"),
        ("neuf heures vingt techniciens", "neuf heures 20 techniciens"),
        ("du premier au cinq mars", "du 1er au 5 mars"),
        ("pour cent euros", "pour 100 euros"),
        ("dix pour cent", "10 %"),
        ("monsieur Dix arrive", "monsieur Dix arrive"),
        ("vingt point com", "20 point com"),
        ("l'arobase est là", "l'arobase est là"),
        ("sophie martin arobase gmail point com est prise", "sophie martin arobase gmail point com est prise"),
    ],
)
def test_french_neighbours_are_told_apart(heard: str, expected: str):
    text = CORRECTOR.correct(f"Bon, vous voyez sophie {heard}" if heard.startswith("sophie") else heard, "fr")[0]
    assert text.endswith(expected)
