import pytest

from kitt_rtc.transports.twilio.counters import LineCounters
from kitt_rtc.transports.twilio.message_order import MessageOrder


@pytest.mark.parametrize(
    ("numbers", "jumps", "late"),
    [
        ([2, 3, 4, 5], 0, 0),
        ([40, 41], 0, 0),  # whatever came before the start is nobody's loss
        ([1, 2, 5, 6], 1, 0),
        ([1, 2, 4, 3, 5], 1, 1),
        ([1, 2, 2, 3], 0, 1),
        ([1, 0, 2, 0, 3], 0, 0),
        ([9_000, 9_001, 1, 2, 3], 1, 0),
        ([1, 2, 9_000_000, 3, 4, 5], 2, 0),
    ],
)
def test_a_number_that_is_not_the_next_is_counted(numbers: list[int], jumps: int, late: int):
    counters = LineCounters()
    order = MessageOrder(counters)
    for number in numbers:
        order.note(number)
    assert (counters.jumps, counters.late) == (jumps, late)


def test_a_message_that_could_not_be_read_is_no_jump():
    counters = LineCounters()
    order = MessageOrder(counters)
    order.skip()
    order.note(1)
    order.skip()
    order.note(3)
    assert counters.jumps == 0
