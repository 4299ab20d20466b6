import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from kitt_rtc.captions import Captions
from kitt_rtc.model.caption import Caption
from kitt_rtc.model.speech import Role, Speaker
from tests.support.until import until

ANNA = Speaker("REP", Role.REP, "Anna")


def caption(number: int, committed: str = "", rest: str = "") -> Caption:
    return Caption(f"utt_{number}", f"leg_{number}", ANNA, float(number), committed, rest)


@asynccontextmanager
async def following(captions: Captions, room: list[bool] | None = None) -> AsyncIterator[list[Caption]]:
    """What a follower is told, for as long as the test lasts."""
    told: list[Caption] = []

    async def follow() -> None:
        async for shown in captions.follow(lambda: room is None or room[0]):
            told.append(shown)

    task = asyncio.create_task(follow())
    try:
        yield told
    finally:
        captions.close()
        await asyncio.wait([task])


async def test_a_follower_gets_what_is_open_and_every_change() -> None:
    captions = Captions("call_1")
    captions.show(caption(1, rest="Good"))
    async with following(captions) as told:
        await until(lambda: told)
        captions.show(caption(1, "Good", "morning"))
        await until(lambda: len(told) == 2)
        captions.show(caption(1, "Good", "morning"))
        captions.show(caption(2, rest="Hello"))
        await until(lambda: len(told) == 3)
    assert told[:3] == [caption(1, rest="Good"), caption(1, "Good", "morning"), caption(2, rest="Hello")]


async def test_a_slow_follower_passes_over_states_and_gets_the_latest() -> None:
    captions, room = Captions("call_1"), [False]
    async with following(captions, room) as told:
        for count in range(1_000):
            captions.show(caption(1, rest="word " * count))
            await asyncio.sleep(0)
        assert told == []
        room[0] = True
        captions.show(caption(1, rest="the last"))
        await until(lambda: told)
        assert told == [caption(1, rest="the last")]


async def test_a_follower_that_had_no_room_looks_again_when_nothing_rings() -> None:
    captions, room = Captions("call_1"), [False]
    async with following(captions, room) as told:
        captions.show(caption(1, rest="Good"))
        await asyncio.sleep(0)
        room[0] = True
        await until(lambda: told)


async def test_what_was_said_ends_with_its_words_and_what_was_not_without() -> None:
    captions = Captions("call_1")
    async with following(captions) as told:
        captions.show(caption(1, "Good", "morning"))
        captions.show(caption(2, rest="Psst"))
        await until(lambda: len(told) == 2)
        captions.end("utt_1", said=True)
        captions.end("utt_2", said=False)
        captions.end("utt_3", said=True)
        await until(lambda: len(told) == 4)
        assert not captions.open
    assert told[2:] == [replace(caption(1, "Good", "morning"), over=True), replace(caption(2), over=True)]


async def test_the_end_of_a_call_is_the_end_of_its_captions() -> None:
    captions = Captions("call_1")
    async with following(captions) as told:
        captions.show(caption(1, rest="Good"))
        await until(lambda: told)
        captions.close()
        captions.show(caption(2, rest="Too late"))
    assert told == [caption(1, rest="Good"), replace(caption(1), over=True)]


async def test_captions_that_nobody_ends_are_given_up() -> None:
    captions = Captions("call_1", most=3)
    for number in range(5):
        captions.show(caption(number, rest="Good"))
    assert list(captions.open) == ["utt_2", "utt_3", "utt_4"]
    assert captions.given_up == 2
