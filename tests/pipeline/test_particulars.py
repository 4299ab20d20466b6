"""The same words, and another thing."""

import pytest

from kitt_rtc.pipeline.particulars import added, differ


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Offer a trial of one month.", "Offer a trial of three months."),
        ("Proposez un essai d'un mois.", "Proposez un essai de trois mois."),
        ("Call back on Monday.", "Rappelez mardi."),
        ("Mention the client in Lyon.", "Mention the client in Marseille."),
        ("Use port 8000.", "Use port 554."),
        ("Is the red light on?", "Le voyant vert est-il allumé ?"),
        ("Offer the discount now.", "Do not offer the discount now."),
        ("Débranchez la caméra.", "Ne débranchez pas la caméra."),
    ],
)
def test_N2_another_number_name_day_colour_or_a_not_is_another_thing(one: str, other: str):
    assert differ(one, other)
    assert differ(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Wait two minutes.", "Attendez 2 minutes."),
        ("Call back on Monday.", "Rappelez lundi."),
        ("Let the client finish.", "Do not interrupt: let the client finish."),
        ("Ne vendez plus.", "Ne vendez pas."),
        ("Ask for the budget.", "Ask for the budget of Axis."),
    ],
)
def test_N2_the_same_in_other_words_is_not(one: str, other: str):
    assert not differ(one, other)


def test_N2_a_fact_is_new_where_nobody_told_it():
    assert added("Axis asks 3000 euros in June.", ["We have 3000 euros."]) == {"month 5"}
    assert added("But Axis asks 3000 euros.", ["Juin, 3 000 euros."]) == {"name axis"}
