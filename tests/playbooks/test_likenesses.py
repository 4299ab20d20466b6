"""What words do not tell, read by meaning: a mood, an urgency, an answer, a yes (roadmap R10, contract T02)."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from kitt_rtc.engines.sentences import SentenceEncoder, SentenceOptions
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.facts import CallStarted, Entry, UtteranceHeard
from kitt_rtc.model.speech import Role
from kitt_rtc.model.words import fold, sentences
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.context import SaleReader
from kitt_rtc.playbooks.cues import LANGUAGES
from kitt_rtc.playbooks.examples import Example
from kitt_rtc.playbooks.likenesses import Likenesses, LikenessOptions
from kitt_rtc.playbooks.signs import Signs
from kitt_rtc.prompts.library import Library
from tests.fakes.axes import AxisEmbedder
from tests.fakes.thinking import heard, says

CARDS, SIGNS, LIBRARY = Cards.load(), Signs.load(), Library()
LEXICON = Path(__file__).parents[2] / "kitt_rtc" / "playbooks" / "lexicon"
EVALUATIONS = Path(__file__).parents[2] / "evals" / "coach"
SULK, LOVELY, RUSH = (
    "My porridge went cold over this.",
    "My cat would purr at that.",
    "The kettle is about to boil over.",
)
COUNTER, YES, NO = (
    "Nobody counts beans after the second winter here.",
    "Now the penny drops for me.",
    "My ears stay shut.",
)
AXES = (
    ("cold porridge", SULK, "It is not annoying, my porridge went cold."),
    ("purring cat", LOVELY, "Would my cat purr at that?"),
    ("boiling kettle", RUSH, "The kettle is perfect and about to boil over."),
    ("counting beans", COUNTER, "Would anybody count beans after the second winter?"),
    ("dropping penny", YES),
    ("shut ears", NO),
)
FEELINGS = (
    Example("cold porridge", {"mood": "annoyed"}),
    Example("purring cat", {"mood": "pleased"}),
    Example("boiling kettle", {"mood": "doubtful", "urgency": "now"}),
    Example("nothing", {}),
)
REPLIES = (
    Example("counting beans", {"reply": "answers"}),
    Example("dropping penny", {"reaction": "accepts"}),
    Example("shut ears", {"reaction": "refuses"}),
    Example("nothing", {}),
)
DEAR = "It is too expensive for us."
LONG = "Well, there are many things in this world that one could say here."


async def reader(embedder: AxisEmbedder, *, seconds: float = 0.5) -> SaleReader:
    examples = {"feelings.yaml": FEELINGS, "replies.yaml": REPLIES}
    likenesses = Likenesses(examples, embedder, LikenessOptions(seconds=seconds))
    await likenesses.learn()
    return SaleReader(CARDS, SIGNS, LIBRARY, likenesses=likenesses)


async def tone(text: str, role: Role = Role.CUSTOMER, embedder: AxisEmbedder | None = None) -> tuple[str, str, str]:
    read = await (await reader(embedder or AxisEmbedder(AXES))).read(heard(says(role, text)))
    assert read is not None
    return read.tone.mood, read.tone.urgency, read.tone.quote


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (SULK, ("annoyed", "none", SULK)),
        (LOVELY, ("pleased", "none", LOVELY)),
        (RUSH, ("doubtful", "now", RUSH)),
        (f"Well, well. {SULK}", ("annoyed", "none", SULK)),
        ("The porridge is on the stove.", ("calm", "none", "")),
    ],
)
async def test_R10_where_no_word_tells_a_mood_its_meaning_does(text: str, told: tuple[str, str, str]):
    assert await tone(text) == told


async def test_R10_words_go_first_and_each_scale_for_itself():
    text = "The kettle is perfect and about to boil over."
    assert await tone(text) == ("pleased", "now", text)


@pytest.mark.parametrize(
    "text", ["It is not annoying, my porridge went cold.", "Would my cat purr at that?"], ids=["denied", "asked"]
)
async def test_R10_a_mood_that_is_denied_or_asked_for_is_none_by_meaning_either(text: str):
    assert await tone(text) == ("calm", "none", "")


async def test_R10_a_rep_has_no_mood_by_meaning():
    assert await tone(SULK, Role.REP) == ("calm", "none", "")


async def test_a_late_or_absent_embedder_leaves_words_alone():
    away, late = AxisEmbedder(AXES), AxisEmbedder(AXES)
    without = await reader(away)
    waiting = await reader(late, seconds=0.01)
    away.failure, late.late = EngineUnavailable("test", "away"), True
    for one in (without, waiting):
        unheard = await one.read(heard(says(Role.CUSTOMER, SULK)))
        by_words = await one.read(heard(says(Role.CUSTOMER, "This is unacceptable.")))
        assert unheard is not None
        assert by_words is not None
        assert (unheard.tone.mood, by_words.tone.mood) == ("calm", "angry")


async def test_before_the_examples_are_learnt_nothing_is_read_by_meaning():
    likenesses = Likenesses({"feelings.yaml": FEELINGS}, AxisEmbedder(AXES))
    assert await likenesses.of([SULK]) == {}
    await likenesses.learn()
    assert (await likenesses.of([SULK]))[SULK] == {"mood": "annoyed"}


async def test_they_are_learnt_once_and_a_glance_asks_no_embedder():
    embedder = AxisEmbedder(AXES)
    likenesses = Likenesses({"feelings.yaml": FEELINGS}, embedder)
    await likenesses.learn()
    await likenesses.learn()
    assert embedder.asked == [one.say for one in FEELINGS]
    glanced = SaleReader(CARDS, SIGNS, LIBRARY, likenesses=likenesses).glance(heard(says(Role.CUSTOMER, SULK)))
    assert glanced is not None
    assert glanced.tone.mood == "calm"
    assert embedder.asked == [one.say for one in FEELINGS]


async def answered(*said: tuple[Role, str]) -> tuple[bool, ...]:
    """Line by line, as in a call: is the one objection answered by then?"""
    by_meaning = await reader(AxisEmbedder(AXES))
    conversation = Conversation().after(Entry(1, 0.0, CallStarted("c", "coaching", "en", 0.0)))
    after: list[bool] = []
    for number, (role, text) in enumerate(said):
        utterance = says(role, text, at=5.0 * number)
        conversation = conversation.after(Entry(2 * number + 2, 0.0, UtteranceHeard(utterance, 0.1)))
        read = await by_meaning.read(conversation)
        assert read is not None
        conversation = conversation.after(Entry(2 * number + 3, 0.0, read))
        after.append(bool(conversation.answered))
    return tuple(after)


@pytest.mark.parametrize(
    ("reply", "answers"),
    [(COUNTER, True), (LONG, False), ("Would anybody count beans after the second winter?", False)],
)
async def test_T02_a_reply_like_an_answer_answers_what_was_just_objected(reply: str, answers: bool):
    assert await answered((Role.CUSTOMER, DEAR), (Role.REP, reply)) == (False, answers)


async def test_T02_it_answers_nothing_that_was_not_just_objected():
    said = ((Role.CUSTOMER, DEAR), (Role.CUSTOMER, "The shop has two doors."), (Role.REP, COUNTER))
    assert await answered(*said) == (False, False, False)


async def test_T02_a_client_who_takes_the_reply_closes_the_objection_and_one_who_refuses_opens_it():
    objected, replied = (Role.CUSTOMER, DEAR), (Role.REP, LONG)
    assert await answered(objected, replied, (Role.CUSTOMER, YES)) == (False, False, True)
    assert await answered(objected, (Role.REP, "Right."), (Role.CUSTOMER, YES)) == (False, False, False)
    assert await answered(objected, (Role.REP, COUNTER), (Role.CUSTOMER, NO)) == (False, True, False)


async def test_what_is_refused_later_speaks_of_something_else():
    said = ((Role.CUSTOMER, DEAR), (Role.REP, COUNTER), (Role.CUSTOMER, "The shop has two doors."))
    assert await answered(*said, (Role.REP, LONG), (Role.CUSTOMER, NO)) == (False, True, True, True, True)


def test_no_example_of_ours_is_a_sentence_of_the_evaluations():
    asked = {
        fold(part)
        for place in EVALUATIONS.glob("context_*.yaml")
        for text in _texts(yaml.safe_load(place.read_text("utf-8")))
        for part in (text, *sentences(text), *sentences(re.sub(r"^[cr] ", "", text)))
    }
    ours = [
        one for sheet in ("feelings.yaml", "replies.yaml") for language in LANGUAGES for one in _say(language, sheet)
    ]
    assert len(ours) > 1_500
    assert [one for one in ours if fold(one) in asked] == []


@pytest.mark.engines
async def test_R10_with_the_encoder_moods_outside_the_lexicon_are_heard_in_both_languages():
    likenesses = Likenesses.load(SentenceEncoder(SentenceOptions(inline=True)))
    await likenesses.learn()
    by_meaning = SaleReader(CARDS, SIGNS, LIBRARY, likenesses=likenesses)
    for text, language, mood in (
        ("Your engineers have been an absolute delight to work with.", "en", "pleased"),
        ("Vos techniciens sont adorables, on les garde.", "fr", "pleased"),
        ("We own three vans.", "en", "calm"),
        ("On a trois camionnettes.", "fr", "calm"),
    ):
        read = await by_meaning.read(heard(says(Role.CUSTOMER, text, language=language), language=language))
        assert read is not None
        assert read.tone.mood == mood, text


def _say(language: str, sheet: str) -> Iterator[str]:
    rows = yaml.safe_load((LEXICON / language / sheet).read_text("utf-8"))
    return (sentence for row in rows for sentence in row["say"])


def _texts(found: object) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for one in found.values():
            yield from _texts(one)
    elif isinstance(found, list):
        for one in found:
            yield from _texts(one)
