"""What a call has told of its customer."""

from dataclasses import replace

import pytest

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.profile import MOST_ITEMS, Lesson, Profile
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.pipeline.lessons import lessons
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.coaching import CoachingPlaybook
from kitt_rtc.prompts.library import Library
from tests.fakes.thinking import Talk, says

REP, CUSTOMER = Role.REP, Role.CUSTOMER
NOBODY_YET = Profile("acme", name="Ada Byron")
CALLS = {
    "en": (
        (REP, "Good morning, what brings you here?"),
        (CUSTOMER, "We need a faster system, ours goes down every week."),
        (CUSTOMER, "We are with Orvane today, and the Zygo X200 is slow."),
        (CUSTOMER, "But yours is too expensive, our budget is 20 000 euros."),
        (REP, "I will send you an offer tomorrow."),
    ),
    "fr": (
        (REP, "Bonjour, qu'est-ce qui vous amène ?"),
        (CUSTOMER, "On a besoin d'un système plus rapide, le nôtre tombe en panne chaque semaine."),
        (CUSTOMER, "On est chez Orvane aujourd'hui, et le Zygo X200 est lent."),
        (CUSTOMER, "Mais le vôtre est trop cher, notre budget est de 20 000 euros."),
        (REP, "Je vous envoie une offre demain."),
    ),
}


async def call(language: str) -> Talk:
    talk = Talk(CoachingPlaybook(Cards.load(), Library()), language)
    for role, text in CALLS[language]:
        await talk.say(role, text, after=10)
    return talk


def by_field(found: tuple[Lesson, ...]) -> dict[str, list[str]]:
    told: dict[str, list[str]] = {}
    for lesson in found:
        told.setdefault(lesson.field, []).append(lesson.words)
    return told


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_a_call_tells_needs_objections_promises_competitors_codes_and_sums(language: str):
    talk = await call(language)
    told = by_field(lessons(talk.conversation, talk.utterances, NOBODY_YET))
    assert told.keys() == {"needs", "objections", "commitments", "competitors", "terms", "notes"}
    assert told["competitors"] == ["Orvane"]
    assert any("X200" in term for term in told["terms"])
    assert "20 000 euros" in told["notes"][0]
    assert "20 000 euros" in told["objections"][-1]
    assert len(told["commitments"]) == 1


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_each_lesson_has_words_that_were_said_and_whose_line_they_are(language: str):
    talk = await call(language)
    said = {utterance.id: utterance.text for utterance in talk.utterances}
    found = lessons(talk.conversation, talk.utterances, NOBODY_YET)
    assert found
    assert all(lesson.quote and lesson.quote in said[lesson.utterance_id] for lesson in found)
    assert len({lesson.id for lesson in found}) == len(found)


async def test_the_same_story_teaches_the_same_by_the_same_ids():
    one, two = await call("en"), await call("en")
    assert lessons(one.conversation, one.utterances, NOBODY_YET) == lessons(
        two.conversation, two.utterances, NOBODY_YET
    )


async def test_what_the_profile_has_is_not_offered_again():
    talk = await call("en")
    profile = NOBODY_YET
    found = lessons(talk.conversation, talk.utterances, profile)
    for lesson in found:
        told = lesson.words if lesson.field == "notes" else (*getattr(profile, lesson.field), lesson.words)
        profile = replace(profile, **{lesson.field: told})
    assert lessons(talk.conversation, talk.utterances, profile) == ()
    known = replace(NOBODY_YET, competitors=("ORVANE",))
    assert "competitors" not in by_field(lessons(talk.conversation, talk.utterances, known))


async def test_an_objection_that_was_answered_is_no_lesson():
    talk = await call("en")
    conversation = replace(talk.conversation, answered=talk.conversation.objections)
    assert "objections" not in by_field(lessons(conversation, talk.utterances, NOBODY_YET))


async def test_a_full_list_gives_up_nothing_and_takes_nothing():
    talk = await call("en")
    full = replace(NOBODY_YET, competitors=tuple(f"Firm {number}" for number in range(MOST_ITEMS)))
    assert "competitors" not in by_field(lessons(talk.conversation, talk.utterances, full))


def test_what_nobody_said_is_no_lesson():
    conversation = Conversation(
        language="en",
        pain_points=("Outages: “it fell from the sky”",),
        competitors=("Nonesuch",),
        commitments=("rep: “I will fly”",),
    )
    assert lessons(conversation, [says(CUSTOMER, "Good morning.")], NOBODY_YET) == ()


def test_a_call_in_which_nothing_was_said_teaches_nothing():
    assert lessons(Conversation(language="en"), [], NOBODY_YET) == ()


def test_the_reps_own_needs_are_not_the_customers():
    said: list[Utterance] = [says(REP, "We need a signature by Friday."), says(REP, "It is 900 euros.")]
    conversation = Conversation(language="en", amounts=("900 euros",))
    assert lessons(conversation, said, NOBODY_YET) == ()
