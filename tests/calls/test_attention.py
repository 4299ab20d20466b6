"""Proposals that wait for their moment, on a clock that jumps; call, floor and memory of advice are real."""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import replace
from typing import Any

import pytest

from kitt_rtc.calls.attention import WAITING, Attention
from kitt_rtc.calls.call import Call, Past
from kitt_rtc.calls.floor import Floor
from kitt_rtc.model.facts import (
    CallStarted,
    CoachSnoozed,
    Entry,
    InsightGiven,
    InsightRated,
    InsightWithheld,
    LegHeld,
    UtteranceHeard,
)
from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.model.ledger import total
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.pipeline.adviser import Adviser, Proposal
from kitt_rtc.pipeline.attention import AttentionOptions, Budget
from kitt_rtc.pipeline.deduper import Deduper
from tests.fakes.steps import EchoPlaybook
from tests.support.clock import StillLoop

OPTIONS = AttentionOptions(per_minute=2, per_call=12, spacing=10.0, pause=0.4)


class House:
    """A call with nothing in it but its attention."""

    def __init__(self, options: AttentionOptions | None, past: Sequence[Entry] = (), age: float = 0.0) -> None:
        clock = asyncio.get_running_loop().time
        self.call = Call("call", {}, None, Past(past, age), clock=clock)
        self.floor = Floor()
        self.attention = Attention(self.call, Adviser(EchoPlaybook(), Deduper()), self.floor, Budget(options))
        if not past:
            self.call.record(CallStarted("call", "coaching", "en", 0.0))

    def offer(self, name: str, **fields: Any) -> None:
        self.attention.offer(self.proposal(name, **fields))

    def proposal(self, name: str, **fields: Any) -> Proposal:
        insight = replace(Insight(name, InsightType.COACHING, name), **fields)
        return Proposal(insight, 0.0, (), self.call.clock())

    def client(self, *, speaks: bool) -> None:
        self.floor.note("client", Role.CUSTOMER, speaking=speaks)

    @property
    def shown(self) -> list[tuple[str, float]]:
        entries = self.call.journal.entries()
        return [(one.fact.insight.id, round(one.at, 1)) for one in entries if isinstance(one.fact, InsightGiven)]

    @property
    def withheld(self) -> list[tuple[str, str, float]]:
        return [
            (one.fact.insight.id, one.fact.verdict.rule, round(one.at, 1))
            for one in self.call.journal.entries()
            if isinstance(one.fact, InsightWithheld)
        ]


def on(
    play: Callable[[House], Coroutine[Any, Any, None]],
    options: AttentionOptions | None = OPTIONS,
    past: Sequence[Entry] = (),
    age: float = 0.0,
) -> House:
    """The house after this was played in it, and its call was over."""

    async def played() -> House:
        house = House(options, past, age)
        running = asyncio.create_task(house.attention.run())
        await asyncio.sleep(0.0)
        await play(house)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        return house

    with asyncio.Runner(loop_factory=StillLoop) as runner:
        return runner.run(played())


def test_N3_where_nobody_speaks_a_card_is_shown_at_once():
    async def play(house: House) -> None:
        house.offer("tip")
        await asyncio.sleep(0.1)

    assert on(play).shown == [("tip", 0.0)]


def test_N3_a_card_comes_when_the_client_has_ended_their_sentence():
    async def play(house: House) -> None:
        house.client(speaks=True)
        house.offer("tip")
        await asyncio.sleep(5.0)
        house.client(speaks=False)
        await asyncio.sleep(0.2)
        house.client(speaks=True)
        await asyncio.sleep(3.0)
        house.client(speaks=False)
        await asyncio.sleep(5.0)

    assert on(play).shown == [("tip", 8.6)]


def test_N3_the_reps_own_voice_keeps_no_card_waiting():
    async def play(house: House) -> None:
        house.floor.note("rep", Role.REP, speaking=True)
        house.offer("tip")
        await asyncio.sleep(1.0)

    assert on(play).shown == [("tip", 0.0)]


