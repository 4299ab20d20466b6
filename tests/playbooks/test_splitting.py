"""The yes or no that tells the candidate articles apart best, and is asked where too little is known."""

from dataclasses import replace

import pytest

from kitt_rtc.model.facts import AnswerTraced, InsightGiven
from kitt_rtc.model.insight import Passage
from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.splitting import best_split, candidates
from kitt_rtc.playbooks.states import States
from kitt_rtc.playbooks.support import SupportPlaybook
from kitt_rtc.prompts.library import Library
from tests.fakes.thinking import SmallKnowledge, Talk

STATES = States.load()
TECH, AGENT = Role.TECHNICIAN, Role.SUPPORT_AGENT


def _article(name: str, text: str, score: float = 0.3, language: str = "en") -> Passage:
    return Passage(name, name.title(), text, name, score, language=language)


POWER = _article("power", "The camera is offline.\nSteps\n1. After a power cut, plug the camera in again.")
ROUTER = _article("router", "The camera is offline.\nSteps\n1. After the router was changed, scan the code again.")
WIFI = _article("mini", "La caméra est hors ligne (offline camera).\nEtapes\n1. Rapprochez la box.", language="fr")


def test_the_state_that_half_of_the_articles_speak_of_is_the_best():
    asleep, other = replace(WIFI, id="a", source="a"), replace(WIFI, id="b", source="b")
    assert best_split([POWER, ROUTER], STATES, "en", ()) is not None
    state = best_split([POWER, replace(POWER, id="p", source="p"), asleep, other], STATES, "en", ())
    assert state is not None
    assert state.id == "power_cut"


def test_what_one_in_many_speaks_of_is_worth_less_than_a_general_question():
    others = [_article(f"plain {number}", "The camera is offline.") for number in range(11)]
    assert best_split([POWER, *others], STATES, "en", ()) is None


def test_what_is_closed_is_not_asked_and_one_article_needs_no_telling_apart():
    assert best_split([POWER, ROUTER], STATES, "en", {state.id for state in STATES.of("en")}) is None
    assert best_split([POWER, replace(POWER, id="2")], STATES, "en", ()) is None


def test_far_behind_the_best_is_no_candidate():
    assert set(candidates([replace(POWER, score=0.6), replace(ROUTER, score=0.2)])) == {"power"}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_state_has_its_question_in_both_languages(language: str):
    assert [state.id for state in STATES.of(language)] == [state.id for state in STATES.of("fr")]
    assert all(len(state.question.split()) <= 14 for state in STATES.of(language))


@pytest.mark.parametrize(
    ("language", "said", "question", "yes"),
    [
        ("en", "The camera is offline.", "Was there a power cut just before?", "Yes."),
        ("fr", "La camera est offline, hors ligne.", "Y a-t-il eu une coupure de courant juste avant ?", "Oui."),
    ],
)
async def test_the_question_splits_the_candidates_and_its_yes_is_searched_for(
    language: str, said: str, question: str, yes: str
):
    talk = Talk(SupportPlaybook(SmallKnowledge([POWER, ROUTER]), Library()), language)
    facts = await talk.say(TECH, said)
    (given,) = [fact for fact in facts if isinstance(fact, InsightGiven)]
    assert (given.insight.content, given.insight.topic) == (question, "clarify.state.power_cut")
    (trace,) = [fact for fact in facts if isinstance(fact, AnswerTraced)]
    assert (trace.outcome, trace.insight_id) == ("asked", given.insight.id)
    assert {found.dropped for found in trace.found} == {"below"}
    facts = await talk.say(TECH, yes)
    (trace,) = [fact for fact in facts if isinstance(fact, AnswerTraced)]
    assert any(query.endswith("after a power cut") for query in trace.queries)
    assert any(query.endswith("après une coupure de courant") for query in trace.queries)
    assert ("state", "power_cut", False) in {(clue.kind, clue.id, clue.denied) for clue in talk.conversation.clues}


async def test_what_was_told_or_asked_is_never_asked():
    talk = Talk(SupportPlaybook(SmallKnowledge([POWER, ROUTER]), Library()))
    await talk.say(AGENT, "Hello.")
    card = await talk.card(TECH, "The camera is offline, there was no power cut.")
    assert card is not None
    assert card.topic != "clarify.state.power_cut"
    asked = Talk(SupportPlaybook(SmallKnowledge([POWER, ROUTER]), Library()))
    await asked.card(TECH, "The camera is offline.")
    await asked.say(AGENT, "Was there a power cut?")
    card = await asked.card(TECH, "Let me see.")
    assert card is None or card.topic != "clarify.state.power_cut"
