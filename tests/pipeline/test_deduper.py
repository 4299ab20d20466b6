"""One memory of advice: sixty seconds, words, topic, meaning, and the model only when unsure."""

from dataclasses import replace

import pytest

from kitt_rtc.engines.sentences import SentenceEncoder
from kitt_rtc.model.conversation import Conversation, GivenInsight
from kitt_rtc.model.errors import EngineTimeout, EngineUnavailable
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.pipeline.deduper import Deduper, DeduperOptions
from tests.fakes.thinking import AlikeEmbedder, ScriptedModel

SURELY_NEW, UNSURE_NEW, UNSURE_SAME, SURELY_SAME = 0.30, 0.48, 0.56, 0.80
"""Of all cosines, beside `BEFORE`, for `UNSURE`: in no word the same."""
BUDGET_RETOLD = "Find out what they can spend."
UNSURE = "Show what an hour of downtime costs."


def _tip(content: str, *, topic: str = "", id: str = "new", by: str = "rules", title: str = "") -> Insight:
    return Insight(id, InsightType.COACHING, content, title=title, topic=topic, written_by=by)


def _given(*tips: Insight, at: float = 100.0, language: str = "en") -> Conversation:
    return Conversation(language=language, given=tuple(GivenInsight(at, tip) for tip in tips))


async def _judge(
    tip: Insight,
    conversation: Conversation,
    *,
    now: float = 110.0,
    likeness: float = 0.0,
    model: ScriptedModel | None = None,
) -> Verdict:
    """`likeness` is the cosine of any two texts."""
    verdict = await Deduper(AlikeEmbedder(likeness), model).judge(tip, conversation, now)
    assert verdict.reason
    assert verdict.duplicate is (verdict.twin_id is not None)
    return verdict


BEFORE = _tip("Ask compared to what.", topic="objection.price", id="old")


@pytest.mark.parametrize("again", [BEFORE.content, "ASK – compared to what"])
async def test_T03_the_same_idea_at_59_seconds_is_withheld(again: str):
    verdict = await _judge(_tip(again), _given(BEFORE), now=159.0)
    assert (verdict.duplicate, verdict.twin_id) == (True, "old")
    assert verdict.reason == "Same words as 59 s ago."


async def test_T03_the_same_idea_at_61_seconds_is_allowed():
    verdict = await _judge(_tip(BEFORE.content), _given(BEFORE), now=161.0)
    assert not verdict.duplicate
    assert verdict.reason == "Nothing was advised in the last 60 s."


@pytest.mark.parametrize(("now", "duplicate"), [(159.999, True), (160.0, False)])
async def test_T03_the_window_is_exact(now: float, duplicate: bool):
    assert (await _judge(_tip(BEFORE.content), _given(BEFORE), now=now)).duplicate is duplicate


async def test_T03_the_window_is_an_option():
    short = Deduper(options=DeduperOptions(window=5.0))
    assert (await short.judge(_tip(BEFORE.content), _given(BEFORE), 104.9)).duplicate
    assert not (await short.judge(_tip(BEFORE.content), _given(BEFORE), 105.0)).duplicate


async def test_T03_only_what_was_shown_counts_and_not_what_was_withheld():
    assert not (await _judge(_tip(BEFORE.content), Conversation(language="en"))).duplicate


async def test_T04_another_wording_of_the_same_topic_is_the_same():
    verdict = await _judge(_tip("Put the cost of waiting beside it.", topic="objection.price"), _given(BEFORE))
    assert verdict.reason == "Same subject (objection.price) as 10 s ago."
    assert verdict.twin_id == "old"


async def test_N2_a_name_told_since_brings_something_new_at_the_beginning_of_a_sentence_too():
    client = Speaker("CLIENT", Role.CUSTOMER)
    said = Utterance("u1", client, "Kappasoft gave us a price as well.", "en", 102.0, 104.0)
    before = _given(BEFORE)
    heard = replace(before, utterances=(said,))
    tip = _tip("Show what Kappasoft leaves out of the installation.", topic="objection.price", by="gpt")
    assert (await _judge(tip, before)).duplicate
    assert not (await _judge(tip, heard)).duplicate


async def test_T04_two_cards_of_ours_on_two_topics_are_two_ideas_however_alike():
    verdict = await _judge(_tip(UNSURE, topic="objection.timing"), _given(BEFORE), likeness=0.99)
    assert not verdict.duplicate


