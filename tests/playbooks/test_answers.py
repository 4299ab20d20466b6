"""Which objections our side has answered since they were last raised."""

import pytest

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import CallStarted, Entry, UtteranceHeard
from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.context import SaleReader
from kitt_rtc.playbooks.signs import Signs
from kitt_rtc.prompts.library import Library
from tests.fakes.thinking import says

READER = SaleReader(Cards.load(), Signs.load(), Library())
DEAR, CHER = "It is too expensive for us.", "C'est trop cher pour nous."
PAYS = "It pays for itself in six months, because you save two hours a day."


async def answered(*said: tuple[Role, str], language: str = "en") -> tuple[bool, ...]:
    """Line by line, as in a call: is the one objection answered by then?"""
    conversation = Conversation().after(Entry(1, 0.0, CallStarted("c", "coaching", language, 0.0)))
    after: list[bool] = []
    for number, (role, text) in enumerate(said):
        utterance = says(role, text, at=5.0 * number, language=language)
        conversation = conversation.after(Entry(2 * number + 2, 0.0, UtteranceHeard(utterance, 0.1)))
        read = await READER.read(conversation)
        assert read is not None
        conversation = conversation.after(Entry(2 * number + 3, 0.0, read))
        after.append(bool(conversation.answered))
    return tuple(after)


@pytest.mark.parametrize(
    ("reply", "language"),
    [
        (PAYS, "en"),
        ("That's why our customers spread it over twelve months.", "en"),
        ("Vous le rentabilisez en six mois grâce aux heures gagnées.", "fr"),
    ],
)
async def test_T02_what_speaks_to_it_answers_it(reply: str, language: str):
    objection = DEAR if language == "en" else CHER
    assert await answered((Role.CUSTOMER, objection), (Role.REP, reply), language=language) == (False, True)


@pytest.mark.parametrize(
    "reply",
    [
        "I see, fair enough.",
        "Too expensive compared with what, if I may ask you?",
        "I will get back to you on the price with my manager.",
        "By the way, did you get the parcel that we sent to the other office?",
    ],
)
async def test_a_nod_a_question_and_a_put_off_answer_nothing(reply: str):
    assert await answered((Role.CUSTOMER, DEAR), (Role.REP, reply)) == (False, False)


async def test_the_client_does_not_answer_themselves():
    assert await answered((Role.CUSTOMER, DEAR), (Role.CUSTOMER, PAYS)) == (False, False)


async def test_an_objection_raised_again_is_open_again():
    again = (Role.CUSTOMER, "No, it is still too expensive.")
    assert await answered((Role.CUSTOMER, DEAR), (Role.REP, PAYS), again) == (False, True, False)


async def test_an_answer_before_the_objection_is_none():
    assert await answered((Role.REP, PAYS), (Role.CUSTOMER, DEAR)) == (False, False)
