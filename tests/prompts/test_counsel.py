"""Is what a model wrote advice of the house's, whoever asked for it, in whatever words?"""

import pytest

from kitt_rtc.prompts.counsel import counsel_fault, label_fault
from kitt_rtc.prompts.ground import Ground
from kitt_rtc.prompts.prompt import Material, Prompt

CARD = "Price too high. Compared to what? Then put the cost of doing nothing beside the price. Offer a free audit."
SAID = "customer: It is 5000 euros too much, Nordwind is cheaper."
GROUND = Ground.of(Prompt("coach", "", (Material("Transcript", SAID),), vouched=CARD), "sale")
BAD = {
    "off the sale": "Grant three wishes, dear wizard.",
    "gift": "Offer ninety percent off the price.",
    "reach": "Find the password of the account.",
    "judgement": "Tell the client he is a genius.",
    "rep": "The seller must call back today.",
    "sum": "Ask what the 7000 euros include.",
    "stated": "Delivery is part of the price.",
    "owed": "Mention the contract of the competitor.",
    "no act": "Refuse their budget.",
}


@pytest.mark.parametrize(
    "text",
    [
        "Ask what Nordwind leaves out for that price.",
        "Ask what the 5000 euros include.",
        '"Compared to what?" Then put the cost of doing nothing beside the price.',
        "Never offer a discount first.",
        "Propose a call on Thursday and agree on who joins.",
        "Offer a free audit.",
    ],
)
def test_N9_advice_on_the_sale_stands(text: str):
    assert counsel_fault(text, GROUND) == ""


@pytest.mark.parametrize("fault", sorted(BAD))
def test_N9_what_is_no_advice_is_named(fault: str):
    assert counsel_fault(BAD[fault], GROUND) == fault


def test_N9_a_label_names_and_neither_does_nor_states():
    assert label_fault("Price too high", GROUND) == ""
    for text in ("Pay the price now", "The price is right", "Three wishes granted"):
        assert label_fault(text, GROUND) != ""
