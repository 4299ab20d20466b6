import math

from kitt_rtc.pipeline.voices import Voices
from kitt_rtc.ports import Vector


def _voice(degrees: float) -> Vector:
    """Voices are directions; those of one person lie within some twenty degrees."""
    return (math.cos(math.radians(degrees)), math.sin(math.radians(degrees)), 0.0)


ANNA, PAUL = (0.0, 6.0, -5.0, 3.0, -8.0), (70.0, 76.0, 63.0, 69.0, 74.0)


def _say(voices: Voices, *degrees: float, seconds: float = 2.0):
    return [piece for turn in degrees for piece in voices.hear([(_voice(turn), seconds)])]


def test_R05_two_voices_are_told_apart_and_the_first_words_of_the_second_come_right():
    voices = Voices(2)
    anna = _say(voices, *ANNA)
    paul = _say(voices, *PAUL)
    again = _say(voices, 2.0, 71.0)
    assert {piece.voice for piece in anna} == {0}
    assert {piece.voice for piece in paul} == {1}
    assert [piece.voice for piece in again] == [0, 1]


def test_R05_one_voice_stays_one_however_many_were_declared():
    voices = Voices(8)
    pieces = _say(voices, *ANNA, *ANNA, *ANNA)
    assert voices.known == [0]
    assert {piece.voice for piece in pieces} == {0}


def test_R05_never_more_voices_than_were_declared():
    voices = Voices(2)
    _say(voices, *ANNA, *PAUL, *(turn + 75.0 for turn in PAUL), *ANNA, *PAUL)
    assert len(voices.known) == 2


def test_R05_a_third_voice_needs_more_speech_and_is_found():
    voices = Voices(3)
    _say(voices, *ANNA, *ANNA, *PAUL, *PAUL, seconds=3.0)
    third = _say(voices, *(turn + 75.0 for turn in PAUL), seconds=3.0)
    assert len(voices.known) == 3
    assert {piece.voice for piece in third} == {2}


def test_R05_a_short_word_goes_to_the_nearest_voice_and_moves_nothing():
    voices = Voices(2)
    _say(voices, *ANNA, *PAUL)
    (word,) = _say(voices, 60.0, seconds=0.4)
    assert word.voice == 1
    assert voices.match(_voice(0.0)) == 0


def test_R05_what_is_too_short_to_tell_by_is_of_whoever_spoke_last():
    voices = Voices(2)
    _say(voices, *ANNA, *PAUL)
    before, breath = voices.hear([(_voice(1.0), 2.0), (None, 0.2)])
    assert before.voice == breath.voice == 0


def test_R05_what_a_person_has_said_of_a_line_stays_and_teaches():
    voices = Voices(2)
    anna = _say(voices, *ANNA)
    assert voices.teach(anna[2:], None) == 1
    _say(voices, *ANNA)
    assert [piece.voice for piece in anna[2:]] == [1, 1, 1]


def test_R05_there_is_no_room_for_more_than_were_declared():
    voices = Voices(2)
    _say(voices, *ANNA, *PAUL)
    (line,) = _say(voices, 35.0)
    assert voices.teach([line], None) is None
    assert line.voice in voices.known


def test_R05_a_sample_is_matched_or_is_nobody():
    voices = Voices(2)
    _say(voices, *ANNA)
    assert voices.match(_voice(4.0)) == 0
    assert voices.match(_voice(75.0)) is None
    assert Voices(2).match(_voice(0.0)) is None
