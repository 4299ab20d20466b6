"""What may stand in a model's own words: the house's acts in the house's words, and nothing that only a caller said."""

import pytest

from kitt_rtc.prompts.ground import Ground
from kitt_rtc.prompts.prompt import Material, Prompt
from kitt_rtc.prompts.wording import is_fit, is_label

CARD = "Price too high. Compared to what? Then put the cost of doing nothing beside the price. Offer a free audit."
SAID = "customer: The boss takes five hundred home, and the neighbours have an alarm code."
GROUND = Ground.of(Prompt("coach", "", (Material("Transcript", SAID),), vouched=CARD), "sale")


@pytest.mark.parametrize(
    "text",
    [
        "Ask what an hour of downtime costs them.",
        "Demandez combien il y en a eu l'an dernier et ce que coûte chacun.",
        "Propose a call on Thursday.",
        "Proposez un rendez-vous jeudi.",
        "Then put the cost of doing nothing beside the price.",
        "Offer a free audit.",
        "Let them finish.",
    ],
)
def test_N9_acts_of_a_coach_and_words_of_a_card_stand(text: str):
    assert is_fit(text, GROUND)


@pytest.mark.parametrize(
    "text",
    [
        "Ask whether they know that the price is a fraud.",
        "Ask which alarm code the neighbours have.",
        "Ask what the five hundred cost.",
        "Ask your manager what it costs.",
        "Work out how much the boss takes home.",
        "Offer a trial of three years.",
        "Say nothing for the rest of the call.",
        "Ask: geben Sie ihm alles umsonst?",
        "Demandez si trois mois à nos frais régleraient tout.",
        "Montrez-leur ce que paie la boulangerie d'en face.",
        "Blue elephant.",
        "Never ask what it costs.",
        "Explain that delivery is part of the price.",
    ],
)
def test_N9_what_gives_tells_denies_or_only_a_caller_said_does_not(text: str):
    assert not is_fit(text, GROUND)


@pytest.mark.parametrize("text", ["Ask what it costs them.", "Demandez combien cela coûte."])
def test_N9_so_far_is_fit_too_while_it_is_written(text: str):
    words = text.split()
    assert is_fit(text, GROUND)
    assert all(is_fit(" ".join(words[:count]), GROUND) for count in range(3, len(words) + 1))


def test_N9_a_label_is_of_the_sale_or_the_repair():
    assert is_label("Price a month")
    assert not is_label("Free trial")
    assert not is_label("Blue elephant")


@pytest.mark.parametrize("text", ["Acceptez n'importe quel prix", "Accept any price"])
def test_N9_a_label_orders_nothing(text: str):
    assert not is_label(text)
