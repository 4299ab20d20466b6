"""Dates as people say them, in figures and in words, alone and by what lies between."""

import pytest

from kitt_rtc.playbooks.dates import dates_in


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("We meet on Friday at 3 pm.", ["Friday at 3 pm"]),
        ("By the 15th of June 2026, please.", ["By the 15th of June 2026"]),
        ("it was the second of february", ["the second of february"]),
        ("Shall we say the fourteenth?", ["the fourteenth"]),
        ("Between the 24th and the 2nd.", ["the 24th", "the 2nd"]),
        ("Tuesday week, or a week on Monday.", ["Tuesday week", "a week on Monday"]),
        ("It ran out eighteen months ago.", ["eighteen months ago"]),
        ("Since the day before yesterday.", ["Since the day before yesterday"]),
        ("In the next few days.", ["In the next few days"]),
        ("I'll put it to them in march", ["in march"]),
        ("On se voit le 12.", ["le 12"]),
        ("Venez le vingt et un.", ["le vingt et un"]),
        ("Du 10 au 12 septembre.", ["Du 10 au 12 septembre"]),
        ("On a signé le deux février.", ["le deux février"]),
        ("C'est en panne depuis avant-hier.", ["depuis avant-hier"]),
        ("Sous quarante-huit heures.", ["Sous quarante-huit heures"]),
        ("Au second semestre de l'année prochaine.", ["Au second semestre de l'année prochaine"]),
        ("Dans les jours qui viennent.", ["Dans les jours qui viennent"]),
        ("D'ici le week-end.", ["D'ici le week-end"]),
    ],
)
def test_T02_a_date_is_found_as_it_was_said(text: str, dates: list[str]):
    assert list(dates_in(text)) == dates


@pytest.mark.parametrize(
    "text",
    [
        "We may march on.",
        "The first floor has nothing.",
        "One second, please.",
        "We do it at the end of every quarter.",
        "On le fait tous les lundis.",
        "Il y a deux cents postes au premier étage.",
        "Le 12 pouces est plus cher.",
        "We have three shops.",
    ],
)
def test_what_comes_again_and_again_or_only_counts_is_no_date(text: str):
    assert list(dates_in(text)) == []
