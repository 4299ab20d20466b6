"""What should come up: ticked by the words that prove it, once, whoever's language it is."""

from dataclasses import replace

import pytest

from kitt_rtc.model.checklist import ChecklistItem, Tick
from kitt_rtc.model.facts import ContextRead, Entry
from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.coaching import CoachingPlaybook
from kitt_rtc.prompts.library import Library
from tests.fakes.thinking import heard, says

CARDS = Cards.load()
CUSTOMER, REP = Role.CUSTOMER, Role.REP


def test_both_languages_have_the_same_items():
    french, english = CARDS.checklist_items("fr"), CARDS.checklist_items("en")
    assert [item.id for item in french] == [item.id for item in english]
    assert len(english) == 8
    assert {item.title for item in french}.isdisjoint(item.title for item in english)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_item_is_ticked_by_its_own_examples(language: str):
    for point in CARDS.checklist.points(language):
        assert point.examples
        for example in point.examples:
            role = CUSTOMER if CUSTOMER in point.roles else REP
            done = CARDS.checklist.done_by(says(role, example, language=language), language)
            assert point.item.id in [item_id for item_id, _ in done]


async def test_a_reading_tells_what_it_ticked_with_the_words_and_the_line():
    said = says(CUSTOMER, "Honestly, we need a better system.", at=5)
    call = replace(heard(said), checklist=CARDS.checklist_items("en"))
    read = await CoachingPlaybook(CARDS, Library()).read(call)
    assert read is not None
    assert read.ticks == (Tick("need", "Honestly, we need a better system.", said.id),)


def test_an_item_is_ticked_once_and_only_if_it_is_on_the_calls_list():
    said = says(CUSTOMER, "We need a better system.", at=5)
    listed = replace(heard(said), checklist=CARDS.checklist_items("en"))
    assert [tick.item_id for tick in CARDS.checklist.ticks(listed)] == ["need"]
    known = listed.after(Entry(9, 6.0, ContextRead((), "", ticks=(Tick("need", "x", "u0"),))))
    assert CARDS.checklist.ticks(known) == ()
    assert CARDS.checklist.ticks(replace(listed, checklist=())) == ()
    assert CARDS.checklist.ticks(replace(listed, checklist=(ChecklistItem("budget", "Budget"),))) == ()


@pytest.mark.parametrize(
    ("role", "text"),
    [
        (REP, "We need a better system."),
        (CUSTOMER, "We don't need anything."),
        (CUSTOMER, "I'd like to think about it."),
        (CUSTOMER, "Good morning."),
    ],
)
def test_other_words_and_other_people_tick_nothing(role: Role, text: str):
    assert CARDS.checklist.done_by(says(role, text), "en") == []


def test_words_in_another_language_tick_the_calls_item():
    said = says(CUSTOMER, "On a besoin d'un meilleur système.", at=5, language="fr")
    call = replace(heard(said), checklist=CARDS.checklist_items("en"))
    assert [tick.item_id for tick in CARDS.checklist.ticks(call)] == ["need"]
