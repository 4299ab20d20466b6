import pytest

from kitt_rtc.pipeline.pauses import Pauses

START = 0.4


def limit(*silences: float, start: float = START) -> float:
    pauses = Pauses()
    for silence in silences:
        pauses.note(silence)
    return pauses.limit(start)


def test_of_somebody_nobody_has_heard_nothing_is_known():
    assert limit() == START
    assert limit(0.15, 0.2, 1.0, 0.15) == START


@pytest.mark.parametrize(
    ("within", "between", "least", "most"),
    [(0.12, 0.9, 0.25, 0.3), (0.2, 1.0, 0.28, 0.36), (0.45, 1.5, 0.48, 0.55), (0.6, 3.0, 0.6, 0.7)],
)
def test_the_limit_lies_a_little_above_the_speakers_own_pauses(within, between, least, most):
    assert least <= limit(*[within, within, between] * 12) <= most


def test_it_is_learnt_step_by_step():
    steps = [limit(*[0.15, 0.15, 1.0] * count) for count in (3, 5, 8, 12)]
    assert steps == sorted(steps, reverse=True)
    assert steps[0] > 0.3 > steps[-1]


def test_it_stays_between_its_bounds():
    assert limit(*[0.1, 0.1, 0.1, 0.7] * 12) == 0.25
    assert limit(*[0.95, 0.95, 3.0, 0.1] * 12) <= 0.8


def test_a_limit_from_outside_the_bounds_is_kept_as_long_as_nothing_is_known_and_bounds_what_is_learnt():
    assert limit(start=1.5) == 1.5
    assert limit(start=0.2) == 0.2
    assert 0.2 <= limit(*[0.1, 0.1, 0.8] * 12, start=0.2) <= 0.25


@pytest.mark.parametrize("silences", [[0.5, 0.6, 0.7, 0.8], [0.15, 0.2, 0.18, 0.22], [1.0, 1.2, 2.0, 3.0]])
def test_where_silences_are_of_one_kind_nothing_is_learnt(silences):
    assert limit(*silences * 10) == START


def test_the_turns_of_the_other_side_and_the_stops_within_a_word_are_no_pauses():
    talk = [0.2, 0.2, 1.0] * 10
    assert limit(*[silence for pause in talk for silence in (pause, 0.06, 8.0)]) == limit(*talk)


def test_one_odd_silence_changes_next_to_nothing():
    talk = [0.2, 0.2, 1.0] * 10
    assert limit(*talk, 0.6) == pytest.approx(limit(*talk), abs=0.02)


def test_whoever_changes_their_pace_is_learnt_anew():
    assert limit(*[0.15, 0.15, 0.9] * 20, *[0.5, 0.5, 1.5] * 20) > 0.5
