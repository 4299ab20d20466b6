import asyncio
from collections.abc import Iterable

from kitt_rtc.heartbeat import Heartbeat, HeartbeatOptions
from kitt_rtc.metrics import Metrics
from tests.support.until import until

AT_ONCE = HeartbeatOptions(every=0.0, memory=3)


def clock_with(lags: Iterable[float]):
    """A clock on which each beat comes as late as told; afterwards none is late."""
    now = 0.0
    for lag in lags:
        yield now
        now += lag
        yield now
    while True:
        yield now


async def beats(lags: list[float]) -> tuple[Heartbeat, Metrics]:
    metrics, left = Metrics(), [2 * len(lags)]
    ticks = clock_with(lags)

    def clock() -> float:
        left[0] -= 1
        return next(ticks)

    heart = Heartbeat(metrics, AT_ONCE, clock=clock)
    beating = asyncio.create_task(heart.beat())
    await until(lambda: left[0] <= 0)
    beating.cancel()
    await asyncio.wait([beating])
    return heart, metrics


async def test_before_the_first_beat_nothing_is_late():
    assert Heartbeat(Metrics()).worst == 0.0


async def test_a_late_beat_is_told_and_remembered():
    heart, metrics = await beats([0.0, 0.75, 0.0])
    assert heart.worst == 0.75
    assert b"kitt_loop_lag_seconds 0.75" in metrics.render()[0]


async def test_it_is_forgotten_after_a_while():
    heart, _ = await beats([0.75, 0.25, 0.0, 0.0])
    assert heart.worst == 0.25


async def test_a_beat_that_comes_early_is_not_late():
    heart, _ = await beats([-0.5])
    assert heart.worst == 0.0
