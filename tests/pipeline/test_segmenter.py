import numpy as np
import pytest

from kitt_rtc.model.audio import AudioFrame
from kitt_rtc.model.speech import Segment, Stretch
from kitt_rtc.pipeline.pauses import Pauses
from kitt_rtc.pipeline.segmenter import Segmenter, SegmenterOptions
from tests.sounds.made import frames, noise, rms, silence, tone


class Loud:
    """Hears whatever is louder than a whisper."""

    def __init__(self) -> None:
        self.closed = False

    def hears(self, frame: AudioFrame) -> bool:
        return rms(frame.pcm) > 0.01

    def close(self) -> None:
        self.closed = True


def cut(*sounds: bytes, options: SegmenterOptions | None = None, start: float = 0.0) -> list[Segment]:
    """The segments of these sounds, one after another, the last one flushed."""
    segmenter = Segmenter(Loud(), options)
    found = [segmenter.feed(frame) for frame in frames(b"".join(sounds), start=start)]
    return [segment for segment in (*found, segmenter.flush()) if segment]


def closes_after(*sounds: bytes) -> float | None:
    """Seconds of sound until the first segment closes."""
    segmenter = Segmenter(Loud())
    for number, frame in enumerate(frames(b"".join(sounds)), start=1):
        if segmenter.feed(frame):
            return round(number * 0.02, 2)
    return None


def test_silence_gives_nothing():
    assert cut(silence(5.0), noise(2.0, level=0.001)) == []


def test_a_sentence_is_cut_out_with_a_little_before_and_after():
    (segment,) = cut(silence(1.0), tone(1.0), silence(1.0), start=10.0)
    assert segment.start == pytest.approx(10.7)
    assert segment.seconds == pytest.approx(1.4)
    assert segment.speech_seconds == pytest.approx(1.0, abs=0.02)
    assert np.array_equal(np.frombuffer(segment.pcm, "<i2")[4_800:20_800], np.frombuffer(tone(1.0), "<i2"))


def test_time_in_which_nothing_came_ends_a_sentence_and_the_next_one_begins_behind_it():
    segmenter = Segmenter(Loud())
    spoken = [*frames(tone(1.0), start=10.0), *frames(tone(1.0), start=16.0)]
    found = [segmenter.feed(frame) for frame in spoken]
    first, second = (segment for segment in (*found, segmenter.flush()) if segment)
    assert (first.start, second.start) == pytest.approx((10.0, 16.0))
    assert (first.seconds, second.seconds) == pytest.approx((1.0, 1.0))


def test_what_is_kept_before_a_word_is_not_from_before_a_hole():
    segmenter = Segmenter(Loud())
    heard = [*frames(silence(1.0)), *frames(tone(1.0), start=5.0)]
    assert [segmenter.feed(frame) for frame in heard] == [None] * 100
    segment = segmenter.flush()
    assert segment is not None
    assert (segment.start, segment.seconds) == pytest.approx((5.0, 1.0))


def test_T10_the_end_of_speech_closes_at_once_and_waits_for_no_buffer():
    assert closes_after(tone(0.5), silence(5.0)) == pytest.approx(0.9)


def test_T11_once_three_seconds_are_held_a_short_pause_is_enough():
    assert closes_after(tone(3.0), silence(5.0)) == pytest.approx(3.2)
    assert len(cut(tone(2.0), silence(0.3), tone(0.5), silence(1.0))) == 1
    assert len(cut(tone(3.0), silence(0.3), tone(0.5), silence(1.0))) == 2


def test_T12_ten_seconds_of_unbroken_speech_are_cut_at_the_quietest_point_of_the_last_second():
    dip = tone(0.04, level=0.05)
    first, second = cut(tone(9.4), dip, tone(2.56), silence(1.0))
    assert first.end == pytest.approx(9.42, abs=0.03)
    assert second.start == pytest.approx(first.end)
    assert second.end == pytest.approx(12.1)


def test_no_sample_of_a_long_speech_is_lost_or_doubled():
    speech = tone(25.0)
    pieces = cut(speech)
    assert b"".join(piece.pcm for piece in pieces) == speech
    assert all(piece.seconds <= 10.0 for piece in pieces)


def test_a_click_is_no_sentence():
    assert cut(silence(1.0), tone(0.06), silence(1.0)) == []


