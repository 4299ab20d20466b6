"""The support playbook: the technician drives, a question or an answer comes, and silence when it works."""

import pytest

from kitt_rtc.model.facts import ContextRead
from kitt_rtc.model.insight import InsightType
from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.support import SupportOptions, SupportPlaybook
from kitt_rtc.prompts.library import Library
from tests.fakes.thinking import RECORDINGS, SmallKnowledge, Talk, heard, says

LIBRARY = Library()
TECH, AGENT = Role.TECHNICIAN, Role.SUPPORT_AGENT
NINE_STEPS = {
    "en": (
        "Hello, my camera does not work.",
        "I can see the live view, the subscription is active, but the recordings are not visible in the timeline since "
        "yesterday, and I have the phone of the customer in my hand.",
        "Great, it works now, thank you.",
    ),
    "fr": (
        "Bonjour, ma caméra ne marche pas.",
        "Je vois le direct, l'abonnement est actif, mais les enregistrements ne sont plus visibles dans la timeline "
        "depuis hier, les recordings manquent.",
        "Super, ça marche maintenant, merci.",
    ),
}


def _playbook(*, speak: bool = False) -> SupportPlaybook:
    return SupportPlaybook(SmallKnowledge([RECORDINGS]), LIBRARY, options=SupportOptions(speak=speak))


def test_manners_are_those_of_the_house():
    manners = {role: (m.min_seconds, m.rank, m.drives_advice) for role, m in _playbook().manners.items()}
    assert manners == {TECH: (0.5, 0, True), AGENT: (1.0, 1, False)}
    assert _playbook().name == "support"


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_X08_a_question_then_the_answer_then_nothing(language: str):
    talk = Talk(_playbook(), language)
    vague, described, solved = NINE_STEPS[language]
    question, answer = await talk.card(TECH, vague), await talk.card(TECH, described)
    assert question is not None
    assert question.type is InsightType.CLARIFICATION_QUESTION
    assert question.content.endswith("?")
    assert answer is not None
    assert answer.type is InsightType.KNOWLEDGE_BASE
    assert answer.title == RECORDINGS.title
    assert answer.quote in RECORDINGS.text
    assert answer.because == ("u1", "u2")
    assert await talk.card(TECH, solved) is None
    assert talk.conversation.phase == "closing"
    assert (len(talk.given), talk.withheld) == (2, [])


async def test_T21_only_the_technicians_words_drive_advice():
    talk = Talk(_playbook())
    assert await talk.say(AGENT, "My camera is offline, the red light is on and nothing is recorded any more.") == ()
    assert await talk.card(TECH, "Hello.") is None
    assert [utterance.speaker.role for utterance in talk.conversation.utterances] == [AGENT, TECH]


async def test_T21_fresh_words_of_the_agent_alone_bring_no_advice():
    conversation = heard(says(AGENT, "The camera is offline and broken."), playbook="support", read=True)
    assert await _playbook().advise(conversation) is None


async def test_the_agents_words_are_taken_in_with_the_technicians():
    talk = Talk(_playbook())
    await talk.say(AGENT, "Good morning, what can I do for you?")
    facts = await talk.say(TECH, "The camera is broken.")
    assert isinstance(facts[0], ContextRead)
    assert facts[0].utterance_ids == ("u1", "u2")


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Great, it works now, thank you."),
        ("en", "Thank you, goodbye."),
        ("fr", "C'est réparé."),
        ("fr", "Merci, au revoir."),
        ("en", "OK."),
        ("fr", "D'accord, un instant."),
    ],
)
async def test_a_closing_phrase_or_small_talk_leads_to_no_card(language: str, text: str):
    talk = Talk(_playbook(), language)
    assert await talk.card(TECH, text) is None
    await talk.card(TECH, NINE_STEPS[language][0])
    assert await talk.card(TECH, text) is None


async def test_goodbye_behind_a_complaint_in_the_same_turn_wins():
    talk = Talk(_playbook())
    complaint = says(TECH, "The camera is broken.", at=3, id="a")
    goodbye = says(TECH, "Ah, it works now, goodbye.", at=8, id="b")
    conversation = heard(complaint, goodbye, playbook="support", read=True)
    assert await talk.playbook.advise(conversation) is None


async def test_news_after_an_answer_is_searched_again():
    talk = Talk(_playbook())
    for text in NINE_STEPS["en"][:2]:
        await talk.card(TECH, text)
    answer = await talk.card(TECH, "Also the router shows a red light and the recordings are still missing.")
    assert answer is not None
    assert answer.topic.startswith("kb.")


async def test_when_nothing_is_left_to_ask_what_is_known_is_searched():
    talk = Talk(_playbook())
    cards = [await talk.card(TECH, "Recordings?")]
    cards += [await talk.card(TECH, "No idea.") for _ in range(5)]
    assert [card.type for card in cards if card][-1] is InsightType.KNOWLEDGE_BASE


async def test_questions_and_answers_are_spoken_where_the_house_wants_it():
    for speak in (True, False):
        talk = Talk(_playbook(speak=speak))
        cards = [await talk.card(TECH, text) for text in NINE_STEPS["en"][:2]]
        assert [card.spoken for card in cards if card] == [speak, speak]
