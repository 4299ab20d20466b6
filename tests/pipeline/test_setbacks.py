import pytest

from kitt_rtc.model.errors import EngineTimeout, EngineUnavailable
from kitt_rtc.model.facts import ContextRead, InsightGiven, Trouble
from kitt_rtc.model.speech import Role
from kitt_rtc.pipeline.adviser import Adviser
from kitt_rtc.pipeline.deduper import Deduper
from kitt_rtc.pipeline.setbacks import FrankModel, noting_setbacks, troubles_of
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.coaching import CoachingPlaybook
from kitt_rtc.prompts.library import Library
from kitt_rtc.prompts.prompt import Prompt
from tests.fakes.thinking import ScriptedModel, heard, says, whole_turn


def _coach(model: ScriptedModel) -> Adviser:
    return Adviser(CoachingPlaybook(Cards.load(), Library(), FrankModel(model)), Deduper())


async def test_rules_advise_where_the_model_fails_and_the_page_is_told():
    facts = await whole_turn(_coach(ScriptedModel()), heard(says(Role.CUSTOMER, "It is too expensive")), lambda: 1.0)
    assert [type(fact) for fact in facts] == [ContextRead, Trouble, InsightGiven]
    assert facts[1] == Trouble("model", "engine_unavailable", "the model is away")


async def test_each_turn_tells_its_own_setbacks():
    adviser = _coach(ScriptedModel())
    said = heard(says(Role.CUSTOMER, "It is too expensive"))
    for _ in range(2):
        facts = await whole_turn(adviser, said, lambda: 1.0)
        assert sum(isinstance(fact, Trouble) for fact in facts) == 1


def test_each_kind_of_failure_is_told_once_as_it_was_said_first():
    errors = [EngineTimeout("m", "first"), EngineUnavailable("m", "away"), EngineTimeout("m", "second")]
    assert troubles_of(errors) == [
        Trouble("model", "engine_timeout", "first"),
        Trouble("model", "engine_unavailable", "away"),
    ]


async def test_whoever_asks_the_model_still_gets_its_answer_or_its_error():
    model = FrankModel(ScriptedModel({"write": ["words", EngineTimeout("m", "too slow")]}))
    prompt = Prompt(name="x", instructions="say something", language="en", seconds=1.0)
    assert model.name == "scripted-model"
    with noting_setbacks() as errors:
        assert await model.write(prompt) == "words"
        with pytest.raises(EngineTimeout):
            await model.write(prompt)
    with pytest.raises(EngineUnavailable):
        await model.write(prompt)
    assert [error.message for error in errors] == ["too slow"]
