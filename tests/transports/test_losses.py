import pytest

from kitt_rtc.transports.losses import Losses


def test_the_part_that_was_lost_of_what_was_sent():
    losses = Losses()
    for second in range(1, 6):
        losses.note(float(second), came=45 * second, lost=5 * second)
    assert losses.part == pytest.approx(0.1)


def test_what_was_lost_long_ago_is_forgotten():
    losses = Losses()
    losses.note(1.0, came=0, lost=50)
    for second in range(2, 30):
        losses.note(float(second), came=50 * second, lost=50)
    assert losses.part == 0.0


def test_nothing_sent_is_nothing_lost_and_a_counter_that_goes_back_is_no_gain():
    losses = Losses()
    assert losses.part == 0.0
    losses.note(1.0, came=10, lost=5)
    losses.note(12.0, came=60, lost=3)
    losses.note(13.0, came=90, lost=3)
    assert 0.0 <= losses.part <= 1.0
