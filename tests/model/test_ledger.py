import pytest

from kitt_rtc.model.ledger import Stage, measured, total


def test_N7_stages_lie_end_to_end_and_add_up_to_the_last_mark() -> None:
    stages = measured(4.5, ("pause", 4.9), ("queue", 4.9), ("words", 5.32))
    assert stages == (Stage("pause", 0.4), Stage("queue", 0.0), Stage("words", 0.42))
    assert total(stages) == pytest.approx(5.32 - 4.5)


def test_N7_a_mark_before_the_one_ahead_of_it_makes_no_stage_negative_and_takes_from_no_other() -> None:
    stages = measured(4.5, ("pause", 4.48), ("queue", 4.6), ("words", 4.59), ("news", 4.7))
    assert [stage.seconds for stage in stages] == [0.0, 0.1, 0.0, 0.1]
    assert total(stages) == pytest.approx(0.2)


def test_N7_many_short_stages_lose_less_than_a_millisecond_to_rounding() -> None:
    marks = [(f"stage_{number}", number * 0.01234567) for number in range(1, 12)]
    assert total(measured(0.0, *marks)) == pytest.approx(marks[-1][1], abs=0.001)
