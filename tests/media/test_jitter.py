"""One live voice in one ear, counted in pulls: how late it is heard, and that no seam is."""

import numpy as np
import pytest

from kitt_rtc.media.jitter import LIVE_FRAMES, JitterBuffer
from kitt_rtc.model.audio import FRAME_SAMPLES, FRAME_SECONDS, SILENCE, AudioFrame
from tests.sounds.made import frames, tone
from tests.support.uneven_line import Heard, Voice, hear, sent_at, uneven

HOUR = 3_600.0
_LOW, _HIGH = tone(1.0, hertz=400, level=0.2), tone(1.0, hertz=1_000, level=0.2)
_BOTH = (np.frombuffer(_LOW, "<i2") + np.frombuffer(_HIGH, "<i2")).astype("<i2").tobytes()
_SECOND = [frame.pcm for frame in frames(_BOTH)]
_MARKER = [frame.pcm for frame in frames(tone(0.1, hertz=3_000, level=0.2))]
STEEPEST = int(np.abs(np.diff(np.frombuffer(_BOTH, "<i2").astype(int))).max())
"""The largest step between two samples of the tones themselves."""
MARKED = 3_000
"""A marker every minute, in frames."""


def without_end(number: int) -> bytes:
    return _SECOND[number % 50]


def with_pauses(number: int) -> bytes:
    """Ten seconds: eight of two tones and two of silence; a marker every minute, in the middle of a pause."""
    since = number % MARKED - 450
    if 0 <= since < len(_MARKER):
        return _MARKER[since]
    return _SECOND[number % 50] if number % 500 < 400 else SILENCE


def an_hour(voice: Voice, *, ppm: float, most: float) -> Heard:
    sent = sent_at(HOUR, ppm=ppm)
    return hear(voice, sent, uneven(sent, most=most), seconds=HOUR)


def marker_moments(heard: Heard) -> np.ndarray:
    """When the markers were heard, in seconds: they alone are of 3,000 Hz."""
    samples = heard.samples.reshape(-1, FRAME_SAMPLES)
    wave = np.exp(-2j * np.pi * 3_000 * np.arange(FRAME_SAMPLES) / 16_000)
    strong = np.abs(samples @ wave) > 0.05 * 32_767 * FRAME_SAMPLES / 2
    return np.flatnonzero(strong & ~np.roll(strong, 1)) * FRAME_SECONDS


@pytest.mark.parametrize("ppm", [200, -200])
def test_over_an_hour_a_clock_that_is_wrong_neither_fills_nor_starves_the_buffer(ppm: int):
    heard = an_hour(with_pauses, ppm=ppm, most=0.060)
    slipped = HOUR * 200e-6 / FRAME_SECONDS
    assert len(heard.samples) == HOUR * 16_000
    assert max(heard.delays) < 0.120
    assert max(heard.held) < LIVE_FRAMES
    assert (heard.buffer.dropped - heard.buffer.concealed) * np.sign(ppm) == pytest.approx(slipped, abs=4)
    assert heard.steepest <= 1.15 * 0.2 * 32_767 * 2 * np.sin(np.pi * 3_000 / 16_000)
    moments = marker_moments(heard)
    meant = (np.arange(60) * MARKED + 450) * FRAME_SECONDS * (1 - ppm * 1e-6) + 0.007
    assert len(moments) == 60
    assert (moments - meant >= 0).all()
    assert (moments - meant < 0.120).all()


@pytest.mark.parametrize("ppm", [200, -200])
def test_over_an_hour_without_a_pause_no_seam_is_steeper_than_the_sound_itself(ppm: int):
    heard = an_hour(without_end, ppm=ppm, most=0.060)
    assert heard.steepest <= 1.15 * STEEPEST
    assert max(heard.delays) < 0.140
    assert heard.buffer.dropped + heard.buffer.concealed < 60


def test_a_steady_line_costs_two_frames_at_most_and_is_heard_as_it_was_sent():
    sent = sent_at(60.0)
    heard = hear(without_end, sent, uneven(sent, most=0.002), seconds=60.0)
    assert max(heard.delays) <= 0.040
    assert (heard.buffer.dropped, heard.buffer.concealed) == (0, 0)
    assert b"".join(heard.pcm[3:103]) == b"".join(without_end(number) for number in range(1, 101))


