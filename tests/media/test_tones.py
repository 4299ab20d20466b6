"""The sounds of a telephone, heard as sound: by their frequencies, levels and lengths."""

import numpy as np
import pytest

from kitt_rtc.media import tones
from kitt_rtc.media.mix import loudness
from kitt_rtc.model.audio import FRAME_BYTES, RATE, seconds_of


def strongest(pcm: bytes, count: int) -> list[int]:
    """The frequencies that carry most, in hertz, to ten."""
    samples = np.frombuffer(pcm, "<i2") * np.hanning(len(pcm) // 2)
    spectrum = np.abs(np.fft.rfft(samples, RATE))
    found: list[int] = []
    for hertz in np.argsort(spectrum)[::-1]:
        if all(abs(hertz - known) > 40 for known in found):
            found.append(int(hertz))
        if len(found) == count:
            break
    return sorted(found)


@pytest.mark.parametrize("key", tones.KEYS)
def test_a_key_is_its_two_frequencies(key: str):
    low, high = strongest(tones.keys(key), 2)
    assert (low, high) == pytest.approx(tones.KEYS[key], abs=10)


def test_keys_follow_one_another_with_a_pause_between_them():
    pcm = tones.keys("12")
    assert seconds_of(pcm) == pytest.approx(2 * (tones.KEY_SECONDS + tones.KEY_PAUSE_SECONDS), abs=0.02)
    pause = pcm[round((tones.KEY_SECONDS + 0.01) * RATE) * 2 : round((tones.KEY_SECONDS + 0.07) * RATE) * 2]
    assert loudness(pause) == 0.0
    assert tones.keys("") == b""


def test_what_is_no_key_is_refused():
    with pytest.raises(KeyError):
        tones.keys("1E")


@pytest.mark.parametrize(("language", "hertz", "seconds"), [("fr", [440], 5.0), ("en", [440, 480], 6.0)])
def test_the_ring_back_tone_is_that_of_the_country(language: str, hertz: list[int], seconds: float):
    pcm = tones.ring_back(language)
    assert strongest(pcm[: RATE * 2], len(hertz)) == pytest.approx(hertz, abs=5)
    assert seconds_of(pcm) == pytest.approx(seconds, abs=0.02)
    assert loudness(pcm[-RATE * 2 :]) == 0.0


@pytest.mark.parametrize("pcm", [tones.ring_back("fr"), tones.beep(), tones.hold_music(), tones.keys("5")])
def test_no_sound_clicks_clips_or_breaks_a_frame(pcm: bytes):
    samples = np.frombuffer(pcm, "<i2").astype(int)
    assert len(pcm) % FRAME_BYTES == 0
    assert np.abs(samples).max() < 20_000
    again = np.concatenate([samples, samples])
    assert np.abs(np.diff(again)).max() < 7_500  # the steepest is the highest key's own slope


def test_hold_music_is_quiet_and_never_silent_for_long():
    pcm = tones.hold_music()
    levels = [loudness(pcm[at : at + RATE]) for at in range(0, len(pcm) - RATE, RATE)]
    assert max(levels) < 0.1
    assert min(levels) > 0.001


@pytest.mark.parametrize(("language", "hertz"), [("fr", [440]), ("en", [480, 620]), ("de", [480, 620])])
def test_busy_is_the_countrys_own(language: str, hertz: list[int]):
    pcm = tones.busy(language)
    assert strongest(pcm[: len(pcm) // 2], len(hertz)) == pytest.approx(hertz, abs=10)
    assert seconds_of(pcm) == pytest.approx(1.0)
    assert loudness(pcm[len(pcm) // 2 :]) == 0.0
