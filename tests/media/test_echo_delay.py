"""How late the far end comes back."""

import numpy as np
import pytest

from kitt_rtc.media.echo_delay import LOOK_SAMPLES, REACH_SAMPLES, DelayFinder, delay
from kitt_rtc.media.far_end import Samples
from kitt_rtc.model.audio import RATE
from tests.sounds.made import chatter, echo_of, silence


def samples(pcm: bytes) -> Samples:
    return np.frombuffer(pcm, "<i2").astype(np.float32)


def looks(far: Samples, near: Samples) -> list[int | None]:
    """What is found by looks 60 ms apart over the last second."""
    finder = DelayFinder(agreeing=3, looks=6)
    found = []
    for end in range(len(near) - RATE, len(near), RATE * 60 // 1_000):
        reach = far[end - LOOK_SAMPLES - REACH_SAMPLES : end]
        found.append(finder.look(near[end - LOOK_SAMPLES : end], reach, 0))
    return found


@pytest.mark.parametrize("late", [0.02, 0.06, 0.15, 0.25, 0.4, 0.7])
@pytest.mark.parametrize("decibels", [-3.0, -20.0])
def test_N5_the_delay_of_an_echo_is_found_within_a_room(late: float, decibels: float):
    far = chatter(3.0)
    near = samples(echo_of(far, decibels=decibels, late=late))
    found = [place for place in looks(samples(far), near) if place is not None]
    assert len(found) > 10
    assert all(abs(-place / RATE - late) < 0.016 for place in found)


def test_another_voice_is_no_echo():
    assert set(looks(samples(chatter(3.0, seed=1)), samples(chatter(3.0, seed=2)))) == {None}


def test_a_silent_microphone_is_no_echo():
    assert set(looks(samples(chatter(3.0)), samples(silence(3.0)))) == {None}


def test_a_long_look_is_enough_alone():
    far = chatter(4.0)
    near = samples(echo_of(far, decibels=-20.0, late=0.3))[-RATE:]
    lag = delay(near, samples(far)[-RATE - REACH_SAMPLES :])
    assert lag is not None
    assert abs(lag / RATE - 0.3) < 0.016
    assert delay(samples(chatter(1.0, seed=3)), samples(far)[-RATE - REACH_SAMPLES :]) is None
