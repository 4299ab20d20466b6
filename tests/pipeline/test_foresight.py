"""An answer asked for early serves the very same question, and is paid by whoever takes it."""

import pytest
from pydantic import BaseModel

from kitt_rtc.model.errors import BudgetSpent, EngineTimeout, EngineUnavailable
from kitt_rtc.model.facts import ModelAsked
from kitt_rtc.pipeline.foresight import Foresight, ForesightModel, looking_ahead, looking_back, plain
from kitt_rtc.pipeline.setbacks import FrankModel
from kitt_rtc.pipeline.spending import Purse, paid_by
from kitt_rtc.prompts.prompt import Material, Prompt
from tests.fakes.thinking import ScriptedModel


class Tip(BaseModel):
    say: str


def ask(said: str, name: str = "coach") -> Prompt:
    return Prompt(name, "Give one tip.", (Material("Just said", said),))


async def _asked_early(model: ForesightModel, said: str) -> Foresight:
    foresight = Foresight()
    with looking_ahead(foresight):
        await model.fill(ask(said), Tip)
    return foresight


@pytest.mark.parametrize(
    ("said", "same"),
    [
        ("It's too expensive.", True),
        ("IT'S, euh, too expensive!", True),
        ("It's not too expensive.", False),
        ("It's too", False),
    ],
)
async def test_only_the_same_question_takes_an_early_answer(said: str, same: bool):
    scripted = ScriptedModel({"Tip": [{"say": "early"}, {"say": "late"}]})
    model = ForesightModel(FrankModel(scripted))
    with looking_back(await _asked_early(model, "it's too expensive")):
        assert (await model.fill(ask(said), Tip)).say == ("early" if same else "late")
        assert len(scripted.asked) == (1 if same else 2)


async def test_another_prompt_with_the_same_words_is_another_question():
    model = ForesightModel(FrankModel(ScriptedModel({"Tip": [{"say": "early"}, {"say": "late"}]})))
    with looking_back(await _asked_early(model, "too expensive")):
        assert (await model.fill(ask("too expensive", "context_coaching"), Tip)).say == "late"


@pytest.mark.parametrize("taken", [True, False])
async def test_what_is_taken_is_paid_once_and_the_rest_is_thrown_away(taken: bool):
    model = ForesightModel(FrankModel(ScriptedModel({"Tip": [{"say": "early"}]})))
    paid: list[ModelAsked] = []
    with paid_by(Purse(paid.append)):
        foresight = await _asked_early(model, "too expensive")
        assert paid == []
        with looking_back(foresight):
            if taken:
                await model.fill(ask("Too expensive."), Tip)
    assert [one.outcome for one in paid] == (["used"] if taken else [])
    assert [one.outcome for one in foresight.settle()] == ([] if taken else ["thrown_away"])
    assert foresight.settle() == []


async def test_an_early_question_that_failed_has_another_try():
    model = ForesightModel(FrankModel(ScriptedModel({"Tip": [EngineUnavailable("m", "away"), {"say": "late"}]})))
    foresight = Foresight()
    with looking_ahead(foresight), pytest.raises(EngineUnavailable):
        await model.fill(ask("too expensive"), Tip)
    with looking_back(foresight):
        assert (await model.fill(ask("too expensive"), Tip)).say == "late"


async def test_an_empty_purse_asks_nothing_early_or_late():
    scripted = ScriptedModel({"Tip": [{"say": "early"}]})
    model = ForesightModel(FrankModel(scripted))
    with paid_by(Purse(lambda asked: None, lambda: True)):
        with pytest.raises(BudgetSpent):
            await _asked_early(model, "too expensive")
        with pytest.raises(BudgetSpent):
            await model.fill(ask("too expensive"), Tip)
    assert scripted.asked == []


async def test_a_question_that_was_late_is_told_as_late():
    model = FrankModel(ScriptedModel({"Tip": [EngineTimeout("m", "too slow")]}))
    paid: list[ModelAsked] = []
    with paid_by(Purse(paid.append)), pytest.raises(EngineTimeout):
        await model.fill(ask("too expensive"), Tip)
    assert [(one.work, one.outcome) for one in paid] == [("coach", "late")]


def test_hesitations_and_punctuation_do_not_matter_and_words_do():
    assert plain("Euh, c'est… très CHER !") == plain("c'est tres cher")
    assert plain("c'est cher") != plain("c'est trop cher")
