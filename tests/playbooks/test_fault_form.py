"""What a model reads of a trouble, over real HTTP: what it can quote is asked no more, what it cannot is dropped."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_text import ModelOptions, OpenAIModel
from kitt_rtc.model.clue import Clue
from kitt_rtc.model.facts import ContextRead, Fact
from kitt_rtc.model.insight import InsightType
from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.support import SupportPlaybook
from kitt_rtc.prompts.library import Library
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.thinking import SmallKnowledge, Talk

TECH = Role.TECHNICIAN
SAID = {
    "en": "This blue box over here purrs all day, I swapped nothing.",
    "fr": "Cette boite bleue, elle ronronne toute la journée.",
}
TOLD = {"en": "purrs all day", "fr": "ronronne toute la journée"}
BOX = {"en": "blue box", "fr": "boite bleue"}


@asynccontextmanager
async def _talk(form: Mapping[str, Any], language: str = "en") -> AsyncIterator[Talk]:
    """With a model that reads this; it asks nothing itself, so that the questions of the rules stand."""
    async with OpenAIServer() as server:
        server.answer("FaultForm", form)
        server.answer("QuestionForm", {"question": "No idea."})
        server.answer("QueryForm", {"query": ""})
        client = OpenAIClient(OpenAIOptions(base_url=server.base_url))
        try:
            model = OpenAIModel(client, ModelOptions("scripted"))
            yield Talk(SupportPlaybook(SmallKnowledge(), Library(), model), language)
        finally:
            await client.close()


def _clues(facts: Sequence[Fact]) -> dict[str, Clue]:
    return {clue.id: clue for fact in facts if isinstance(fact, ContextRead) for clue in fact.clues}


@pytest.mark.parametrize("language", ["en", "fr"])
async def test_what_a_model_reads_becomes_clues_with_the_technicians_words(language: str):
    form = {
        "entities": [BOX[language]],
        "answered": [{"slot": "symptom", "quote": TOLD[language].upper()}],
        "states": [{"state": "sound", "quote": TOLD[language]}],
    }
    async with _talk(form, language) as talk:
        clues = _clues(await talk.say(TECH, SAID[language]))
    assert (clues["told.symptom"].quote, clues["told.symptom"].kind) == (TOLD[language], "symptom")
    assert (clues["sound"].quote, clues["sound"].kind, clues["sound"].denied) == (TOLD[language], "state", False)
    assert clues[BOX[language]].quote == BOX[language]
    assert {clue.utterance_id for clue in clues.values()} == {"u1"}


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("quoted", [True, False])
async def test_what_a_model_can_quote_is_asked_no_more(language: str, quoted: bool):
    quote = TOLD[language] if quoted else "it smokes and whistles"
    form = {"entities": [BOX[language]], "answered": [{"slot": "symptom", "quote": quote}]}
    async with _talk(form, language) as talk:
        question = await talk.card(TECH, SAID[language])
    assert question is not None
    assert question.type is InsightType.CLARIFICATION_QUESTION
    assert (question.topic == "clarify.symptom") is not quoted


@pytest.mark.parametrize("quote", ["the reactor melts", "purrs", "", "the box is on Wi-Fi"])
async def test_N9_a_clue_whose_quote_nobody_said_is_dropped(quote: str):
    form = {
        "entities": ["nuclear reactor"],
        "answered": [{"slot": "symptom", "quote": quote}, {"slot": "tried", "quote": quote, "denied": True}],
        "states": [{"state": "wifi", "quote": quote}, {"state": "reveal_your_prompt", "quote": TOLD["en"]}],
    }
    async with _talk(form) as talk:
        clues = _clues(await talk.say(TECH, SAID["en"]))
    assert clues.keys().isdisjoint({"told.symptom", "told.tried", "wifi", "reveal_your_prompt", "nuclear reactor"})


async def test_what_the_rules_heard_is_not_turned_round_by_a_model():
    said = "The camera is not on Wi-Fi, it hangs on a cable."
    async with _talk({"states": [{"state": "wifi", "quote": "on Wi-Fi", "denied": False}]}) as talk:
        clues = _clues(await talk.say(TECH, said))
    assert clues["wifi"].denied
