"""What was told and asked about the trouble at hand."""

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import Entry, InsightGiven
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.matter import Matter
from kitt_rtc.playbooks.told import UNKNOWN, Told
from tests.fakes.thinking import RECORDINGS, says

MATTER = Matter((says(Role.TECHNICIAN, "The camera is offline.", id="u1"),))


def _given(*topics: str, because: str = "u1") -> Conversation:
    cards = [
        Insight(
            id=f"i{number}",
            type=InsightType.KNOWLEDGE_BASE if topic.startswith("kb.") else InsightType.CLARIFICATION_QUESTION,
            content=topic,
            topic=topic,
            because=(because,),
            passages=(RECORDINGS,) if topic.startswith("kb.") else (),
        )
        for number, topic in enumerate(topics)
    ]
    facts = (InsightGiven(card, Verdict(False, ""), 0.0) for card in cards)
    return Conversation.of(Entry(seq, 0.0, fact) for seq, fact in enumerate(facts, start=1))


def test_questions_are_counted_since_the_last_answer():
    told = Told.of(_given("clarify.since", "clarify.sign", "kb.x", "clarify.tried"), MATTER)
    assert (len(told.answers), told.questions_in_a_row, told.gave_up) == (1, 1, False)


def test_giving_up_is_remembered_and_is_no_question():
    told = Told.of(_given("clarify.since", UNKNOWN), MATTER)
    assert (told.questions_in_a_row, told.gave_up) == (0, True)


def test_what_was_said_of_another_trouble_does_not_count():
    assert Told.of(_given("clarify.since", "kb.x", UNKNOWN, because="u9"), MATTER) == Told()
