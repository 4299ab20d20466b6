"""What somebody said they would do: whatever "we" will do, but for conditions, offers, habits and mere happenings."""

import pytest

from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.commitments import as_told, commitments_in
from kitt_rtc.playbooks.cues import Cues
from kitt_rtc.prompts.library import Library
from tests.fakes.thinking import heard, says

CUES = Cues.load()


def promised(*said: tuple[Role, str], language: str = "en") -> list[tuple[Role, str]]:
    talk = [says(role, text, at=5.0 * number, language=language) for number, (role, text) in enumerate(said)]
    return list(commitments_in(CUES.lines(heard(*talk, language=language)), CUES))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("so i'll just knock that up and get it over to you", "en"),
        ("We're going to refund the shipping.", "en"),
        ("A colleague of mine will call you back.", "en"),
        ("Leave it with me.", "en"),
        ("The new one ships on Tuesday.", "en"),
        ("du coup je vous l'envoie ce soir", "fr"),
        ("On va le tester chez nous.", "fr"),
        ("Un technicien vous rappellera.", "fr"),
        ("Je m'en occupe.", "fr"),
        ("Vous l'aurez demain matin.", "fr"),
    ],
)
def test_T02_a_promise_is_kept_with_who_made_it_and_its_words(text: str, language: str):
    assert promised((Role.REP, text), language=language) == [(Role.REP, text)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("If you sign today, we'll waive the fee.", "en"),
        ("I can send you a brochure.", "en"),
        ("Will you send me the contract?", "en"),
        ("I won't sign anything.", "en"),
        ("We'll see.", "en"),
        ("I'll have to think about it.", "en"),
        ("You said you would call me.", "en"),
        ("We send about forty parcels every day.", "en"),
        ("Si vous signez, on vous offre la pose.", "fr"),
        ("Je peux vous envoyer une brochure.", "fr"),
        ("Je ne vous enverrai rien.", "fr"),
        ("On verra bien.", "fr"),
        ("Je vais devoir y réfléchir.", "fr"),
        ("Je vous rappelle au sujet de votre demande.", "fr"),
        ("Je vous mets en attente.", "fr"),
        ("On envoie des colis tous les jours.", "fr"),
    ],
)
def test_conditions_offers_habits_questions_and_what_merely_happens_are_none(text: str, language: str):
    assert promised((Role.REP, text), language=language) == []


def test_both_sides_promise_and_nobody_else_does():
    mine, theirs = (Role.REP, "I'll call you on Monday."), (Role.CUSTOMER, "I'll ask my boss.")
    assert promised(mine, theirs, (Role.UNKNOWN, "I'll send a taxi.")) == [mine, theirs]


def test_it_is_told_in_the_words_of_whoever_reads():
    told = as_told(Role.CUSTOMER, "Je signe demain.", Library(), "fr")
    assert told == "client : « Je signe demain. »"