@pytest.mark.parametrize(
    ("likeness", "duplicate"),
    [(SURELY_SAME, True), (SURELY_NEW, False), (1.0, True), (0.0, False)],
)
async def test_T04_the_same_meaning_is_the_same_and_the_model_is_not_asked(likeness: float, duplicate: bool):
    model = ScriptedModel()
    verdict = await _judge(_tip(UNSURE, by="gpt"), _given(BEFORE), likeness=likeness, model=model)
    assert verdict.duplicate is duplicate
    assert model.asked == []


@pytest.mark.parametrize("same", [True, False])
async def test_T04_between_the_cuts_the_model_decides(same: bool):
    model = ScriptedModel({"SameForm": [{"same": same, "reason": "they differ, or not"}]})
    verdict = await _judge(_tip(UNSURE, by="gpt"), _given(BEFORE), likeness=UNSURE_NEW, model=model)
    assert verdict.duplicate is same
    assert "they differ, or not" in verdict.reason
    (prompt,) = model.asked
    assert [block.text for block in prompt.material] == [BEFORE.content, UNSURE]


@pytest.mark.parametrize(("likeness", "duplicate"), [(UNSURE_SAME, True), (UNSURE_NEW, False)])
async def test_T04_rules_decide_between_the_cuts_when_there_is_no_model(likeness: float, duplicate: bool):
    verdict = await _judge(_tip(UNSURE, by="gpt"), _given(BEFORE), likeness=likeness)
    assert verdict.duplicate is duplicate
    assert "not available" not in verdict.reason


@pytest.mark.parametrize("failure", [EngineTimeout("model", "slow"), EngineUnavailable("model", "away")])
async def test_T04_rules_decide_when_the_model_is_down_and_the_reason_says_so(failure: Exception):
    model = ScriptedModel({"SameForm": [failure]})
    verdict = await _judge(_tip(UNSURE, by="gpt"), _given(BEFORE), likeness=UNSURE_SAME, model=model)
    assert verdict.duplicate
    assert verdict.reason.endswith("(Judged by rules: model is not available.)")


@pytest.mark.parametrize(
    ("content", "duplicate"), [("Compared to what? Ask that.", True), ("Offer a call with their lawyer.", False)]
)
async def test_T04_words_decide_when_the_embedder_is_down(content: str, duplicate: bool):
    embedder = AlikeEmbedder(failure=EngineUnavailable("embedder", "away"))
    verdict = await Deduper(embedder).judge(_tip(content, by="gpt"), _given(BEFORE), 110.0)
    assert verdict.duplicate is duplicate
    assert verdict.reason.endswith("(Judged by rules: embedder is not available.)")
    alone = await Deduper().judge(_tip(content, by="gpt"), _given(BEFORE), 110.0)
    assert alone.duplicate is duplicate


async def test_the_nearest_of_several_is_the_twin():
    conversation = _given(_tip("Ask for the budget.", id="a", by="gpt"), _tip("Name a date.", id="b", by="gpt"))
    verdict = await Deduper(SentenceEncoder()).judge(_tip(BUDGET_RETOLD, by="gpt"), conversation, 110.0)
    assert verdict.twin_id == "a"
    assert verdict.reason == "Same idea as 10 s ago, 90 % sure."


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("Demandez qui d'autre doit donner son accord.", "Find out who else has to agree.", True),
        ("Ask who signs the contract.", "Now ask who signs the contract.", True),
        ("Let him finish his story before you speak.", "Don't cut in while he is telling it.", True),
        ("Offer a pilot in one shop.", "Offer a pilot in two shops.", False),
        ("Turn the valve to the left.", "Turn the valve to the right.", False),
        ("Demandez combien d'employés travaillent la nuit.", "Ask which insurance they have.", False),
    ],
)
async def test_N2_what_is_the_same_in_other_words_and_what_is_new_in_like_words(first: str, second: str, same: bool):
    conversation = _given(_tip(first, id="old", by="gpt"))
    verdict = await Deduper(SentenceEncoder()).judge(_tip(second, by="gpt"), conversation, 110.0)
    assert verdict.duplicate is same, verdict.reason


async def test_tips_questions_and_answers_share_one_memory():
    question = Insight("q", InsightType.CLARIFICATION_QUESTION, "Since when?", topic="clarify.since")
    verdict = await _judge(_tip("Since when?"), _given(question))
    assert verdict.twin_id == "q"


async def test_the_reason_is_in_the_language_of_the_call():
    verdict = await _judge(_tip(BEFORE.content), _given(BEFORE, language="fr"))
    assert verdict.reason == "Mêmes mots qu'il y a 10 s."
