import asyncio

import pytest

from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.model.audio import SILENCE, AudioFrame

FRAME = AudioFrame(SILENCE, 0.0)


async def ear_of(frames: int) -> Earpiece:
    ear = Earpiece()
    for _ in range(frames):
        await ear.say(FRAME, source="voice")
    return ear


async def test_what_a_browser_is_handed_is_heard():
    ear = await ear_of(3)
    assert (ear.hearing.left("voice"), ear.hearing.heard("voice")) == (0, 0)
    ear.next()
    ear.next()
    assert (ear.hearing.left("voice"), ear.hearing.heard("voice")) == (2, 2)


async def test_where_receipts_are_given_only_what_is_confirmed_was_heard():
    ear = await ear_of(3)
    ear.hearing.by_receipt()
    ear.next()
    receipt = ear.hearing.receipt()
    ear.next()
    assert (ear.hearing.left("voice"), ear.hearing.heard("voice")) == (2, 0)
    ear.hearing.confirm(receipt)
    assert (ear.hearing.left("voice"), ear.hearing.heard("voice")) == (2, 1)


async def test_what_was_hushed_never_left():
    ear = await ear_of(3)
    ear.next()
    ear.hush("voice")
    assert ear.next() is None
    assert ear.hearing.left("voice") == 1


async def test_sources_are_counted_apart_and_live_voices_are_not():
    ear = await ear_of(1)
    await ear.say(FRAME, source="keys")
    ear.play(FRAME, source="leg_1")
    ear.next()
    assert [ear.hearing.left(source) for source in ("voice", "keys", "leg_1")] == [1, 1, 0]
    assert ear.hearing.all_left == 2


@pytest.mark.parametrize("what", ["leaves", "is confirmed", "is hushed", "is closed"])
async def test_who_waits_is_woken_when_something(what: str):
    ear = await ear_of(2)
    waiting = asyncio.create_task(ear.hearing.changed())
    await asyncio.sleep(0)
    match what:
        case "leaves":
            ear.next()
        case "is confirmed":
            ear.hearing.confirm(ear.hearing.receipt())
        case "is hushed":
            ear.hush()
        case "is closed":
            ear.close()
    async with asyncio.timeout(1.0):
        await waiting
