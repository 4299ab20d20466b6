import numpy as np
import pytest

from kitt_rtc.media.doubler import Doubler
from tests.sounds.made import tone


def level(sound: np.ndarray, hertz: float, rate: int) -> float:
    """How strong a tone is in a sound, against its own full level."""
    wave = np.exp(-2j * np.pi * hertz * np.arange(len(sound)) / rate)
    return 2 * abs(np.dot(sound, wave)) / len(sound)


def doubled(pcm: bytes, piece: int = 320) -> np.ndarray:
    doubler = Doubler()
    parts = [doubler.feed(pcm[at : at + piece]) for at in range(0, len(pcm), piece)]
    return np.frombuffer(b"".join(parts) + doubler.flush(), "<i2")


@pytest.mark.parametrize("hertz", [50, 300, 1_000, 2_000, 3_000, 3_400])
def test_what_a_telephone_carries_comes_through_and_is_not_mirrored(hertz: int):
    pcm = tone(1.0, hertz=hertz, rate=8_000)
    before, after = np.frombuffer(pcm, "<i2").astype(float), doubled(pcm).astype(float)
    wanted = level(before[1_000:-1_000], hertz, 8_000)
    assert level(after[2_000:-2_000], hertz, 16_000) == pytest.approx(wanted, rel=0.003)
    assert level(after[2_000:-2_000], 8_000 - hertz, 16_000) < wanted / 1_000


def test_every_sample_that_was_there_is_still_there():
    pcm = tone(0.5, rate=8_000)
    assert np.array_equal(doubled(pcm)[::2], np.frombuffer(pcm, "<i2"))


@pytest.mark.parametrize("piece", [2, 10, 62, 322, 8_000])
def test_pieces_of_any_length_give_the_same_sound(piece: int):
    pcm = tone(0.5, rate=8_000)
    assert np.array_equal(doubled(pcm, piece), doubled(pcm, 320))


def test_the_loudest_sound_stays_in_range():
    square = np.tile(np.repeat(np.array([32_767, -32_768], "<i2"), 4), 500)
    after = doubled(square.tobytes())
    assert set(np.sign(after[2:6])) == {1}
    assert after.max() == 32_767
    assert after.min() == -32_768


def test_a_stream_in_which_nothing_was_said_ends_with_nothing():
    assert Doubler().flush() == b""
