"""What a loudspeaker has played, on one line of samples."""

import numpy as np

from kitt_rtc.media.far_end import KEPT_SECONDS, FarEnd
from kitt_rtc.model.audio import FRAME_SAMPLES, RATE, AudioFrame
from tests.sounds.made import frames, square, tone


def frame(sample: int, at: float) -> AudioFrame:
    return AudioFrame(np.full(FRAME_SAMPLES, sample, "<i2").tobytes(), at)


def test_what_was_played_is_found_by_its_number():
    far = FarEnd()
    sound = tone(1.0)
    for each in frames(sound):
        far.put(each)
    assert far.end == RATE
    assert far.window(4_000, 1_000).tolist() == np.frombuffer(sound, "<i2")[4_000:5_000].tolist()


def test_what_nobody_played_is_silence():
    far = FarEnd()
    assert not far.window(-100, 200).any()
    far.put(frame(7, 0.0))
    assert far.window(-2, 4).tolist() == [0, 0, 7, 7]
    assert far.window(FRAME_SAMPLES - 2, 4).tolist() == [7, 7, 0, 0]


def test_a_rest_of_the_earpiece_becomes_silence_of_its_length():
    far = FarEnd()
    far.put(frame(7, 10.0))
    far.put(frame(8, 10.52))
    assert far.end == round(0.54 * RATE)
    assert far.window(round(0.52 * RATE) - 1, 2).tolist() == [0, 8]


def test_an_uneven_pace_leaves_no_hole():
    far = FarEnd()
    for at in (0.0, 0.031, 0.038, 0.07, 0.08):
        far.put(frame(7, at))
    assert far.end == 5 * FRAME_SAMPLES
    assert (far.window(0, far.end) == 7).all()


def test_only_the_last_seconds_are_kept_and_their_numbers_stay():
    far = FarEnd()
    for second in range(20):
        for each in frames(square(1.0, 0.01 * (second + 1)), start=float(second)):
            far.put(each)
    last = far.window(19 * RATE, RATE)
    assert np.abs(last).max() == round(0.2 * 32_768)
    assert np.abs(far.window(far.end - round(KEPT_SECONDS * RATE), RATE)).min() == round(0.11 * 32_768)
    assert not far.window(0, RATE).any()
