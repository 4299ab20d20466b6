"""Whose offer ours is compared with: a name by what is said around it."""

from dataclasses import replace

import pytest

from kitt_rtc.model.profile import Profile
from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.competitors import competitors_in
from kitt_rtc.playbooks.cues import Cues
from tests.fakes.thinking import heard, says

CUES = Cues.load()


def named(text: str, language: str = "en", *, role: Role = Role.CUSTOMER, profile: Profile | None = None) -> list[str]:
    conversation = replace(heard(says(role, text, language=language), language=language), profile=profile)
    return list(competitors_in(conversation, CUES.lines(conversation), CUES))


@pytest.mark.parametrize(
    ("text", "language", "names"),
    [
        ("We use Zendex for that.", "en", ["Zendex"]),
        ("Globex offered us a better price.", "en", ["Globex"]),
        ("My boss prefers Aldane.", "en", ["Aldane"]),
        ("You're up against Stratos and Benko.", "en", ["Stratos", "Benko"]),
        ("We left Orbex last year.", "en", ["Orbex"]),
        ("Gridlock's interface is nicer.", "en", ["Gridlock"]),
        ("On est chez Securex.", "fr", ["Securex"]),
        ("Mirabel nous a promis la formation.", "fr", ["Mirabel"]),
        ("J'ai un devis de Tellurex.", "fr", ["Tellurex"]),
        ("Quelle différence entre vous et Quorum ?", "fr", ["Quorum"]),
    ],
)
def test_T02_a_name_beside_a_comparison_is_a_competitors(text: str, language: str, names: list[str]):
    assert named(text, language) == names


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("I work with Jennifer in Bristol.", "en"),
        ("We sell to Carrex and Tescox.", "en"),
        ("Delivery is cheaper on Mondays.", "en"),
        ("Okay, let's do it.", "en"),
        ("I met Northwick yesterday in the lift.", "en"),
        ("On est avec Pierre à Lyon.", "fr"),
        ("Rien à dire, c'est moins cher.", "fr"),
    ],
)
def test_people_places_customers_and_first_words_are_none(text: str, language: str):
    assert named(text, language) == []


def test_only_the_client_makes_a_name_a_competitors_unless_it_is_known():
    assert named("We replaced Orbex at many sites.", role=Role.REP) == []
    assert named("So Orbex it was?", role=Role.REP, profile=Profile("p", competitors=("Orbex",))) == ["Orbex"]


def test_the_clients_own_firm_and_what_they_bought_of_us_are_none():
    profile = Profile("p", name="Ada", company="Acme", products=("Argus",))
    assert named("We use Argus at Acme.", profile=profile) == []
    assert named("We use Argus.") == ["Argus"]
