"""How alike two pieces of advice are, by their words and the ideas behind them."""

import pytest

from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.pipeline.likeness import shared
from kitt_rtc.pipeline.particulars import differ


def tip(content: str) -> Insight:
    return Insight(content, InsightType.COACHING, content)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ask what they pay their provider now.", "How much does the present vendor charge? Ask."),
        ("Put a figure on the hours lost.", "Chiffrez les heures perdues."),
        ("Changez la pile du capteur.", "Replace the sensor's battery."),
    ],
)
def test_N2_other_words_for_the_same_ideas_are_shared_in_both_languages(one: str, other: str):
    assert shared(tip(one), tip(other)) > shared(tip(one), tip("Let the client finish before you speak."))
    assert shared(tip(one), tip(other)) >= 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Restart the router.", "Restart the camera."),
        ("Redémarrez l'enregistreur.", "Update the recorder."),
        ("Ask why the project failed.", "Demandez quand démarre le projet."),
        ("Lock the menu.", "Unlock the menu."),
        ("Proposez la remise.", "Do not offer the discount."),
    ],
)
def test_N2_another_device_deed_question_or_an_opposite_is_another_idea(one: str, other: str):
    assert differ(one, other)
