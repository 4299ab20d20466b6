"""The circuit breaker."""

import pytest

from kitt_rtc.engines.breaker import Breaker, BreakerOptions


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_breaker(clock: Clock) -> Breaker:
    breaker = Breaker(clock, BreakerOptions(failures=3, seconds=5.0))
    for _ in range(3):
        assert breaker.admits()
        breaker.failed()
        breaker.leave()
    return breaker


def test_after_so_many_failures_in_a_row_nobody_is_let_through(open_breaker: Breaker, clock: Clock) -> None:
    clock.now += 4.9
    assert not open_breaker.admits()


def test_a_success_in_between_starts_the_count_again(clock: Clock) -> None:
    breaker = Breaker(clock, BreakerOptions(failures=2))
    for _ in range(5):
        breaker.failed()
        breaker.succeeded()
    assert breaker.admits()


def test_after_the_pause_one_may_try(open_breaker: Breaker, clock: Clock) -> None:
    clock.now += 5.0
    assert open_breaker.admits()
    assert not open_breaker.admits()


def test_a_good_try_lets_everyone_through(open_breaker: Breaker, clock: Clock) -> None:
    clock.now += 5.0
    assert open_breaker.admits()
    open_breaker.succeeded()
    open_breaker.leave()
    assert open_breaker.admits()
    assert open_breaker.admits()


def test_a_bad_try_starts_the_pause_again(open_breaker: Breaker, clock: Clock) -> None:
    clock.now += 5.0
    assert open_breaker.admits()
    open_breaker.failed()
    open_breaker.leave()
    clock.now += 4.9
    assert not open_breaker.admits()
    clock.now += 0.1
    assert open_breaker.admits()


def test_a_cancelled_try_does_not_keep_the_door_shut(open_breaker: Breaker, clock: Clock) -> None:
    clock.now += 5.0
    assert open_breaker.admits()
    open_breaker.leave()
    assert open_breaker.admits()
