import numpy as np

from kitt_rtc.media.mix import loudness, mix
from tests.sounds.made import square, tone


def test_one_voice_is_left_as_it_is():
    assert mix([tone(0.02)]) == tone(0.02)


def test_two_voices_add_up():
    a, b = tone(0.02, hertz=440, level=0.2), tone(0.02, hertz=700, level=0.2)
    assert np.array_equal(np.frombuffer(mix([a, b]), "<i2"), np.frombuffer(a, "<i2") + np.frombuffer(b, "<i2"))


def test_two_loud_voices_do_not_wrap_around():
    loud = np.full(320, 30_000, "<i2").tobytes()
    assert set(np.frombuffer(mix([loud, loud]), "<i2")) == {32_767}
    low = np.full(320, -30_000, "<i2").tobytes()
    assert set(np.frombuffer(mix([low, low]), "<i2")) == {-32_768}


def test_loudness_is_in_parts_of_full_scale():
    assert abs(loudness(square(0.02, 0.25)) - 0.25) < 1e-4
    assert loudness(b"") == 0.0
