"""Names, amounts, dates and codes by their looks, in both languages."""

import pytest

from kitt_rtc.playbooks.entities import MOST, codes_in, entities_in, together


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Our budget is 20,000 euros or €25k.", ["20,000 euros", "€25k"]),
        ("Notre budget est de 20 000 € par an.", ["20 000 €"]),
        ("We want 15 % off by March.", ["15 %", "March"]),
        ("On se revoit jeudi avec Paul Martin de Lumen.", ["jeudi", "Paul Martin", "Lumen"]),
        ("We met Anna. She came from Acme on Tuesday.", ["Tuesday", "Anna", "Acme"]),
        ("Yes I think I am fine.", []),
        ("Bonjour Monsieur, oui.", []),
    ],
)
def test_entities_are_found(text: str, found: list[str]):
    assert entities_in(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The X200 shows error 503", ["error 503", "X200"]),
        ("le code E-12 sur la AX-4400", ["code E-12", "AX-4400"]),
        ("since 3 days, twice", []),
    ],
)
def test_codes_are_found(text: str, found: list[str]):
    assert codes_in(text) == found


def test_what_is_known_stays_once_and_the_newest_win():
    assert together(["Acme", "X200"], ["x200", "Lumen"]) == ("Acme", "X200", "Lumen")
    many = together((f"name{number}" for number in range(30)), ["last"])
    assert len(many) == MOST
    assert many[-1] == "last"
