"""The echo of a known delay: taken out, what remains turned down, and everything else left alone."""

import numpy as np
import pytest

from kitt_rtc.media.echo_path import SHOWN_SAMPLES, EchoPath
from kitt_rtc.media.echo_remover import EchoRemover
from kitt_rtc.media.far_end import Samples
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SAMPLES, RATE
from tests.sounds.made import chatter, echo_of, rms, silence, together, tone


def shown(far: bytes) -> Samples:
    """The far end as a remover is shown it: from one frame before."""
    return np.frombuffer(bytes(FRAME_BYTES) + far, "<i2").astype(np.float32)


def last(pcm: bytes, seconds: float) -> bytes:
    return pcm[-round(seconds * RATE) * 2 :]


def less(pcm: bytes, than: bytes) -> np.ndarray:
    return np.frombuffer(pcm, "<i2").astype(np.float64) - np.frombuffer(than, "<i2")


def decibels(one: float, other: float) -> float:
    return 20 * float(np.log10(one / other))


@pytest.mark.parametrize("level", [-3.0, -20.0])
def test_N5_an_echo_is_forty_decibels_quieter_after_four_seconds(level: float):
    far = chatter(6.0)
    echo = echo_of(far, decibels=level, late=0.02)
    left = EchoRemover().clean_all(shown(far), echo)
    assert len(left) == len(echo)
    assert decibels(rms(last(echo, 2.0)), rms(last(left, 2.0)) + 1e-6) > 40


def test_the_path_alone_takes_out_twenty_decibels():
    far, path = chatter(4.0), EchoPath()
    echo = np.frombuffer(echo_of(far, decibels=-6.0, late=0.01), "<i2").astype(np.float32)
    played, rest = shown(far), []
    for first in range(0, len(echo), FRAME_SAMPLES):
        frame = path.step(played[first : first + SHOWN_SAMPLES], echo[first : first + FRAME_SAMPLES])
        rest.append(frame.rest)
    second = slice(-RATE, None)
    assert decibels(float(np.std(echo[second])), float(np.std(np.concatenate(rest)[second]))) > 20


def test_N5_somebody_who_speaks_at_the_same_time_is_kept():
    far, person = chatter(8.0), silence(4.0) + chatter(4.0, seed=2)
    heard = together(person, echo_of(far, decibels=-6.0, late=0.02))
    left = EchoRemover().clean_all(shown(far), heard)
    both = last(person, 3.5)
    assert abs(decibels(rms(last(left, 3.5)), rms(both))) < 1.0
    wrong = float(np.std(less(last(left, 3.5), both)))
    assert decibels(rms(both) * 32_768, wrong) > 12


def test_while_the_far_end_is_silent_every_sample_stays():
    far, person = chatter(2.0) + silence(2.0), silence(2.5) + chatter(1.5, seed=2)
    heard = together(person, echo_of(far, decibels=-6.0, late=0.02))
    left = EchoRemover().clean_all(shown(far), heard)
    assert last(left, 1.5) == last(person, 1.5)


def test_nothing_is_taken_from_a_voice_that_the_far_end_does_not_reach():
    far, person = tone(4.0, hertz=300.0), chatter(4.0, seed=2)
    left = EchoRemover().clean_all(shown(far), person)
    assert abs(decibels(rms(last(left, 2.0)), rms(last(person, 2.0)))) < 1.5


def test_what_one_has_learnt_another_begins_with():
    far = chatter(4.0)
    echo = echo_of(far, decibels=-6.0, late=0.02)
    learnt = EchoRemover()
    learnt.clean_all(shown(far), echo)
    fresh = rms(EchoRemover().clean_all(shown(far), echo)[:RATE])
    assert rms(learnt.again().clean_all(shown(far), echo)[:RATE]) < fresh / 5
