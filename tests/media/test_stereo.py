import numpy as np

from kitt_rtc.media.stereo import LEFT, RIGHT, lay
from kitt_rtc.model.audio import AudioFrame


def frame(sample: int, at: float) -> AudioFrame:
    return AudioFrame(np.full(320, sample, "<i2").tobytes(), at)


def sides(sound: bytes) -> tuple[list[int], list[int]]:
    """Each side's samples where they change: runs, as (sample) once per run of equal ones."""
    both = np.frombuffer(sound, "<i2").reshape(-1, 2)
    return tuple([int(side[0]), *(int(value) for value in side[1:][np.diff(side) != 0])] for side in both.T)


def test_each_voice_is_on_its_side_at_its_time_and_voices_of_a_side_are_added():
    sound = lay(
        [(LEFT, frame(100, 1.02)), (RIGHT, frame(7, 1.0)), (RIGHT, frame(5, 1.0)), (RIGHT, frame(3, 1.04))],
        begin=50,
        frames=3,
    )
    assert len(sound) == 3 * 1_280
    assert sides(sound) == ([0, 100, 0], [12, 0, 3])


def test_a_frame_on_the_edge_is_laid_down_in_two_parts():
    voices = [(LEFT, frame(9, 0.03))]
    first, second = lay(voices, begin=0, frames=2), lay(voices, begin=2, frames=1)
    whole = np.frombuffer(first + second, "<i2").reshape(-1, 2)[:, 0]
    assert np.flatnonzero(whole).tolist() == list(range(480, 800))


def test_too_much_stays_at_full_scale():
    sound = lay([(LEFT, frame(30_000, 0.0)), (LEFT, frame(30_000, 0.0))], begin=0, frames=1)
    assert sides(sound)[0] == [32_767]
