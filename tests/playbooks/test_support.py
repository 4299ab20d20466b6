"""The support playbook: the technician drives, a question or an answer comes, and silence when it works."""

from dataclasses import replace

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


async def test_R02_a_technician_who_goes_on_in_french_is_asked_and_answered_in_french():
    talk = Talk(_playbook())
    question = await talk.card(TECH, NINE_STEPS["en"][0])
    talk.goes_on_in("fr", TECH)
    answer = await talk.card(TECH, NINE_STEPS["fr"][1])
    assert question is not None
    assert question.title == LIBRARY.phrase("clarify.title", "en")
    assert answer is not None
    assert answer.content.startswith("L'article « Camera Recordings Not Visible")


async def test_R02_what_the_support_agent_speaks_changes_no_answer():
    talk = Talk(_playbook())
    talk.goes_on_in("fr", AGENT)
    talk.language = "en"
    await talk.card(TECH, NINE_STEPS["en"][0])
    answer = await talk.card(TECH, NINE_STEPS["en"][1])
    assert answer is not None
    assert answer.content.startswith("Open Account")


async def test_T21_only_the_technicians_words_drive_advice():
    talk = Talk(_playbook())
    assert await talk.say(AGENT, "My camera is offline, the red light is on and nothing is recorded any more.") == ()
    assert await talk.card(TECH, "Hello.") is None
    assert [utterance.speaker.role for utterance in talk.conversation.utterances] == [AGENT, TECH]


async def test_T21_fresh_words_of_the_agent_alone_bring_no_advice():
    conversation = heard(says(AGENT, "The camera is offline and broken."), playbook="support", read=True)
    assert (await _playbook().advise(conversation)).say is None


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
    assert (await talk.playbook.advise(conversation)).say is None


async def test_news_after_an_answer_is_searched_again():
    talk = Talk(_playbook())
    for text in NINE_STEPS["en"][:2]:
        await talk.card(TECH, text)
    answer = await talk.card(TECH, "Also the router shows a red light and the recordings are still missing.")
    assert answer is not None
    assert answer.topic.startswith("kb.")


async def test_after_two_questions_the_best_answer_so_far_is_given():
    talk = Talk(_playbook())
    cards = [await talk.card(TECH, text) for text in ("Recordings?", *["No idea."] * 3)]
    assert [card.topic if card else "" for card in cards] == [
        "clarify.symptom",
        "clarify.since",
        f"kb.{RECORDINGS.id}",
        "",
    ]


async def test_what_is_told_after_giving_up_is_searched_all_the_same():
    talk = Talk(SupportPlaybook(knowledge := SmallKnowledge(), LIBRARY))
    cards = [await talk.card(TECH, text) for text in ("The camera fails.", "No idea.", "No idea.")]
    assert [card.topic if card else "" for card in cards] == ["clarify.symptom", "clarify.since", "clarify.unknown"]
    await knowledge.replace(RECORDINGS.source, [RECORDINGS])
    answer = await talk.card(TECH, "The recordings are not visible.")
    assert answer is not None
    assert answer.title == RECORDINGS.title


@pytest.mark.parametrize(
    ("language", "thanks", "again"),
    [
        ("en", "Okay, great, thank you.", "No, the recordings are still missing."),
        ("fr", "Ça marche, merci.", "Non, c'est toujours pareil."),
    ],
)
async def test_thanks_end_it_and_what_fails_after_all_goes_on_where_it_stopped(language: str, thanks: str, again: str):
    talk = Talk(_playbook(), language)
    for text in NINE_STEPS[language][:2]:
        await talk.card(TECH, text)
    assert await talk.card(TECH, thanks) is None
    assert talk.conversation.phase == "closing"
    more = await talk.card(TECH, again)
    assert more is not None
    assert more.topic == f"kb.{RECORDINGS.id}.2"


@pytest.mark.parametrize("text", ["I am packing my tools.", "See you at the van.", "What a day."])
async def test_small_talk_after_the_end_leads_to_no_card(text: str):
    talk = Talk(_playbook())
    for said in NINE_STEPS["en"]:
        await talk.card(TECH, said)
    assert await talk.card(TECH, text) is None


async def test_questions_and_answers_are_spoken_where_the_house_wants_it():
    for speak in (True, False):
        talk = Talk(_playbook(speak=speak))
        cards = [await talk.card(TECH, text) for text in NINE_STEPS["en"][:2]]
        assert [card.spoken for card in cards if card] == [speak, speak]


@pytest.mark.parametrize(("language", "said"), [
    ("en", "In the recordings I am looking at dark bars rolling slowly up on the coax."),
    ("fr", "Sur les recordings je regarde des barres sombres qui montent lentement sur le coax."),
])  # fmt: skip
@pytest.mark.parametrize(("score", "asked"), [(0.626, False), (0.2, True)])
async def test_what_an_article_understands_is_not_asked_again_in_whatever_words(
    language: str, said: str, score: float, asked: bool
):
    knowledge = SmallKnowledge([replace(RECORDINGS, score=score)])
    question = await Talk(SupportPlaybook(knowledge, LIBRARY), language).card(TECH, said)
    assert question is not None
    assert question.type is InsightType.CLARIFICATION_QUESTION
    assert (question.topic in {"clarify.symptom", "clarify.device"}) is asked


@pytest.mark.parametrize(("language", "said"), [
    ("en", "He wants to cancel the subscription and keep the videos."),
    ("fr", "Je sais pas comment on ajoute un badge sur la platine."),
])  # fmt: skip
async def test_whoever_asks_how_something_is_done_is_not_asked_what_fails(language: str, said: str):
    knowledge = SmallKnowledge([replace(RECORDINGS, title=said, score=0.5)])
    card = await Talk(SupportPlaybook(knowledge, LIBRARY), language).card(TECH, said)
    assert card is not None
    assert card.type is InsightType.KNOWLEDGE_BASE


async def test_what_stands_still_is_no_failure():
    talk = Talk(_playbook())
    await talk.card(TECH, NINE_STEPS["en"][0])
    await talk.card(TECH, NINE_STEPS["en"][1])
    assert await talk.card(TECH, "Calibrated it and it stands still now, that's it, cheers, bye.") is None
    assert talk.conversation.phase == "closing"
