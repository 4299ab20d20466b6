"""The reel between a call and the disk: bounded, counted, and nobody waits for it."""

import asyncio

from kitt_rtc.tape.records import Lost, VoiceEnded
from kitt_rtc.tape.reel import Reel, taped_on, turning


def reel(**given: int) -> Reel:
    found = Reel(lambda: 0.0, **given)
    found.on = True
    return found


def test_what_is_put_is_taken_once_and_in_order():
    full = reel()
    records = [VoiceEnded(str(number), 0.0) for number in range(3)]
    for record in records:
        full.put(record)
    assert list(full.take()) == records
    assert full.take() == ()


def test_a_full_reel_takes_nothing_more_and_the_tape_says_how_much_is_missing():
    full = reel(most=2)
    records = [VoiceEnded(str(number), 0.0) for number in range(5)]
    for record in records:
        full.put(record)
    assert full.lost == 3
    assert list(full.take()) == [*records[:2], Lost(3)]
    full.put(records[4])
    assert list(full.take()) == [records[4]]


def test_a_reel_that_is_off_keeps_nothing():
    off = Reel(lambda: 0.0)
    off.put(VoiceEnded("a", 0.0))
    assert off.take() == ()
    stopped = reel()
    stopped.put(VoiceEnded("a", 0.0))
    stopped.stop()
    assert stopped.take() == ()


async def test_what_is_asked_within_belongs_on_the_reel_and_to_the_tasks_begun_there():
    mine = reel()

    async def found() -> Reel | None:
        return turning()

    with taped_on(mine):
        assert await asyncio.create_task(found()) is mine
        with taped_on(None):
            assert turning() is None
        mine.on = False
        assert turning() is None
    assert turning() is None
