import pytest

from kitt_rtc.readers.masking import masked


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("ma carte est 4111 1111 1111 1111 merci", "ma carte est [card] merci"),
        ("4111-1111-1111-1111", "[card]"),
        ("4111111111111111", "[card]"),
        ("amex 3782 822463 10005", "amex [card]"),
        ("carte 4111 1111 1111 1111 12 27", "carte [card]"),
        ("le 12 4111 1111 1111 1111", "le [card]"),
        ("FR76 3000 6000 0112 3456 7890 189 merci", "[iban] merci"),
        ("fr7630006000011234567890189", "[iban]"),
        ("IBAN GB82 WEST 1234 5698 7654 32.", "IBAN [iban]."),
        ("DE89 3704 0044 0532 0130 00 et la suite de la phrase", "[iban] et la suite de la phrase"),
        ("appelez le 06 12 34 56 78 demain", "appelez le [phone] demain"),
        ("0612345678", "[phone]"),
        ("06.12.34.56.78,", "[phone],"),
        ("+33 6 12 34 56 78", "[phone]"),
        ("+33 (0)6 12 34 56 78", "[phone]"),
        ("0033612345678", "[phone]"),
        ("call (415) 555-2671 now", "call [phone] now"),
        ("call 415-555-2671", "call [phone]"),
        ("+1 415 555 2671", "[phone]"),
        ("020 7946 0958", "[phone]"),
        ("écrivez à jean.dupont+kitt@exemple.co.uk.", "écrivez à [email]."),
        ("a@b.fr et c@d.fr", "[email] et [email]"),
    ],
)
def test_what_is_private_becomes_its_name(said: str, shown: str):
    assert masked(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "la référence est 12345678",
        "il y a 1 250 000 euros en jeu",
        "le 14/07/2025 à 10:30",
        "version 10.2.14.3",
        "la série AB12 CD34",
        "entre 2024 et 2025, 37 % de plus",
        "numéro de série 4111 1111 1111",
        "100000 pièces à 0.5 euro",
        "code 9999 9999 9999 9999",
        "rien du tout",
        "",
    ],
)
def test_harmless_numbers_are_left(said: str):
    assert masked(said) == said
