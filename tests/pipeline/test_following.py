from collections.abc import Sequence

import pytest

from evals.coach.following import pairs
from kitt_rtc.engines.lexicon import Lexicon
from kitt_rtc.engines.sentences import SentenceEncoder, SentenceOptions
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.facts import Entry, InsightFollowed, InsightGiven
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.pipeline.following import Following
from kitt_rtc.ports import Vector
from tests.fakes.axes import AxisEmbedder

TIP = Insight("tip", InsightType.COACHING, '"Compared to what?" Then put the cost of doing nothing beside the price.')
REP = Speaker("rep", Role.REP)


def shown(*insights: Insight, at: float = 10.0) -> Conversation:
    facts = [InsightGiven(insight, Verdict(False, ""), 0.1) for insight in insights]
    return Conversation.of(Entry(seq, at, fact) for seq, fact in enumerate(facts, start=1))


def line(text: str, start: float = 12.0) -> Utterance:
    return Utterance("utt", REP, text, "en", start, start + 2.0)


async def followed(text: str, start: float = 12.0, *insights: Insight) -> list[str]:
    found = await Following(Lexicon()).read(line(text, start), shown(*(insights or (TIP,))))
    return [fact.how for fact in found]


async def test_N3_its_own_words_are_said_and_others_that_come_to_the_same_paraphrased():
    assert await followed("Sure. Compared to what, if I may ask?") == ["said"]
    assert await followed("What does doing nothing cost you next to that price?") == ["paraphrased"]


@pytest.mark.parametrize("text", ["Okay, right.", "Mm, yes, I see.", "I can take ten percent off.", "Hm."])
async def test_N3_a_nod_or_another_matter_follows_nothing(text: str):
    assert await followed(text) == []


@pytest.mark.parametrize(("start", "counts"), [(9.9, False), (10.0, True), (40.0, True), (40.1, False)])
async def test_N3_only_what_is_begun_within_thirty_seconds_behind_the_card_counts(start: float, counts: bool):
    assert bool(await followed("Compared to what?", start)) is counts


async def test_N3_a_tip_is_followed_once():
    story = shown(TIP)
    [fact] = await Following().read(line("Compared to what?"), story)
    assert (fact.insight_id, fact.utterance_id, fact.quote) == ("tip", "utt", "Compared to what?")
    told = story.after(Entry(2, 15.0, InsightFollowed("tip", "utt", "Compared to what?", "said")))
    assert await Following().read(line("Compared to what?", 16.0), told) == []


async def test_an_answer_of_the_knowledge_base_is_nothing_to_follow():
    answer = Insight("kb", InsightType.KNOWLEDGE_BASE, '"Compared to what?"')
    assert await followed("Compared to what?", 12.0, answer) == []


async def test_what_a_tip_says_to_avoid_is_no_following():
    tip = Insight("t", InsightType.COACHING, 'Ask for the deadline.\nAvoid: "I can lower the price for you today"')
    assert await followed("I can lower the price for you today.", 12.0, tip) == []


async def test_without_the_embedder_words_decide():
    class Away:
        size = 1

        async def embed(self, texts: Sequence[str]) -> list[Vector]:
            raise EngineUnavailable("test", "away", retryable=True)

    for following in (Following(), Following(Away())):
        assert await following.how(TIP.content, "What does doing nothing cost you beside that price?") == "paraphrased"


async def test_N3_a_tip_in_french_is_followed_in_english():
    tip, said = "« Qui d'autre doit dire oui ? »", "Whose approval will you need besides your own?"
    elsewhere = "Where did you park your car this morning?"
    embedder = AxisEmbedder([("Qui d'autre doit dire oui ?", said)])
    assert await Following(embedder).how(tip, said) == "paraphrased"
    assert await Following(embedder).how(tip, elsewhere) == ""
    assert await Following().how(tip, said) == ""


@pytest.mark.engines
@pytest.mark.parametrize("other", [False, True], ids=["tip in the rep's language", "tip in the other language"])
async def test_N3_with_the_encoder_most_held_pairs_are_known_and_few_are_mistaken(other: bool):
    following = Following(SentenceEncoder(SentenceOptions(inline=True)))
    held = [pair for pair in pairs(other=other) if pair.held]
    known = [bool(await following.how(pair.tip, pair.say)) for pair in held if pair.how]
    mistaken = [bool(await following.how(pair.tip, pair.say)) for pair in held if not pair.how]
    assert sum(known) / len(known) >= 0.85
    assert sum(mistaken) / len(mistaken) <= 0.05


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("embedder", [Lexicon(), None])
async def test_N3_of_the_held_pairs_most_are_known_and_few_are_mistaken(language: str, embedder: Lexicon | None):
    following = Following(embedder)
    held = [pair for pair in pairs() if pair.held and pair.language == language]
    known = [bool(await following.how(pair.tip, pair.say)) for pair in held if pair.how]
    mistaken = [bool(await following.how(pair.tip, pair.say)) for pair in held if not pair.how]
    assert len(held) >= 30
    assert sum(known) / len(known) >= 0.85
    assert sum(mistaken) / len(mistaken) <= 0.05
