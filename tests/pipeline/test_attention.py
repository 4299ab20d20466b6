"""Is this the moment for a card? By the conversation and the clock alone."""

from dataclasses import replace

import pytest

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import (
    CallStarted,
    CoachSnoozed,
    Entry,
    Fact,
    InsightGiven,
    InsightRated,
    LegHeld,
    UtteranceHeard,
)
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.pipeline.attention import AttentionOptions, Budget, Moment, Show, Wait, Withhold
from kitt_rtc.prompts.library import Library

OPTIONS = AttentionOptions(per_minute=2, per_call=4, spacing=10.0, pause=0.4)
BUDGET = Budget(OPTIONS)
TIP = Insight("tip", InsightType.COACHING, "Ask why.", topic="objection.price", because=("utt",))


def card(name: str, topic: str = "") -> InsightGiven:
    return InsightGiven(Insight(name, InsightType.COACHING, name, topic=topic), Verdict(False, ""), 0.1)


def after(*story: tuple[float, Fact], language: str = "en") -> Conversation:
    facts = [(0.0, CallStarted("call", "coaching", language, 0.0)), *story]
    return Conversation.of(Entry(seq, at, fact) for seq, (at, fact) in enumerate(facts, start=1))


def said(text: str) -> UtteranceHeard:
    return UtteranceHeard(Utterance("utt", Speaker("c", Role.CUSTOMER), text, "en", 0.0, 1.0), 0.1)


def decide(conversation: Conversation, now: float, insight: Insight = TIP, *, expires: float = 1e9, quiet_in=0.0):
    return BUDGET.decide(insight, conversation, Moment(now, quiet_in), expires=expires)


def rule(decision: object) -> str:
    assert isinstance(decision, Withhold), decision
    assert not decision.verdict.duplicate
    assert decision.verdict.reason
    return decision.verdict.rule


def test_N3_a_card_is_shown_at_once_where_nothing_speaks_against_it():
    assert decide(after(), 5.0) == Show()


def test_N3_a_third_card_of_a_minute_waits_until_it_is_over_or_is_withheld_if_it_would_be_too_old_by_then():
    busy = after((10.0, card("a")), (30.0, card("b")))
    assert decide(busy, 69.9, expires=90.0) == Wait(pytest.approx(70.0, abs=0.01), "minute_cap")
    assert decide(busy, 70.1, expires=90.0) == Show()
    assert rule(decide(busy, 45.0, expires=65.0)) == "minute_cap"
    assert rule(decide(busy, 45.0, replace(TIP, urgent=True), expires=65.0)) == "minute_cap"


def test_N3_a_call_has_so_many_cards_and_no_more_urgent_ones_included():
    full = after(*((float(100 * number), card(str(number))) for number in range(4)))
    assert rule(decide(full, 900.0)) == "call_cap"
    assert rule(decide(full, 900.0, replace(TIP, urgent=True))) == "call_cap"


def test_N3_a_card_waits_until_the_one_before_is_read_unless_it_is_urgent():
    reading = after((10.0, card("a")))
    assert decide(reading, 14.0) == Wait(20.0, "spacing")
    assert decide(reading, 20.0) == Show()
    assert decide(reading, 14.0, replace(TIP, urgent=True)) == Show()


def test_N3_a_card_waits_for_the_end_of_the_clients_sentence_but_no_longer_than_it_lives():
    assert decide(after(), 5.0, expires=20.0, quiet_in=None) == Wait(20.0, "floor")
    assert decide(after(), 5.0, expires=20.0, quiet_in=0.3) == Wait(5.3, "floor")
    assert rule(decide(after(), 20.0, expires=20.0, quiet_in=None)) == "expired"
    assert decide(after(), 5.0, replace(TIP, urgent=True), expires=20.0, quiet_in=None) == Show()


