"""How the client, or the technician, sounds by their words (roadmap R10)."""

import pytest

from kitt_rtc.model.conversation import CONTEXT_MESSAGES
from kitt_rtc.model.facts import ContextRead, Entry, UtteranceHeard
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
        ("That sounds good, but this is unacceptable.", "en", "angry", "none"),
        ("We have had a bad experience with that.", "en", "annoyed", "none"),
        ("My fear is that nobody will use it.", "en", "doubtful", "none"),
        ("J'ai appelé quatre fois et toujours rien.", "fr", "annoyed", "none"),
        ("Ça a l'air compliqué à installer.", "fr", "doubtful", "none"),
        ("We cannot invoice anybody.", "en", "calm", "now"),
        ("On ne peut plus facturer personne.", "fr", "calm", "now"),
        ("Not urgent, take your time.", "en", "calm", "none"),
        ("Is there a great difference?", "en", "calm", "none"),
        ("Il y a une super différence ?", "fr", "calm", "none"),
    ],
)
async def test_R10_mood_and_urgency_with_the_words_that_tell_them(text: str, language: str, mood: str, urgency: str):
    tone = (await _read(text, language)).tone
    assert (tone.mood, tone.urgency) == (mood, urgency)
    if mood != "calm" or urgency == "now":
        assert tone.quote == text


@pytest.mark.parametrize(
    ("text", "language", "words"),
    [
        ("It must be live before September.", "en", "It must be live before September."),
        ("Il le faut avant la fin du mois.", "fr", "Il le faut avant la fin du mois."),
    ],
)
async def test_R10_a_need_with_a_date_is_soon(text: str, language: str, words: str):
    tone = (await _read(text, language)).tone
    assert (tone.urgency, tone.quote) == ("soon", words)


async def test_R10_the_newest_sign_of_each_counts_until_its_words_are_forgotten():
    said = [
        says(Role.CUSTOMER, "This is unacceptable, and it is urgent.", at=1),
        says(Role.CUSTOMER, "Perfect, thank you.", at=4),
    ]
    conversation = heard(*said[:1])
    for seq, utterance in enumerate(said[1:], start=10):
        read = await READER.read(conversation)
        assert read is not None
        conversation = conversation.after(Entry(seq, 0.0, read)).after(Entry(seq, 0.0, UtteranceHeard(utterance, 0.1)))
    read = await READER.read(conversation)
    assert read is not None
    assert (read.tone.mood, read.tone.urgency, read.tone.utterance_id) == ("pleased", "now", "u4")
    conversation = conversation.after(Entry(20, 0.0, read))
    for number in range(CONTEXT_MESSAGES):
        more = says(Role.CUSTOMER, "We have three shops.", at=10.0 + number)
        conversation = conversation.after(Entry(21 + number, 0.0, UtteranceHeard(more, 0.1)))
    later = await READER.read(conversation)
    assert later is not None
    assert (later.tone.mood, later.tone.urgency) == ("calm", "none")


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
