import asyncio
from collections.abc import Callable

from kitt_rtc.transports.twilio.counters import LineCounters
from kitt_rtc.transports.twilio.keypad import MOST_KEYS, Keypad
from tests.support.clock import JumpingLoop


def told_of(presses: Callable[[Keypad], object]) -> list[str]:
    """What is told while somebody presses and then hangs up."""

    async def listen() -> list[str]:
        keypad = Keypad(LineCounters())

        async def press() -> None:
            await presses(keypad)
            keypad.close()

        pressing = asyncio.create_task(press())
        told = [keys async for keys in keypad]
        await pressing
        return told

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(listen())


def test_keys_that_follow_each_other_quickly_are_told_together():
    async def presses(keypad: Keypad) -> None:
        for key in "4711":
            keypad.press(key)
            await asyncio.sleep(0.5)
        await asyncio.sleep(5.0)
        keypad.press("#")
        await asyncio.sleep(5.0)
        keypad.press("9")

    assert told_of(presses) == ["4711", "#", "9"]


def test_a_keypad_that_nobody_touches_tells_nothing():
    async def presses(keypad: Keypad) -> None:
        await asyncio.sleep(100.0)

    assert told_of(presses) == []


def test_keys_without_end_are_told_before_any_is_lost():
    async def presses(keypad: Keypad) -> None:
        for _ in range(2 * MOST_KEYS):
            keypad.press("5")
            await asyncio.sleep(0.1)

    assert [len(keys) for keys in told_of(presses)] == [MOST_KEYS, MOST_KEYS]


async def test_keys_pressed_before_anybody_reads_are_told_without_waiting_for_another():
    keypad = Keypad(LineCounters())
    keypad.press("1")
    keypad.press("2")
    async with asyncio.timeout(5.0):
        assert await anext(aiter(keypad)) == "12"
