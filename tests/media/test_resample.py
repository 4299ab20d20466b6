import numpy as np
import pytest

from kitt_rtc.media.resample import Resampler, to_house
from tests.sounds.made import loudest_hertz, rms, tone


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000])
def test_a_tone_of_any_rate_keeps_length_level_and_frequency(rate: int):
    house = to_house(tone(1.0, hertz=440, rate=rate), rate=rate)
    assert abs(len(house) / 2 - 16_000) <= 2
    assert abs(rms(house) / rms(tone(1.0)) - 1) < 0.02
    assert abs(loudest_hertz(house) - 440) < 2


def test_pieces_join_without_a_seam():
    whole = tone(1.0, hertz=440, rate=8_000)
    piecewise = Resampler(rate=8_000)
    joined = b"".join(piecewise.feed(whole[at : at + 320]) for at in range(0, len(whole), 320)) + piecewise.flush()
    assert np.array_equal(np.frombuffer(joined, "<i2"), np.frombuffer(to_house(whole, rate=8_000), "<i2"))


def test_stereo_is_folded_to_one_channel():
    left = np.frombuffer(tone(0.5, rate=48_000), "<i2")
    stereo = np.stack([left, left], axis=1).tobytes()
    assert abs(rms(to_house(stereo, rate=48_000, channels=2)) / rms(left.tobytes()) - 1) < 0.02


def test_what_cannot_be_heard_at_the_new_rate_is_not_folded_back():
    heard = to_house(tone(0.5, hertz=12_000, rate=48_000), rate=48_000)
    assert rms(heard[1_600:-1_600]) < 0.0001  # the tone's own edges are clicks, and clicks are heard


def test_out_again_at_the_telephone_rate():
    out = Resampler(rate=16_000, to_rate=8_000)
    sound = out.feed(tone(1.0)) + out.flush()
    assert abs(len(sound) / 2 - 8_000) <= 2
    assert abs(loudest_hertz(sound, rate=8_000) - 440) < 2


def test_three_channels_are_refused():
    with pytest.raises(ValueError, match="channels"):
        Resampler(rate=8_000, channels=3)
