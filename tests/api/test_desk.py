from kitt_rtc.api.desk import obey
from kitt_rtc.calls.call import Call
from kitt_rtc.model.audio import SILENCE, AudioFrame
from kitt_rtc.model.facts import CoachSnoozed, InsightGiven, InsightRated
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.readers.narrator import SOURCE
from kitt_rtc.transports.commands import Hush, RateInsight, Snooze
from tests.fakes.leg import HandLeg


def call_with_a_card() -> Call:
    call = Call("call_1", {})
    call.record(InsightGiven(Insight("ins_1", InsightType.COACHING, "Ask why."), Verdict(False, "first"), 0.1))
    return call


def ratings(call: Call) -> list[tuple[str, str]]:
    facts = (entry.fact for entry in call.journal.entries())
    return [(fact.rating, fact.by) for fact in facts if isinstance(fact, InsightRated)]


async def test_a_rating_is_a_fact_once_and_a_changed_mind_is_another() -> None:
    call = call_with_a_card()
    for rating, by in (("wrong", "a"), ("wrong", "a"), ("wrong", "b"), ("helpful", "a"), ("wrong", "a")):
        obey(call, RateInsight("ins_1", rating), by=by)
    obey(call, RateInsight("ins_2", "wrong"), by="a")
    assert ratings(call) == [("wrong", "a"), ("wrong", "b"), ("helpful", "a"), ("wrong", "a")]


async def test_nothing_is_added_to_a_story_that_is_over() -> None:
    call = call_with_a_card()
    call.close("hung_up")
    obey(call, RateInsight("ins_1", "wrong"), by="a")
    assert ratings(call) == []


async def test_hush_stops_the_voice_and_not_the_people() -> None:
    call = call_with_a_card()
    leg = HandLeg(call.clock)
    call.admit(leg)
    await leg.earpiece.say(AudioFrame(SILENCE, 0.0), source=SOURCE)
    leg.earpiece.play(AudioFrame(SILENCE, 0.0), source="leg_2")
    obey(call, Hush(), by="a")
    assert leg.earpiece.pending(SOURCE) == 0
    assert leg.earpiece.pending("leg_2") == 1


async def test_N3_a_snooze_is_a_fact_and_its_end_another_and_no_third() -> None:
    call = call_with_a_card()
    for seconds in (300, 0, 0):
        obey(call, Snooze(seconds), by="a")
    snoozes = [entry.fact for entry in call.journal.entries() if isinstance(entry.fact, CoachSnoozed)]
    assert [(snooze.by, round(snooze.until) >= 300) for snooze in snoozes] == [("a", True), ("a", False)]
    assert call.conversation.snoozed_until <= call.clock()