def test_a_sentence_cut_short_is_flushed_and_the_detector_given_back():
    detector = Loud()
    segmenter = Segmenter(detector)
    for frame in frames(tone(0.6)):
        assert segmenter.feed(frame) is None
    segment = segmenter.flush()
    assert segment is not None
    assert segment.seconds == pytest.approx(0.6)
    assert detector.closed


def test_two_sentences_are_two_segments_with_their_own_times():
    one, two = cut(tone(1.0), silence(1.0), tone(0.5), silence(1.0))
    assert (one.start, round(two.start, 2)) == (0.0, 1.7)
    assert one.id != two.id


def test_a_short_pause_inside_a_sentence_does_not_cut_it():
    assert len(cut(tone(1.0), silence(0.3), tone(1.0), silence(1.0))) == 1


class Sluggish:
    """Holds on to what it heard for a fifth of a second, as a network does."""

    def __init__(self) -> None:
        self._held = 0

    def hears(self, frame: AudioFrame) -> bool:
        self._held = 10 if rms(frame.pcm) > 0.01 else self._held - 1
        return self._held > 0

    def close(self) -> None:
        pass


def speaks_after(*sounds: bytes) -> float | None:
    """Seconds of sound until somebody is known to speak."""
    segmenter = Segmenter(Sluggish())
    for number, frame in enumerate(frames(b"".join(sounds)), start=1):
        segmenter.feed(frame)
        if segmenter.speaking:
            return round(number * 0.02, 2)
    return None


def test_that_somebody_speaks_is_known_a_tenth_of_a_second_after_the_first_sound():
    assert speaks_after(silence(1.0), tone(1.0)) == pytest.approx(1.1)


@pytest.mark.parametrize("seconds", [0.02, 0.04, 0.06, 0.08])
def test_a_cough_is_no_speech_although_the_detector_holds_on_to_it(seconds: float):
    assert speaks_after(silence(1.0), tone(seconds), silence(2.0)) is None


def test_coughs_apart_from_each_other_do_not_add_up():
    assert speaks_after(*[tone(0.08), silence(1.0)] * 5) is None


def test_somebody_speaks_until_the_pause_that_ends_the_sentence_and_beyond_every_cut():
    segmenter = Segmenter(Loud())
    speaking = [
        (segmenter.feed(frame), segmenter.speaking)[1] for frame in frames(tone(12.0) + silence(0.1) + tone(0.2))
    ]
    assert all(speaking[5:])
    for frame in frames(silence(0.5)):
        segmenter.feed(frame)
    assert not segmenter.speaking


def test_an_open_sentence_grows_under_the_id_of_the_segment_that_it_becomes():
    segmenter, seen, closed = Segmenter(Loud()), [], []
    for frame in frames(silence(0.5) + tone(1.0) + silence(1.0)):
        segment = segmenter.feed(frame)
        closed += [segment] if segment else []
        seen += [segmenter.open] if segmenter.open else []
    (whole,) = closed
    assert {piece.id for piece in seen} == {whole.id}
    assert seen[-1].seconds > seen[0].seconds
    assert whole.pcm.startswith(seen[0].pcm)
    assert segmenter.open is None


def test_behind_a_cut_another_sentence_is_open():
    segmenter, ids = Segmenter(Loud()), []
    for frame in frames(tone(12.0)):
        segmenter.feed(frame)
        if segmenter.open and segmenter.open.id not in ids:
            ids.append(segmenter.open.id)
    assert len(ids) == 2


def test_a_click_is_not_open():
    segmenter = Segmenter(Loud())
    for frame in frames(silence(0.2) + tone(0.06) + silence(0.1)):
        segmenter.feed(frame)
        assert segmenter.open is None


# The pause that ends a sentence is the speaker's own.


def known(*, within: float, between: float = 1.2) -> Pauses:
    """The pauses of somebody who has talked for a while."""
    pauses = Pauses()
    for _ in range(12):
        pauses.note(within)
        pauses.note(within)
        pauses.note(between)
    return pauses


def end_heard_after(pauses: Pauses, speech: float = 1.5, other: Stretch | None = None) -> float:
    """Seconds from the last sound of a sentence to the end of its segment."""
    segmenter = Segmenter(Loud(), pauses=pauses)
    for number, frame in enumerate(frames(silence(1.5) + tone(speech) + silence(2.0)), start=1):
        if segmenter.feed(frame, other):
            return round(number * 0.02 - 1.5 - speech, 2)
    raise AssertionError("it never ended")


