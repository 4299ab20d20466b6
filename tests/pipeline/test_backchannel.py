"""Signs of listening and answers that sound the same: told apart by the words, and by who held the floor."""

import pytest

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import CallStarted, Entry, UtteranceHeard
from kitt_rtc.model.speech import Amid, Role, Segment, Speaker, Utterance
from kitt_rtc.pipeline.backchannel import is_backchannel

REP = Speaker("REP1", Role.REP)
CLIENT = Speaker("CLIENT1", Role.CUSTOMER)
THROUGH = Amid()
"""The other side spoke through it."""


def said(text: str, *, language: str = "fr", start: float = 10.0, seconds: float = 0.5, by: Speaker = CLIENT):
    return Utterance(f"utt_{start}", by, text, language, start, start + seconds)


def listening(
    text: str, *before: Utterance, amid: Amid | None = THROUGH, language: str = "fr", speech: float = 0.5
) -> bool:
    """Is this, said by the client at 10 s, a sign of listening after these lines?"""
    facts = [CallStarted("call_1", "coaching", language, 0.0), *(UtteranceHeard(line, 0.1) for line in before)]
    conversation = Conversation.of(Entry(number, 0.0, fact) for number, fact in enumerate(facts, start=1))
    segment = Segment("seg_1", bytes(16_000), 10.0, CLIENT, speech_seconds=speech, amid=amid)
    return is_backchannel(said(text, language=language), segment, conversation)


@pytest.mark.parametrize(
    "text",
    ["Mm.", "Mmmm", "Mmh mmh.", "Mhm.", "Hum hum", "Oui.", "Ouais.", "D'accord.", "Ok.", "OK, d'accord.", "Ah oui.",
     "Oui, oui, oui.", "Je vois.", "Très bien.", "Tout à fait", "C'est ça.", "Ah bon"],
)  # fmt: skip
def test_signs_of_listening_in_french(text: str):
    assert listening(text)


@pytest.mark.parametrize(
    "text",
    ["Mm-hmm.", "Mhm.", "Uh-huh.", "Hmm", "Yeah.", "Yeah, yeah.", "Right.", "I see.", "Okay.", "Oh, okay.", "Got it.",
     "Sure.", "Exactly", "All right.", "Oh really"],
)  # fmt: skip
def test_signs_of_listening_in_english(text: str):
    assert listening(text, language="en")


@pytest.mark.parametrize(
    "text",
    ["Non.", "Oui, mais c'est trop cher.", "Attendez.", "D'accord pour jeudi.", "Combien ?", "Trois.", "Stop",
     "Oui oui oui oui oui", ""],
)  # fmt: skip
def test_whatever_says_something_is_none(text: str):
    assert not listening(text)


def test_the_words_of_another_language_are_none():
    assert not listening("Right.", language="fr")
    assert not listening("D'accord.", language="en")


def test_a_long_one_is_none():
    assert listening("Oui.", speech=1.2)
    assert not listening("Oui.", speech=1.3)


def test_nobody_else_held_the_floor():
    assert not listening("D'accord.", amid=None)


@pytest.mark.parametrize(
    ("question", "language"),
    [("Vous êtes bien monsieur Martin ?", "fr"), ("Vous l'avez reçu, n'est-ce pas.", "fr"),
     ("Bon. Est-ce que cela vous va.", "fr"), ("You have the recorder, right.", "en"), ("Do you see the light.", "en"),
     ("Is it on?", "en")],
)  # fmt: skip
def test_a_yes_to_a_question_is_an_answer_although_the_other_side_talks_on(question: str, language: str):
    yes = "Oui." if language == "fr" else "Yes."
    asked = said(question, language=language, start=7.0, seconds=2.8, by=REP)
    assert not listening(yes, asked, language=language)
    assert not listening(yes, asked, language=language, amid=Amid(paused_at=9.7))


def test_in_a_breath_of_the_other_side_it_is_one_once_their_sentence_is_known_to_ask_nothing():
    told = said("Nous installons la caméra lundi.", start=7.0, seconds=2.8, by=REP)
    assert listening("D'accord.", told, amid=Amid(paused_at=9.7))
    assert not listening("D'accord.", amid=Amid(paused_at=9.7))


def test_what_was_asked_long_ago_is_no_matter():
    assert listening("Oui.", said("Vous m'entendez ?", start=2.0, seconds=1.0, by=REP))


def test_a_question_of_ones_own_is_not_answered_by_oneself():
    assert listening("D'accord.", said("Et le prix ?", start=8.0, seconds=1.0, by=CLIENT))


def test_a_sign_of_listening_by_the_other_side_hides_no_question():
    asked = said("Vous le voyez ?", start=7.0, seconds=1.5, by=REP)
    nodded = Utterance("utt_nod", REP, "Mm.", "fr", 9.0, 9.4, backchannel=True)
    assert not listening("Oui.", asked, nodded)
