"""A topic on which everything is said does not return, unless the client tells something new about it."""

import pytest

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import ContextRead, Entry, Fact, InsightFollowed, InsightGiven, InsightRated, UtteranceHeard
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.model.speech import Role
from kitt_rtc.pipeline.deduper import Deduper
from kitt_rtc.playbooks.cards import Cards
from tests.fakes.thinking import says

EXPENSIVE = "It is too expensive for us."
ANSWERED = f"Price too high: “{EXPENSIVE}”"
SETTLED_AT = 140.0
TIP = Insight(
    "old",
    InsightType.COACHING,
    "Ask compared to what.",
    topic="objection.price",
    quote=EXPENSIVE,
    because=("u100",),
)
FOLLOWED = InsightFollowed("old", "u140", "compared to what", "paraphrased")
READ = ContextRead((), "objection", objections=(ANSWERED,), answered=(ANSWERED,))
WAYS = {
    "answered": READ,
    "followed": FOLLOWED,
    "helpful": InsightRated("old", "helpful", "rep"),
    "wrong": InsightRated("old", "wrong", "rep"),
}


def call(*later: tuple[float, Fact], given: bool = True, language: str = "en") -> Conversation:
    """The client found it expensive at 100 seconds, and the tip was given then."""
    told: list[tuple[float, Fact]] = [(101.0, UtteranceHeard(says(Role.CUSTOMER, EXPENSIVE, at=100.0), 0.1))]
    if given:
        told.append((102.0, InsightGiven(TIP, Verdict(False, "new"), 0.1)))
    entries = (Entry(seq, at, fact) for seq, (at, fact) in enumerate((*told, *later), start=1))
    conversation = Conversation(language=language)
    for entry in entries:
        conversation = conversation.after(entry)
    return conversation


def client(text: str, *, at: float = 200.0, role: Role = Role.CUSTOMER) -> tuple[float, Fact]:
    return at, UtteranceHeard(says(role, text, at=at), 0.1)


def tip(
    quote: str, *, because: str = "u200", content: str = "Show what an outage costs.", topic: str | None = None
) -> Insight:
    known = TIP.topic if topic is None else topic
    return Insight("new", InsightType.COACHING, content, topic=known, quote=quote, because=(because,), written_by="gpt")


async def judge(insight: Insight, conversation: Conversation, *, now: float = 210.0) -> Verdict:
    return await Deduper(topic_of=Cards.load().topic_of).judge(insight, conversation, now)


@pytest.mark.parametrize("how", sorted(WAYS))
async def test_N2_a_settled_topic_does_not_return_though_the_window_is_over(how: str):
    conversation = call((SETTLED_AT, WAYS[how]), client(EXPENSIVE))
    verdict = await judge(tip(EXPENSIVE), conversation)
    assert (verdict.duplicate, verdict.rule, verdict.twin_id) == (True, "answered", "old")
    assert "70 s ago" in verdict.reason


async def test_N2_a_topic_that_is_not_settled_returns_when_the_window_is_over():
    for conversation in (call(client(EXPENSIVE)), call((SETTLED_AT, InsightRated("old", "not_now", "rep")))):
        assert not (await judge(tip(EXPENSIVE), conversation)).duplicate


@pytest.mark.parametrize(
    "news",
    [
        "Axis offers it for 3000 euros.",
        "It is too expensive, and we must decide by Friday.",
        "It is too expensive in comparison with Verisure.",
        "The board will never pay such a sum.",
    ],
    ids=["amount", "date", "competitor", "other words"],
)
@pytest.mark.parametrize("how", sorted(WAYS))
async def test_N2_a_new_fact_of_the_client_opens_the_topic_again(how: str, news: str):
    verdict = await judge(tip(news), call((SETTLED_AT, WAYS[how]), client(news)))
    assert not verdict.duplicate
    assert news.rstrip(".") in verdict.reason


@pytest.mark.parametrize(
    ("said", "role", "at"),
    [
        ("It is too expensive for us!", Role.CUSTOMER, 200.0),
        ("Too expensive for us.", Role.CUSTOMER, 200.0),
        ("So 3000 euros is too expensive?", Role.REP, 200.0),
        ("Axis offers it for 3000 euros.", Role.CUSTOMER, 120.0),
    ],
    ids=["the same words", "fewer of them", "our own side", "before it was settled"],
)
async def test_N2_what_is_no_new_fact_of_the_client_does_not(said: str, role: Role, at: float):
    line = client(said, at=at, role=role)
    told = [line, (SETTLED_AT, FOLLOWED)] if at < SETTLED_AT else [(SETTLED_AT, FOLLOWED), line]
    verdict = await judge(tip(said, because=f"u{at:g}"), call(*told))
    assert verdict.rule == "answered"


async def test_N2_an_amount_the_client_named_before_is_no_news():
    earlier, later = client("We have 3000 euros.", at=90.0), client("It is too expensive with 3000 euros.")
    assert (await judge(tip("too expensive"), call(earlier, (SETTLED_AT, FOLLOWED), later))).rule == "answered"


async def test_N2_an_objection_answered_without_any_advice_is_settled_too():
    conversation = call((SETTLED_AT, READ), client(EXPENSIVE), given=False)
    verdict = await judge(tip(EXPENSIVE), conversation)
    assert (verdict.rule, verdict.twin_id) == ("answered", None)
    assert EXPENSIVE in verdict.reason


async def test_N2_an_objection_that_is_open_again_is_not_settled():
    opened = ContextRead((), "objection", objections=(ANSWERED,))
    conversation = call((SETTLED_AT, READ), (150.0, opened), client(EXPENSIVE), given=False)
    assert not (await judge(tip(EXPENSIVE), conversation)).duplicate
    assert conversation.settled_at == {}


async def test_N2_a_settled_idea_does_not_return_under_no_topic_or_another():
    conversation = call((SETTLED_AT, FOLLOWED), client("Well, what else do you have?"))
    for topic in ("", "objection.need"):
        again = tip("what else do you have", content="Ask once more: compared to what.", topic=topic)
        assert (await judge(again, conversation)).rule == "answered"


async def test_N2_other_topics_are_free():
    conversation = call((SETTLED_AT, READ), client("Who has access to our data?"))
    assert not (await judge(tip("access to our data", topic="objection.trust"), conversation)).duplicate


async def test_N2_the_reason_is_in_the_language_of_the_call():
    conversation = call((SETTLED_AT, FOLLOWED), client(EXPENSIVE), language="fr")
    assert (await judge(tip(EXPENSIVE), conversation)).reason.startswith("Conseil suivi il y a 70 s")


async def test_N2_within_the_window_the_topic_returns_with_the_fact_the_client_just_told():
    news = client("Axis offers it for 3000 euros.", at=120.0)
    with_it = tip("3000 euros", because="u120", content="Ask what the 3000 of Axis hold.")
    without = tip("3000 euros", because="u120", content="Show what waiting costs.")
    assert not (await judge(with_it, call(news), now=125.0)).duplicate
    assert (await judge(without, call(news), now=125.0)).rule == "duplicate"
    assert (await judge(with_it, call(), now=125.0)).rule == "duplicate"