def test_N3_a_sign_of_listening_keeps_no_card_waiting_behind_it():
    async def play(house: House) -> None:
        house.floor.hear("rep", 0.0, 6.0)
        house.floor.hear("client", 4.0, 4.4)
        house.client(speaks=True)
        await asyncio.sleep(0.4)
        house.client(speaks=False)
        house.offer("tip")
        await asyncio.sleep(0.1)

    assert on(play).shown == [("tip", 0.4)]


def test_N3_what_waits_in_vain_is_withheld_when_its_life_is_over():
    async def play(house: House) -> None:
        house.client(speaks=True)
        house.offer("tip", lives=20.0)
        await asyncio.sleep(60.0)

    house = on(play)
    assert house.shown == []
    assert house.withheld == [("tip", "expired", 20.0)]


def test_N3_a_life_begins_with_the_words_that_led_to_the_card():
    async def play(house: House) -> None:
        said = Utterance("utt", Speaker("c", Role.CUSTOMER), "Too expensive.", "en", 0.0, 1.0)
        house.call.record(UtteranceHeard(said, 0.1))
        await asyncio.sleep(15.0)
        house.client(speaks=True)
        house.offer("tip", because=("utt",), lives=20.0)
        await asyncio.sleep(60.0)

    assert on(play).withheld == [("tip", "expired", 21.0)]


def test_N3_an_urgent_card_interrupts():
    async def play(house: House) -> None:
        house.client(speaks=True)
        house.offer("tip", urgent=True)
        await asyncio.sleep(1.0)

    assert on(play).shown == [("tip", 0.0)]


def test_N3_of_two_that_wait_the_more_important_is_shown_and_the_other_when_it_is_read():
    async def play(house: House) -> None:
        house.client(speaks=True)
        house.offer("small", topic="a.a", priority=20)
        house.offer("great", topic="b.b", priority=90)
        await asyncio.sleep(1.0)
        house.client(speaks=False)
        await asyncio.sleep(30.0)

    assert on(play).shown == [("great", 1.4), ("small", 11.4)]


def test_N3_the_caps_are_never_passed():
    async def play(house: House) -> None:
        for number in range(200):
            house.offer(f"tip {number}", topic=f"t.{number}", urgent=number % 5 == 0)
            await asyncio.sleep(5.0)

    house = on(play)
    times = [at for _, at in house.shown]
    assert len(times) == 12
    assert max(sum(at <= other < at + 60.0 for other in times) for at in times) <= 2
    assert {rule for _, rule, _ in house.withheld} >= {"minute_cap", "call_cap"}
    assert len(house.shown) + len(house.withheld) == 200, "every proposal ends in the story"


def test_N3_a_better_card_on_the_same_topic_takes_the_place_of_one_that_waits():
    async def play(house: House) -> None:
        house.client(speaks=True)
        house.offer("first", topic="objection.price")
        house.offer("better", topic="objection.price", priority=80)
        house.offer("worse", topic="objection.price", priority=10)
        await asyncio.sleep(1.0)
        house.client(speaks=False)
        await asyncio.sleep(1.0)

    house = on(play)
    assert [name for name, _ in house.shown] == ["better"]
    assert [(name, rule) for name, rule, _ in house.withheld] == [("first", "superseded"), ("worse", "superseded")]
    assert [one.verdict.twin_id for one in house.call.conversation.withheld] == ["better", "better"]


def test_N3_when_too_many_wait_the_least_important_is_withheld():
    async def play(house: House) -> None:
        house.client(speaks=True)
        for number in range(WAITING + 1):
            house.offer(f"tip {number}", topic=f"t.{number}", priority=50 if number else 5)
        assert house.withheld == [("tip 0", "superseded", 0.0)]

    on(play)


@pytest.mark.parametrize(
    ("fact", "rule"),
    [(CoachSnoozed(300.0, "rep"), "snoozed"), (LegHeld("client", True, "rep"), "quiet")],
)
def test_N3_what_waits_is_withheld_as_soon_as_the_coach_must_be_quiet(fact: CoachSnoozed | LegHeld, rule: str):
    async def play(house: House) -> None:
        house.client(speaks=True)
        house.offer("tip")
        await asyncio.sleep(3.0)
        house.call.record(fact)
        await asyncio.sleep(1.0)

    house = on(play)
    assert (house.shown, house.withheld) == ([], [("tip", rule, 3.0)])


