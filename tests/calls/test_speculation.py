"""Advice begun on the last words of a sentence: taken over where it ends so, thrown away where it does not."""

import asyncio

import pytest

from kitt_rtc.model.facts import InsightGiven, ModelAsked
from tests.support.coach import TIP, selling

SAID = "Honestly your offer is too expensive"
BOTH = [("context_coaching", "used"), ("coach", "used")]
THROWN = [("context_coaching", "thrown_away"), ("coach", "thrown_away")]


class Gate:
    """Lets nothing through until it is opened."""

    def __init__(self) -> None:
        self.open = asyncio.Event()

    async def __call__(self, number: int) -> None:
        await self.open.wait()


@pytest.mark.parametrize(
    "written", [SAID, "Honestly, your offer is TOO expensive.", "Honestly, euh, your offer is too expensive!"]
)
async def test_T06_a_sentence_that_ends_as_it_was_understood_is_answered_by_what_was_begun(written: str) -> None:
    async with selling() as sale:
        sale.caption(SAID)
        await sale.until(lambda: len(sale.server.requests) == 2)
        assert sale.drafts == []
        sale.hear(written)
        await sale.until(lambda: sale.facts(InsightGiven))
        (given,) = sale.facts(InsightGiven)
        assert given.insight.written_by == "m"
        assert given.insight.quote.lower() == "too expensive"
        await sale.until(lambda: len(sale.asked) == 2)
        assert sale.asked == BOTH
        assert len(sale.server.requests) == 2


async def test_an_answer_still_on_its_way_is_waited_for_and_not_asked_twice() -> None:
    async with selling() as sale:
        gate = sale.server.pace = Gate()
        sale.caption(SAID)
        await sale.until(lambda: sale.server.requests)
        sale.hear(SAID + ".")
        await asyncio.sleep(0)
        gate.open.set()
        await sale.until(lambda: sale.facts(InsightGiven))
        await sale.until(lambda: len(sale.asked) == 2)
        assert sale.asked == BOTH
        assert len(sale.server.requests) == 2


async def test_T06_a_sentence_that_ends_otherwise_is_asked_anew_and_the_rest_thrown_away() -> None:
    async with selling() as sale:
        sale.caption(SAID)
        await sale.until(lambda: len(sale.server.requests) == 2)
        sale.hear("Honestly your offer is too expensive, but we need it by March.")
        await sale.until(lambda: sale.facts(InsightGiven))
        await sale.until(lambda: len(sale.asked) == 4)
        assert sorted(sale.asked) == sorted(BOTH + THROWN)
        assert all(one.tokens_in > 0 for one in sale.facts(ModelAsked))


async def test_words_that_go_on_are_answered_in_their_last_state_and_one_at_a_time() -> None:
    async with selling() as sale:
        gate = sale.server.pace = Gate()
        sale.caption("Honestly your offer is")
        await sale.until(lambda: len(sale.server.requests) == 2)
        sale.caption(SAID)
        await sale.until(lambda: sorted(sale.asked) == sorted(THROWN))
        gate.open.set()
        await sale.until(lambda: len(sale.server.requests) == 4)
        sale.hear(SAID)
        await sale.until(lambda: sale.facts(InsightGiven))
        assert len(sale.server.requests) == 4


async def test_nobody_said_it_after_all() -> None:
    async with selling() as sale:
        sale.caption(SAID)
        await sale.until(lambda: len(sale.server.requests) == 2)
        sale.call.captions.end("utt_1", said=False)
        await sale.until(lambda: len(sale.asked) == 2)
        assert sorted(sale.asked) == sorted(THROWN)
        assert sale.facts(InsightGiven) == []


@pytest.mark.parametrize("why", ["off", "still speaking", "two words", "most a minute", "little budget", "on hold"])
async def test_nothing_is_begun_where_it_would_not_serve(why: str) -> None:
    async with selling(ahead=why != "off", most=1, budget=100 if why == "little budget" else 0) as sale:
        begun = 0
        if why == "most a minute":
            sale.caption("Honestly your offer is", number=0)
            await sale.until(lambda: len(sale.server.requests) == 2)
            begun = 2
        if why == "little budget":
            sale.call.record(ModelAsked("coach", "m", 80, 5, 0.0, "used", 0.1))
        if why == "on hold":
            sale.call.record(_held())
        sale.caption("Too expensive" if why == "two words" else SAID, paused=why != "still speaking")
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(sale.server.requests) == begun


async def test_an_early_question_that_failed_is_asked_again_by_the_turn() -> None:
    async with selling() as sale:
        sale.server.fail_next("server_error", times=2)
        sale.caption(SAID)
        await sale.until(lambda: len(sale.server.requests) >= 3)
        sale.hear(SAID)
        await sale.until(lambda: sale.facts(InsightGiven))
        (given,) = sale.facts(InsightGiven)
        assert given.insight.written_by == "m"


async def test_what_was_begun_early_is_drafted_only_once_the_sentence_is_over() -> None:
    async with selling() as sale:
        written, go_on = asyncio.Event(), asyncio.Event()

        async def pace(number: int) -> None:
            if number == 32:
                written.set()
                await go_on.wait()

        sale.server.pace = pace
        sale.caption(SAID)
        await written.wait()
        assert sale.drafts == []
        sale.hear(SAID)
        await sale.until(lambda: sale.drafts)
        assert TIP["say"].startswith(sale.drafts[0].say)
        go_on.set()
        await sale.until(lambda: sale.facts(InsightGiven))


def _held():  # type: ignore[no-untyped-def]
    from kitt_rtc.model.facts import LegHeld

    return LegHeld("leg_1", True, "")