def test_N3_nothing_is_shown_after_its_life():
    assert decide(after(), 19.9, expires=20.0) == Show()
    assert rule(decide(after(), 20.0, expires=20.0)) == "expired"


def test_N3_nothing_is_shown_while_somebody_is_on_hold():
    assert rule(decide(after((1.0, LegHeld("leg", True, ""))), 5.0, replace(TIP, urgent=True))) == "quiet"


def test_N3_nothing_is_shown_until_a_snooze_is_over():
    snoozed = after((10.0, CoachSnoozed(310.0, "rep")))
    assert rule(decide(snoozed, 309.0, replace(TIP, urgent=True))) == "snoozed"
    assert decide(snoozed, 310.0) == Show()
    assert decide(after((10.0, CoachSnoozed(310.0, "rep")), (20.0, CoachSnoozed(20.0, "rep"))), 21.0) == Show()


def test_N3_small_talk_gives_no_card_but_an_urgent_one():
    chatting = after((1.0, said("The weather in Spain was wonderful, but far too expensive.")))
    assert rule(decide(chatting, 3.0)) == "small_talk"
    assert decide(chatting, 3.0, replace(TIP, urgent=True)) == Show()


def test_N3_a_topic_that_was_rated_wrong_stays_away_for_the_call_and_others_do_not():
    story = (1.0, card("a", "objection.price")), (5.0, InsightRated("a", "wrong", "rep"))
    assert rule(decide(after(*story), 900.0)) == "unwelcome"
    assert decide(after(*story), 900.0, replace(TIP, topic="objection.timing")) == Show()


@pytest.mark.parametrize(("now", "shown"), [(184.0, False), (185.0, True)])
def test_N3_not_now_is_three_minutes_from_the_rating(now: float, shown: bool):
    story = (1.0, card("a", "objection.price")), (5.0, InsightRated("a", "not_now", "rep"))
    decision = decide(after(*story), now)
    assert (decision == Show()) if shown else (rule(decision) == "unwelcome")


def test_a_technician_waits_for_the_answer_no_cap_no_pause_no_life():
    many = after(*((float(number), card(str(number))) for number in range(30)))
    unhurried = Budget(None)
    assert unhurried.decide(TIP, many, Moment(31.0, None), expires=5.0) == Show()
    held = after((1.0, LegHeld("leg", True, "")))
    assert rule(unhurried.decide(TIP, held, Moment(31.0, None), expires=5.0)) == "quiet"


def test_who_asks_gets_the_card_or_the_reason_at_once_and_caps_hold_all_the_same():
    assert BUDGET.answer(TIP, after((10.0, card("a"))), 11.0) == Show()
    assert rule(BUDGET.answer(TIP, after((10.0, card("a")), (11.0, card("b"))), 12.0)) == "minute_cap"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_rule_has_a_reason_of_its_own_in_both_languages(language: str):
    rules = [
        ("minute_cap", ""), ("call_cap", ""), ("spacing", ""), ("snoozed", ""), ("small_talk", ""),
        ("quiet", "on_hold"), ("quiet", "machine"), ("quiet", "message"), ("unwelcome", "wrong"),
        ("unwelcome", "not_now"), ("expired", "floor"), ("expired", "spacing"), ("expired", "minute_cap"),
        ("expired", "late"), ("expired", "call_over"), ("superseded", "topic"), ("superseded", "crowd"),
    ]  # fmt: skip
    budget, call = Budget(OPTIONS, Library()), after(language=language)
    reasons = {budget.withhold(name, call, cause=cause).verdict.reason for name, cause in rules}
    assert len(reasons) == len(rules)
    other = {budget.withhold(name, after(language="de"), cause=cause).verdict.reason for name, cause in rules}
    assert (reasons == other) is (language == "en")


def test_no_cards_a_minute_is_none_at_all():
    assert rule(Budget(AttentionOptions(per_minute=0)).decide(TIP, after(), Moment(5.0), expires=25.0)) == "minute_cap"