@pytest.mark.parametrize("most", [0.020, 0.040, 0.060, 0.080])
def test_the_delay_grows_to_what_the_line_needs(most: float):
    sent = sent_at(120.0)
    heard = hear(without_end, sent, uneven(sent, most=most), seconds=120.0)
    assert most - 0.020 <= np.median(heard.delays) <= most + 0.060
    settled = heard.samples[16_000 * 60 :].reshape(-1, FRAME_SAMPLES)
    assert (np.abs(settled).max(axis=1) > 0.2 * 32_767).all()  # no frame was missing any more


def test_a_delay_that_is_not_needed_any_more_is_worked_off():
    sent = sent_at(120.0)
    come = np.where(sent < 20, uneven(sent, most=0.080), sent + 0.001)
    heard = hear(with_pauses, sent, np.maximum.accumulate(come), seconds=120.0)
    assert max(heard.delays[:900]) > 0.080
    assert max(heard.delays[-1_000:]) <= 0.060


def test_what_does_not_come_dies_away_and_what_comes_back_swells():
    sent = sent_at(4.0)
    come = np.where((sent > 2.0) & (sent < 2.1), 2.1, sent)  # a tenth of a second comes at once
    heard = hear(without_end, sent, come, seconds=4.0)
    assert heard.steepest <= 1.15 * STEEPEST
    assert 1 <= heard.buffer.concealed <= 5
    assert heard.buffer.dropped == 0


@pytest.mark.parametrize("pause", [0.2, 1.0, 30.0])
def test_a_voice_that_pauses_without_a_word_comes_back_no_later_than_before(pause: float):
    talk = sent_at(2.0)
    sent = np.concatenate([talk + turn * (2.0 + pause) for turn in range(20)])
    heard = hear(without_end, sent, sent + 0.001, seconds=20 * (2.0 + pause))
    assert max(heard.delays) <= 0.041
    assert (heard.buffer.dropped, heard.buffer.concealed) == (0, 0)
    assert heard.steepest <= 1.15 * STEEPEST


def test_silence_that_comes_all_at_once_keeps_nobody_waiting():
    """A hole in a sender's time line is filled when its next packet comes (`MediaTrack`)."""
    sent = sent_at(6.0)
    come = np.where((sent > 2.0) & (sent < 3.0), 3.0, sent)
    heard = hear(lambda n: SILENCE if 100 <= n < 149 else without_end(n), sent, come, seconds=6.0)
    assert max(heard.delays) <= 0.081


def test_too_much_at_once_loses_the_oldest_and_is_counted():
    buffer = JitterBuffer(lambda: 0.0)
    for number in range(LIVE_FRAMES + 3):
        buffer.put(AudioFrame(without_end(number), number * FRAME_SECONDS))
    assert len(buffer) == LIVE_FRAMES
    assert buffer.dropped == 3
    first = buffer.next()
    assert first is not None
    assert first.at == pytest.approx(3 * FRAME_SECONDS)


def test_nobody_who_never_spoke_is_waited_for():
    buffer = JitterBuffer(lambda: 0.0)
    assert [buffer.next() for _ in range(3)] == [None] * 3


def test_a_single_frame_is_heard_and_then_there_is_nothing_to_hear():
    moments = iter(range(100))
    buffer = JitterBuffer(lambda: next(moments) * FRAME_SECONDS)
    buffer.put(AudioFrame(without_end(0), 0.0))
    heard = [buffer.next() for _ in range(10)]
    loud = [frame is not None and frame.pcm != SILENCE for frame in heard]
    assert loud[:3] == [True, True, False]  # heard, dying away, silent
    assert heard[-1] is None


def test_a_voice_that_begins_is_held_back_a_little():
    now = 0.0
    buffer = JitterBuffer(lambda: now)
    buffer.put(AudioFrame(without_end(0), 0.0))
    now = 0.002
    early = buffer.next()
    now = 0.022
    heard = buffer.next()
    assert early is not None
    assert heard is not None
    assert (early.pcm == SILENCE, heard.pcm == SILENCE) == (True, False)
