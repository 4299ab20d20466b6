import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from kitt_rtc.drafts import Drafts, drafting, easel
from kitt_rtc.model.draft import Draft
from tests.support.until import until


def draft(number: int, say: str = "Ask") -> Draft:
    return Draft(f"draft_{number}", "Price", say, "too expensive")


@asynccontextmanager
async def following(drafts: Drafts, room: list[bool] | None = None) -> AsyncIterator[list[Draft]]:
    told: list[Draft] = []

    async def follow() -> None:
        async for shown in drafts.follow(lambda: room is None or room[0]):
            told.append(shown)

    task = asyncio.create_task(follow())
    try:
        yield told
    finally:
        drafts.close()
        await task


async def test_every_state_and_then_the_card_that_takes_its_place() -> None:
    drafts = Drafts("call_1")
    async with following(drafts) as told:
        for say in ("Ask", "Ask what", "Ask what"):
            drafts.show(draft(1, say))
            await until(lambda say=say: told and told[-1].say == say)
        drafts.end("ins_1")
        await until(lambda: told[-1].over)
    assert [one.say for one in told] == ["Ask", "Ask what", "Ask what"]
    assert told[-1].insight_id == "ins_1"


async def test_a_slow_follower_passes_over_states_and_still_learns_of_the_end() -> None:
    drafts, room = Drafts("call_1"), [True]
    async with following(drafts, room) as told:
        drafts.show(draft(1))
        await until(lambda: told)
        room[0] = False
        for number in range(100):
            drafts.show(draft(1, f"Ask {number}"))
        drafts.show(draft(2))
        drafts.end()
        room[0] = True
        drafts.show(draft(3))
        await until(lambda: len(told) == 3)
    assert [(one.id, one.over) for one in told[1:3]] == [("draft_1", True), ("draft_3", False)]


async def test_the_end_of_the_call_ends_the_draft_and_nothing_is_shown_after_it() -> None:
    drafts = Drafts("call_1")
    async with following(drafts) as told:
        drafts.show(draft(1))
        await until(lambda: told)
    drafts.show(draft(2))
    assert told[-1].over
    assert drafts.open is None


def test_what_is_written_outside_a_turn_is_shown_nowhere() -> None:
    shown: list[Draft] = []
    assert easel() is None
    with drafting(shown.append):
        show = easel()
        assert show is not None
        show(draft(1))
    assert easel() is None
    assert shown == [draft(1)]