def test_T10_the_end_of_a_quick_speaker_is_known_sooner_and_of_a_slow_one_later_within_bounds():
    quick, slow = end_heard_after(known(within=0.12)), end_heard_after(known(within=0.5))
    assert 0.25 <= quick < 0.35
    assert 0.5 < slow <= 0.8


def test_a_slow_speaker_is_cut_short_at_first_and_not_any_more_once_their_pauses_are_known():
    sentence = tone(0.8) + silence(0.5) + tone(0.8) + silence(1.4)
    pieces = cut(*[sentence] * 20)
    assert [round(piece.seconds, 1) for piece in pieces[:2]] == [0.9, 1.2]
    assert round(pieces[-1].seconds, 1) == 2.5


def test_what_is_known_of_a_speaker_outlives_the_segmenter():
    pauses, sentence = Pauses(), tone(0.8) + silence(0.5) + tone(0.8) + silence(1.4)
    before = Segmenter(Loud(), pauses=pauses)
    for frame in frames(sentence * 20):
        before.feed(frame)
    after = Segmenter(Loud(), pauses=pauses)
    found = [after.feed(frame) for frame in frames(sentence)]
    assert [round(segment.seconds, 1) for segment in found if segment] == [2.2]


def test_time_in_which_nothing_came_is_no_pause_of_the_speaker():
    pauses = Pauses()
    segmenter = Segmenter(Loud(), pauses=pauses)
    for number in range(20):
        for frame in frames(tone(0.5), start=number * (1.0 if number % 3 else 1.5)):
            segmenter.feed(frame)
    assert pauses.limit(0.4) == 0.4


def test_T11_the_short_pause_grows_and_shrinks_with_what_is_learnt():
    assert end_heard_after(known(within=0.12), speech=3.5) < 0.18
    assert 0.25 < end_heard_after(known(within=0.5), speech=3.5) < 0.4


# The other side.

ASKED = Stretch(-2.0, 1.1)
"""The other side fell silent just before the word that comes at 1.5 s."""


def test_a_short_answer_ends_sooner_than_a_sentence():
    assert end_heard_after(Pauses(), speech=0.5, other=ASKED) == pytest.approx(0.26, abs=0.021)
    assert end_heard_after(Pauses(), speech=1.5, other=ASKED) == pytest.approx(0.4)


def test_a_short_word_that_answers_nobody_waits_for_the_pause_of_its_speaker():
    assert end_heard_after(Pauses(), speech=0.5) == pytest.approx(0.4)
    assert end_heard_after(Pauses(), speech=0.5, other=Stretch(-9.0, -2.0)) == pytest.approx(0.4)


def test_somebody_who_has_spoken_since_the_other_side_did_does_not_answer_it():
    segmenter, closed = Segmenter(Loud()), []
    sounds = silence(1.0) + tone(1.0) + silence(1.0) + tone(0.4) + silence(1.0)
    for number, frame in enumerate(frames(sounds), start=1):
        if segmenter.feed(frame, Stretch(-2.0, 0.9)):
            closed.append(round(number * 0.02, 2))
    assert closed == [2.4, 3.8]


def breaks_in(seconds: float, *, at: float = 0.5) -> list[Segment]:
    """Somebody speaks from 0 to 1 s and from 1.24 s on; the other side breaks in at some time, for so long."""
    segmenter, found = Segmenter(Loud()), []
    for frame in frames(tone(1.0) + silence(0.24) + tone(1.0) + silence(1.0)):
        other = Stretch(at, min(frame.at, at + seconds)) if frame.at > at else None
        found.append(segmenter.feed(frame, other))
    return [segment for segment in found if segment]


def test_a_sentence_that_trails_off_is_over_once_the_other_side_has_taken_the_turn():
    assert [round(segment.start, 1) for segment in breaks_in(5.0, at=0.3)] == [0.0, 1.0]


def test_a_sign_of_listening_by_the_other_side_splits_no_sentence():
    assert len(breaks_in(0.5)) == 1
    assert len(breaks_in(0.7, at=0.4)) == 1


def test_who_breaks_into_the_others_talk_is_not_cut_short_by_it():
    assert len(breaks_in(9.0, at=-3.0)) == 1
