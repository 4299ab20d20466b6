"""How a rep did, in figures."""

from dataclasses import replace

import pytest

from kitt_rtc.model.conversation import Conversation, GivenInsight
from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.pipeline.review import Review, review, speaks_too_much
from tests.fakes.thinking import says

REP, CUSTOMER = Role.REP, Role.CUSTOMER


def _spoken(role: Role, text: str, start: float, seconds: float) -> Utterance:
    return replace(says(role, text, id=f"{role}{start:g}"), start=start, end=start + seconds)


def _review(*said: Utterance, conversation: Conversation | None = None) -> Review:
    return review(conversation or Conversation(playbook="coaching", language="en"), said)


def test_the_talk_ratio_is_of_seconds_spoken():
    found = _review(_spoken(REP, "a", 0, 30), _spoken(CUSTOMER, "b", 30, 10))
    assert (found.share, found.rep_seconds, found.all_seconds) == (0.75, 30, 40)
    assert speaks_too_much(found)
    assert "next.listen" in found.advice
    assert not speaks_too_much(_review(_spoken(REP, "a", 0, 10), _spoken(CUSTOMER, "b", 30, 10)))


def test_what_was_missed_leads_to_advice_three_at_most():
    found = _review(_spoken(REP, "We are great.", 0, 5), _spoken(CUSTOMER, "Fine.", 5, 5))
    assert [key for key, _ in found.missed] == ["rep.no_question", "rep.no_next_step", "rep.no_budget"]
    assert found.advice == ("next.question", "next.next_step", "next.budget")


def test_what_went_well_is_shown_by_a_line():
    found = _review(
        _spoken(REP, "What is your budget?", 0, 5),
        _spoken(CUSTOMER, "Ten thousand euros.", 5, 12),
        _spoken(REP, "Thank you. Let's meet on Thursday.", 20, 5),
    )
    assert {key: line.quote for key, line in found.well} == {
        "rep.questions": "What is your budget?",
        "rep.next_step": "Let's meet on Thursday.",
        "rep.thanks": "Thank you.",
    }
    assert (found.missed, found.advice) == ((), ("next.keep",))


@pytest.mark.parametrize(("reply", "unanswered"), [("I see.", True), ("Compared to what, may I ask?", False)])
def test_an_objection_wants_an_answer(reply: str, unanswered: bool):
    conversation = Conversation(playbook="coaching", language="en", objections=("Price: “too dear”",))
    found = _review(
        _spoken(CUSTOMER, "It is too dear.", 0, 5),
        _spoken(REP, reply, 5, 5),
        _spoken(CUSTOMER, "Hm.", 10, 2),
        _spoken(REP, "Now let me talk about something else entirely.", 13, 5),
        conversation=conversation,
    )
    assert ("rep.unanswered" in [key for key, _ in found.missed]) is unanswered


def test_a_monologue_is_uninterrupted():
    long = [_spoken(REP, "and so on", 10.0 * number, 10) for number in range(10)]
    assert _review(*long).monologue == 100
    assert _review(*long[:5], _spoken(CUSTOMER, "yes", 50, 1), *long[5:]).monologue == 0


def test_a_tip_is_followed_if_the_story_says_so():
    tip = Insight("i", InsightType.COACHING, '"Compared to what?"')
    given = Conversation(playbook="coaching", language="en", given=(GivenInsight(10.0, tip),))
    for conversation, followed in ((given, False), (replace(given, followed=frozenset({"i"})), True)):
        ((_, told),) = _review(_spoken(REP, "Compared to what?", 20.0, 2), conversation=conversation).tips
        assert told is followed


def test_an_objection_that_was_answered_is_not_missed():
    price = "Price too high: “too expensive for us”"
    said = (_spoken(CUSTOMER, "It is too expensive for us.", 0, 2), _spoken(CUSTOMER, "Well?", 3, 1))
    conversation = Conversation(playbook="coaching", language="en", objections=(price,))
    assert "rep.unanswered" in [key for key, _ in _review(*said, conversation=conversation).missed]
    answered = replace(conversation, answered=(price,))
    assert "rep.unanswered" not in [key for key, _ in _review(*said, conversation=answered).missed]


def test_a_support_call_is_not_reproached_with_a_missing_budget():
    conversation = Conversation(playbook="support", language="en")
    found = review(conversation, [_spoken(Role.SUPPORT_AGENT, "What do you see?", 0, 5)])
    assert found.missed == ()