def test_N3_a_rating_changes_what_waits_and_what_comes():
    async def play(house: House) -> None:
        house.offer("first", topic="objection.price")
        await asyncio.sleep(1.0)
        house.offer("second", topic="objection.price")
        house.call.record(InsightRated("first", "wrong", "rep"))
        await asyncio.sleep(200.0)
        house.offer("third", topic="objection.price")
        await asyncio.sleep(1.0)

    house = on(play)
    assert [name for name, _ in house.shown] == ["first"]
    assert [(name, rule) for name, rule, _ in house.withheld] == [("second", "unwelcome"), ("third", "unwelcome")]


def test_N3_a_card_is_held_against_the_memory_of_advice_when_its_moment_comes():
    async def play(house: House) -> None:
        house.client(speaks=True)
        house.offer("one", content="Ask why.", topic="a.a", priority=80)
        house.offer("other", content="Ask why!", topic="b.b")
        house.client(speaks=False)
        await asyncio.sleep(15.0)

    house = on(play)
    assert [name for name, _ in house.shown] == ["one"]
    assert [(name, rule) for name, rule, _ in house.withheld] == [("other", "duplicate")]


def test_N3_a_call_that_goes_on_after_a_restart_knows_its_cards_and_its_snooze():
    async def full(house: House) -> None:
        house.offer("a", topic="a.a")
        await asyncio.sleep(11.0)
        house.offer("b", topic="b.b")
        await asyncio.sleep(1.0)

    before = on(full).call.journal.entries()

    async def again(house: House) -> None:
        house.offer("c", topic="c.c", lives=5.0)
        await asyncio.sleep(1.0)
        house.call.record(CoachSnoozed(house.call.clock() + 300.0, "rep"))
        await asyncio.sleep(100.0)
        house.offer("d", topic="d.d")
        await asyncio.sleep(1.0)

    after = on(again, past=before, age=20.0)
    assert [(name, rule) for name, rule, _ in after.withheld] == [("c", "minute_cap"), ("d", "snoozed")]


def test_who_asks_is_answered_at_once_whoever_speaks():
    async def play(house: House) -> None:
        house.client(speaks=True)
        await house.attention.answer(house.proposal("one", topic="a.a"))
        await house.attention.answer(house.proposal("two", topic="b.b"))
        assert [name for name, _ in house.shown] == ["one", "two"]
        await house.attention.answer(house.proposal("three", topic="c.c"))
        assert [(name, rule) for name, rule, _ in house.withheld] == [("three", "minute_cap")]

    on(play)


def test_a_technicians_answers_wait_for_nothing():
    async def play(house: House) -> None:
        house.client(speaks=True)
        for number in range(5):
            house.offer(f"answer {number}", topic=f"kb.{number}")
        await asyncio.sleep(0.1)

    assert [at for _, at in on(play, options=None).shown] == [0.0] * 5


def test_what_still_waits_when_the_call_is_over_is_in_the_story():
    async def play(house: House) -> None:
        house.client(speaks=True)
        house.offer("tip")
        await asyncio.sleep(1.0)

    assert on(play).withheld == [("tip", "expired", 1.0)]


def test_the_time_it_waited_is_a_stage_of_its_way():
    async def play(house: House) -> None:
        house.client(speaks=True)
        house.offer("tip")
        await asyncio.sleep(5.0)
        house.client(speaks=False)
        await asyncio.sleep(1.0)

    [given] = [one.fact for one in on(play).call.journal.entries() if isinstance(one.fact, InsightGiven)]
    assert given.took == pytest.approx(5.4, abs=0.01)
    assert not given.stages or total(given.stages) == pytest.approx(5.4, abs=0.01)


def test_a_draft_may_be_painted_only_where_a_card_would_be():
    async def play(house: House) -> None:
        assert house.attention.may_show("objection.price")
        house.client(speaks=True)
        assert not house.attention.may_show("objection.price")
        assert house.attention.may_show(urgent=True)
        house.call.record(CoachSnoozed(300.0, "rep"))
        assert not house.attention.may_show(urgent=True)

    on(play)
