"""Frames in the order they were spoken."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kitt_rtc.transports.twilio.counters import LineCounters
from kitt_rtc.transports.twilio.frame_order import FrameOrder
from kitt_rtc.transports.twilio.messages import Media, MediaDetails


def frame(chunk: int) -> Media:
    return Media("MZ1", MediaDetails("", chunk, chunk * 20))


def heard(chunks: Iterable[int], counters: LineCounters | None = None) -> list[int]:
    order = FrameOrder(counters or LineCounters())
    let_through = [passed for chunk in chunks for passed in order.admit(frame(chunk))]
    return [passed.media.chunk for passed in (*let_through, *order.flush())]


def test_a_frame_that_is_due_passes_at_once():
    order = FrameOrder(LineCounters())
    assert [len(order.admit(frame(chunk))) for chunk in range(1, 10)] == [1] * 9


def test_out_of_order_frames_are_put_in_order_as_soon_as_the_missing_one_comes():
    order = FrameOrder(LineCounters())
    passed = [[media.media.chunk for media in order.admit(frame(chunk))] for chunk in (1, 3, 4, 2, 5)]
    assert passed == [[1], [], [], [2, 3, 4], [5]]


def test_doubled_frames_are_heard_once():
    counters = LineCounters()
    assert heard([1, 1, 2, 3, 3, 3, 5, 5, 4, 4], counters) == [1, 2, 3, 4, 5]
    assert counters.repeated == 5


def test_a_lost_frame_is_waited_for_a_tenth_of_a_second_and_no_longer():
    counters = LineCounters()
    order = FrameOrder(counters)
    order.admit(frame(1))
    passed = [[media.media.chunk for media in order.admit(frame(chunk))] for chunk in (3, 4, 5, 6, 7, 8)]
    assert passed == [[], [], [], [], [3, 4, 5, 6, 7], [8]]
    assert counters.missing == 1


def test_a_frame_after_its_turn_was_given_up_is_dropped():
    assert heard([1, 3, 4, 5, 6, 7, 2, 8]) == [1, 3, 4, 5, 6, 7, 8]


def test_one_absurd_number_does_not_deafen_the_line():
    assert heard([1, 2, 9_000_000, *range(3, 50)]) == [*range(1, 50), 9_000_000]


def test_a_sender_that_counts_anew_is_followed():
    chunks = [*range(900, 1_000), *range(1, 200)]
    assert heard(chunks)[-150:] == list(range(50, 200))


@given(st.randoms(use_true_random=False), st.integers(min_value=6, max_value=200))
def test_jitter_of_four_frames_and_repeats_never_lose_or_double_anything(chance, count: int):
    chunks = sorted(range(1, count + 1), key=lambda chunk: chunk + chance.uniform(0, 4))
    with_repeats = [chunk for chunk in chunks for _ in range(chance.choice((1, 1, 1, 2)))]
    assert heard(with_repeats) == list(range(1, count + 1))


@pytest.mark.parametrize("lost", [{1}, {1, 2, 3, 4, 5, 6, 7}, {10, 30, 31}, set(range(2, 300, 10))])
def test_what_came_is_heard_in_order_whatever_is_lost(lost: set[int]):
    came = [chunk for chunk in range(1, 300) if chunk not in lost]
    assert heard(came) == came
