"""The energy gate: its threshold to the fourth decimal, what it saves, and what the detector behind it is shown."""

import pytest

from kitt_rtc.engines.energy import EnergyOptions, GatedDetector, LoudnessDetector, loud_seconds
from kitt_rtc.model.audio import FULL_SCALE, AudioFrame
from kitt_rtc.settings import Settings
from tests.sounds.made import frames, noise, silence, square

LOUD = square(0.02, 0.05)
QUIET = square(0.02, 0.005)


class Notebook:
    """A detector that writes down which frames it was shown, by their time."""

    def __init__(self, *, verdict: bool = True) -> None:
        self.shown: list[float] = []
        self.closed = False
        self._verdict = verdict

    def hears(self, frame: AudioFrame) -> bool:
        self.shown.append(frame.at)
        return self._verdict

    def close(self) -> None:
        self.closed = True


def play(detector: GatedDetector, *pieces: bytes) -> list[bool]:
    return [detector.hears(AudioFrame(pcm, float(at))) for at, pcm in enumerate(pieces)]


@pytest.mark.parametrize(("rms", "speech"), [(0.0099, False), (0.0100, True), (0.0101, True), (0.5, True)])
def test_T16_speech_begins_at_one_hundredth_of_full_scale(rms: float, speech: bool) -> None:
    [frame] = frames(square(0.02, rms))
    assert LoudnessDetector().hears(frame) is speech


@pytest.mark.parametrize(("rms", "speech"), [(0.0099, False), (0.0100, True)])
def test_T16_the_gate_opens_at_the_same_loudness(rms: float, speech: bool) -> None:
    assert play(GatedDetector(Notebook()), square(0.02, rms)) == [speech]


@pytest.mark.parametrize(("units", "speech"), [(619, False), (620, True)])
def test_T16_SILENCE_THRESHOLD_is_the_same_in_16_bit_units(units: int, speech: bool) -> None:
    threshold = Settings(_env_file=None).silence_threshold / FULL_SCALE
    assert round(threshold, 4) == 0.0189
    [frame] = frames(square(0.02, units / FULL_SCALE))
    assert LoudnessDetector(EnergyOptions(loudness=threshold)).hears(frame) is speech


def test_silence_costs_the_inner_detector_nothing() -> None:
    inner = Notebook()
    assert not any(play(GatedDetector(inner), *[QUIET] * 500))
    assert inner.shown == []


def test_the_inner_detector_is_shown_what_came_before_the_sound() -> None:
    inner = Notebook()
    play(GatedDetector(inner, EnergyOptions(preroll_frames=3)), *[QUIET] * 10, LOUD)
    assert inner.shown == [7, 8, 9, 10]


def test_the_inner_detector_hears_the_end_for_itself() -> None:
    inner = Notebook()
    signs = play(GatedDetector(inner, EnergyOptions(hangover_frames=4)), LOUD, *[QUIET] * 10)
    assert inner.shown == [0, 1, 2, 3, 4]
    assert signs == [True] * 5 + [False] * 6


def test_frames_behind_the_hangover_are_the_next_preroll_and_none_is_shown_twice() -> None:
    inner = Notebook()
    options = EnergyOptions(preroll_frames=2, hangover_frames=1)
    play(GatedDetector(inner, options), LOUD, QUIET, QUIET, QUIET, QUIET, LOUD)
    assert inner.shown == [0, 1, 3, 4, 5]


def test_the_inner_detector_has_the_last_word_on_loud_frames() -> None:
    assert not any(play(GatedDetector(Notebook(verdict=False)), LOUD, LOUD))


def test_closing_reaches_the_inner_detector() -> None:
    inner = Notebook()
    GatedDetector(inner).close()
    assert inner.closed


def test_loud_seconds_counts_frames_as_loud_as_speech() -> None:
    assert loud_seconds(silence(1.0)) == 0.0
    assert loud_seconds(b"") == 0.0
    assert loud_seconds(silence(0.5) + square(0.4, 0.02) + noise(0.3, level=0.001)) == pytest.approx(0.4)


def test_loud_seconds_counts_a_rest_as_a_frame() -> None:
    assert loud_seconds(square(0.03, 0.1)) == pytest.approx(0.04)
