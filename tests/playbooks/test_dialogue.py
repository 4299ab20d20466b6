"""Alone with a technician: everything is said aloud, and a person is fetched where that does not help."""

from collections.abc import Sequence

import pytest

from kitt_rtc.model.facts import CallOffered, Entry, Fact, HelpWanted, LegJoined, LegLeft
from kitt_rtc.model.insight import InsightType, Passage
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.playbooks.support import SupportOptions, SupportPlaybook
from kitt_rtc.prompts.library import Library
from tests.fakes.thinking import RECORDINGS, SmallKnowledge, Talk

TECH = Role.TECHNICIAN
COMPLAINT = "The recordings are not visible in the timeline since yesterday, the live view works and the app is fine."
ASKED_IN_VAIN = ("Can you help me with something?", "I do not know what it is called.")


def talk(
    passages: Sequence[Passage] = (RECORDINGS,), language: str = "en", speak: bool = False, dialogue: bool = True
) -> Talk:
    """A call that a technician is in."""
    options = SupportOptions(speak=speak, dialogue=dialogue)
    call = Talk(SupportPlaybook(SmallKnowledge(passages), Library(), options=options), language)
    joins(call, TECH)
    return call


def learns(conversation: Talk, fact: Fact) -> None:
    known = conversation.conversation
    conversation.conversation = known.after(Entry(0, conversation.now, fact))


def joins(conversation: Talk, role: Role) -> None:
    learns(conversation, LegJoined(f"leg_{role.value}", "webrtc", Speaker(role.value, role)))


async def wanted(conversation: Talk, text: str) -> HelpWanted | None:
    facts = await conversation.say(TECH, text)
    return next((fact for fact in facts if isinstance(fact, HelpWanted)), None)


@pytest.mark.parametrize(
    ("others", "spoken"),
    [((), True), ((Role.SUPERVISOR,), True), ((Role.SUPPORT_AGENT,), False), ((Role.REP,), False)],
    ids=str,
)
async def test_it_speaks_while_nobody_else_is_there_to_help(others: tuple[Role, ...], spoken: bool):
    call = talk()
    for role in others:
        joins(call, role)
    card = await call.card(TECH, COMPLAINT)
    assert card is not None
    assert card.spoken is spoken


async def test_several_people_on_one_microphone_can_help_each_other():
    call = talk()
    learns(call, LegJoined("leg_1", "webrtc", None))
    card = await call.card(TECH, COMPLAINT)
    assert card is not None
    assert not card.spoken


async def test_nothing_is_said_to_nobody():
    call = talk()
    learns(call, LegLeft("leg_technician", "lost", 5.0))
    card = await call.card(TECH, COMPLAINT)
    assert card is not None
    assert not card.spoken


async def test_beside_an_agent_it_speaks_where_the_house_wants_it():
    call = talk(speak=True)
    joins(call, Role.SUPPORT_AGENT)
    card = await call.card(TECH, COMPLAINT)
    assert card is not None
    assert card.spoken


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Can I speak to a person, please?"),
        ("en", "I want to talk to someone."),
        ("en", "Get me a human."),
        ("en", "Put me through to an agent."),
        ("en", "I need somebody who knows this."),
        ("en", "I don't want to talk to a machine."),
        ("fr", "Je voudrais parler à quelqu'un."),
        ("fr", "Passez-moi un humain."),
        ("fr", "Est-ce que je peux parler à un conseiller ?"),
        ("fr", "Vous pouvez me passer quelqu'un ?"),
        ("fr", "J'ai besoin de quelqu'un."),
        ("fr", "Je ne veux pas parler à un robot."),
    ],
)
async def test_a_person_is_fetched_when_the_technician_asks_for_one(language: str, text: str):
    assert await wanted(talk(language=language), text) == HelpWanted("asked_for", ("u1",))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "I talked to someone yesterday."),
        ("en", "You don't need to call a person, it is fine."),
        ("en", "I don't need to speak to someone."),
        ("en", "Somebody unplugged the camera."),
        ("en", "The human detection does not work."),
        ("fr", "J'ai déjà parlé à quelqu'un hier."),
        ("fr", "Pas besoin de parler à quelqu'un."),
        ("fr", "Quelqu'un a débranché la caméra."),
        ("fr", "La détection humaine ne marche pas."),
    ],
)
async def test_who_only_mentions_a_person_has_not_asked_for_one(language: str, text: str):
    assert await wanted(talk(language=language), text) is None


async def test_a_person_is_fetched_when_two_answers_have_not_helped():
    call = talk()
    assert (await call.card(TECH, COMPLAINT)) is not None
    second = await call.card(TECH, "No, the recordings are still missing.")
    assert second is not None
    assert second.type is InsightType.KNOWLEDGE_BASE
    help_wanted = await wanted(call, "It still does not work.")
    assert help_wanted == HelpWanted("no_answer", ("u1", "u2", "u3"))
    assert [given.type for given in call.given] == [InsightType.KNOWLEDGE_BASE] * 2


async def test_a_person_is_fetched_instead_of_saying_that_no_article_is_known():
    call = talk(())
    facts = [await wanted(call, text) for text in ("The camera fails.", "No idea.", "No idea.", "No idea.")]
    assert facts == [None, None, HelpWanted("no_answer", ("u1", "u2", "u3")), None]
    assert [card.topic for card in call.given] == ["clarify.symptom", "clarify.since"]


async def test_a_person_is_fetched_when_there_is_nothing_left_to_ask():
    call = talk(())
    assert [await wanted(call, text) for text in ASKED_IN_VAIN] == [
        None,
        HelpWanted("no_question", ("u1", "u2")),
    ]


async def test_while_somebody_is_fetched_nobody_else_is_and_when_nobody_came_it_may_be_asked_again():
    call = talk()
    assert await wanted(call, "Can I speak to a person?") is not None
    assert await wanted(call, "I want to talk to someone, please.") is None
    learns(call, CallOffered(("agent_1",), "", 30.0))
    assert await wanted(call, "I want to talk to someone now.") is not None
    joins(call, Role.SUPPORT_AGENT)
    assert not call.conversation.help_coming
    assert await wanted(call, "I want to talk to someone else.") is None


async def test_nobody_is_fetched_where_there_is_no_dialogue():
    call = talk(dialogue=False)
    assert await wanted(call, "Can I speak to a person?") is None


async def test_a_person_is_fetched_when_the_reply_to_a_question_after_a_failed_answer_leads_nowhere():
    call = talk()
    lines = ("Recordings not visible.", "Yesterday.", "No message.", "Still the same.")
    assert [await wanted(call, line) for line in lines] == [None] * 4
    assert [card.type is InsightType.KNOWLEDGE_BASE for card in call.given] == [False, False, True, False]
    assert await wanted(call, "No idea.") == HelpWanted("no_answer", ("u1", "u2", "u3", "u4", "u5"))
