"""A long call in parts."""

from kitt_rtc.model.speech import Role
from kitt_rtc.pipeline.parts import MOST_PARTS, PART_CHARACTERS, parts_of, together
from tests.fakes.thinking import says


def test_a_short_call_is_one_part_and_no_call_is_none():
    said = [says(Role.REP, "Hello", at=1.0), says(Role.CUSTOMER, "Hello", at=5.0)]
    assert parts_of(said) == [said]
    assert parts_of([]) == []


def test_parts_are_the_call_in_order_and_of_about_the_same_length():
    said = [says(Role.REP, "x" * (50 + number % 7 * 100), at=float(number)) for number in range(200)]
    parts = parts_of(said)
    assert [line for part in parts for line in part] == said
    lengths = [sum(len(line.text) for line in part) for part in parts]
    assert max(lengths) <= PART_CHARACTERS + 700
    assert min(lengths) >= PART_CHARACTERS / 2


def test_a_call_without_end_has_longer_parts_and_not_more():
    said = [says(Role.REP, "x" * 1_000, at=float(number)) for number in range(400)]
    assert len(parts_of(said)) == MOST_PARTS


def test_every_part_has_its_say_and_nothing_is_told_twice():
    assert together([["a", "b", "c"], ["d"], ["A", "e"]], str.lower, 4) == ["a", "d", "b", "e"]
