from dataclasses import replace

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import Entry, InsightGiven, InsightRated
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.pipeline.ratings import standing, unwelcome

TIP = Insight("tip", InsightType.COACHING, "Ask why.", topic="objection.price", priority=50)


def rated(*ratings: tuple[str, str], at: float = 10.0) -> Conversation:
    """Cards that were shown and rated, by topic."""
    facts = []
    for topic, rating in ratings:
        name = f"{topic}#{len(facts)}"
        shown = replace(TIP, id=name, topic=topic)
        facts += [InsightGiven(shown, Verdict(False, ""), 0.1), InsightRated(name, rating, "rep")]
    return Conversation.of(Entry(seq, at, fact) for seq, fact in enumerate(facts, start=1))


def test_helpful_brings_its_kind_forward_and_wrong_puts_it_behind():
    assert standing(TIP, rated()) == 50
    assert standing(TIP, rated(("objection.timing", "helpful"))) > 50
    assert standing(TIP, rated(("objection.timing", "wrong"))) < 50
    assert standing(TIP, rated(("pain.time", "wrong"), ("pain.cost", "helpful"), ("objection.need", "not_now"))) == 50


def test_a_priority_stays_between_its_bounds():
    assert standing(TIP, rated(*[("objection.timing", "wrong")] * 5)) == 1
    assert standing(TIP, rated(*[("objection.timing", "helpful")] * 9)) == 100


def test_a_changed_mind_is_what_counts():
    story = rated(("objection.price", "wrong"))
    card = story.given[0].insight.id
    changed = story.after(Entry(3, 20.0, InsightRated(card, "helpful", "rep")))
    assert unwelcome(TIP, story, 30.0) == "wrong"
    assert unwelcome(TIP, changed, 30.0) == ""


def test_what_has_no_topic_is_silenced_by_nothing():
    assert unwelcome(replace(TIP, topic=""), rated(("", "wrong")), 11.0) == ""
    assert standing(replace(TIP, topic=""), rated(("", "wrong"))) == 50


def test_not_now_ends():
    story = rated(("objection.price", "not_now"))
    assert unwelcome(TIP, story, 189.9) == "not_now"
    assert unwelcome(TIP, story, 190.0) == ""
