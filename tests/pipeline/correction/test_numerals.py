"""What the library finds, and what it must not be asked."""

import pytest

from kitt_rtc.pipeline.correction.numerals import numerals_in


def found(text: str, language: str) -> list[tuple[str, bool]]:
    return [(numeral.digits, numeral.said) for numeral in numerals_in(text.split(), language)]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("zero six et zéro sept", "fr", [("06", True), ("07", True)]),
        ("quatre - vingt - dix caméras", "fr", [("90", True)]),
        ("nonante et huitante", "fr", [("90", True), ("80", True)]),
        ("ten o clock and 12", "en", [("10", True), ("12", False)]),
        ("oh five", "en", [("5", True)]),
        ("the third", "en", [("3rd", True)]),
    ],
)
def test_numbers_are_found_in_order(text: str, language: str, expected: list[tuple[str, bool]]):
    assert found(text, language) == expected


def test_what_only_looks_like_a_number_is_none():
    assert found("² ١٢ " + "9" * 40, "en") == []
