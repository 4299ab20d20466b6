"""How the client, or the technician, sounds by their words (roadmap R10)."""

import pytest

from kitt_rtc.model.facts import ContextRead
from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.context import SaleReader
from kitt_rtc.playbooks.signs import Signs
from kitt_rtc.prompts.library import Library
from tests.fakes.thinking import heard, says

READER = SaleReader(Cards.load(), Signs.load(), Library())


async def _read(text: str, language: str, role: Role = Role.CUSTOMER) -> ContextRead:
    read = await READER.read(heard(says(role, text, language=language), language=language))
    assert read is not None
    return read


@pytest.mark.parametrize(
    ("text", "language", "mood", "urgency"),
    [
        ("This is unacceptable.", "en", "angry", "none"),
        ("I'm not happy with it.", "en", "annoyed", "none"),
        ("It's not urgent.", "en", "calm", "none"),
        ("C'est urgent, tout est bloqué.", "fr", "calm", "now"),
        ("Je ne suis pas content.", "fr", "annoyed", "none"),
    ],
)
async def test_R10_mood_and_urgency_with_the_words_that_tell_them(text: str, language: str, mood: str, urgency: str):
    tone = (await _read(text, language)).tone
    assert (tone.mood, tone.urgency) == (mood, urgency)
    if mood != "calm" or urgency == "now":
        assert tone.quote == text


async def test_R10_the_reps_own_anger_is_not_the_clients():
    assert (await _read("This is unacceptable.", "en", Role.REP)).tone.mood == "calm"


async def test_T02_promises_dates_and_competitors_are_structured():
    promise = await _read("I'll send you the quote by Friday.", "en", Role.REP)
    assert promise.commitments == ("rep: “I'll send you the quote by Friday.”",)
    assert promise.dates == ("by Friday",)
    assert (await _read("On est chez Salesforce.", "fr")).competitors == ("Salesforce",)


async def test_T02_an_objection_is_answered_by_more_than_a_nod():
    dear = says(Role.CUSTOMER, "It is too expensive for us.", at=1)
    nod = await READER.read(heard(dear, says(Role.REP, "I understand, that's a fair point.", at=5)))
    told = await READER.read(heard(dear, says(Role.REP, "It pays for itself in six months, honestly.", at=5)))
    assert nod is not None
    assert told is not None
    assert (nod.answered, told.answered) == ((), told.objections)
