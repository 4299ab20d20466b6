import pytest

from kitt_rtc.transports.twilio.gauge import Gauge


class Wire:
    """Frames of twenty milliseconds on a clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0
        self.gauge = Gauge(lambda: self.now)
        self.sent = self.heard = self.lost = 0

    def carry(self, count: int, *, uneven: float = 0.0, lose_every: int = 0) -> None:
        """Each second frame comes `uneven` seconds late; of so many, one never comes."""
        for _ in range(count):
            self.sent += 1
            late = uneven * (self.sent % 2)
            if lose_every and self.sent % lose_every == 0:
                self.lost += 1
                continue
            self.heard += 1
            self.now = self.sent * 0.02 + late
            self.gauge.arrive(self.sent * 0.02, heard=self.heard, lost=self.lost)


def test_an_even_voice_has_no_loss_and_no_jitter():
    wire = Wire()
    assert wire.gauge.quality is None
    wire.carry(500)
    quality = wire.gauge.quality
    assert (quality.loss, quality.jitter_ms, quality.round_trip_ms) == (0.0, 0.0, None)


def test_jitter_is_the_mean_unevenness_between_frames():
    wire = Wire()
    wire.carry(500, uneven=0.015)
    assert wire.gauge.quality.jitter_ms == pytest.approx(15.0, abs=0.5)


def test_loss_is_of_the_last_ten_seconds():
    wire = Wire()
    wire.carry(1_000, lose_every=10)
    assert wire.gauge.quality.loss == pytest.approx(0.1, abs=0.01)
    wire.carry(600)
    assert wire.gauge.quality.loss == 0.0


def test_frames_that_come_out_of_turn_and_a_new_time_line_are_no_jitter():
    wire = Wire()
    wire.carry(100)
    wire.gauge.arrive(0.5, heard=100, lost=0)
    wire.gauge.restart()
    wire.now += 3.0
    wire.gauge.arrive(0.0, heard=101, lost=0)
    assert wire.gauge.quality.jitter_ms == 0.0


def test_a_line_that_has_gone_quiet_has_no_quality():
    wire = Wire()
    wire.carry(10)
    wire.now += 10.0
    assert wire.gauge.quality is None


def test_the_round_trip_is_a_marks_way_there_and_back():
    wire = Wire()
    wire.carry(10)
    wire.gauge.mark_sent("heard-1")
    wire.now += 0.12
    wire.gauge.mark_returned("somebody's")
    wire.gauge.mark_returned("heard-1")
    wire.now += 0.5
    wire.gauge.mark_returned("heard-1")
    assert wire.gauge.quality.round_trip_ms == pytest.approx(120.0)
