from aiortc.rtp import RtpPacket

from kitt_rtc.transports.webrtc.reorder import Reorder


def given(numbers: list[int]) -> list[int]:
    """The numbers of the packets, in the order their frames are given."""
    reorder = Reorder()
    out = []
    for number in numbers:
        packet = RtpPacket(sequence_number=number & 0xFFFF, timestamp=number)
        packet._data = bytes([number & 0xFF])
        wish, frame = reorder.add(packet)
        assert not wish
        if frame is not None:
            assert frame.data == bytes([frame.timestamp & 0xFF])
            out.append(frame.timestamp)
    return out


def test_what_is_next_passes_at_once() -> None:
    assert given([5, 6, 7]) == [5, 6, 7]


def test_what_comes_late_is_waited_for() -> None:
    assert given([1, 2, 4, 5, 3, 6, 7]) == [1, 2, 3, 4, 5]


def test_what_is_lost_costs_itself_alone() -> None:
    assert given([1, 2, *range(4, 20)]) == [1, 2, *range(4, 17)]


def test_what_comes_twice_or_too_late_is_left_out() -> None:
    assert given([1, 2, 2, 3, 1, 4]) == [1, 2, 3, 4]
    assert given([1, 3, 4, 5, 6, 7, 2, 8]) == [1, 3, 4, 5, 6]


def test_around_the_ring() -> None:
    numbers = list(range(65_530, 65_545))
    assert given(numbers) == numbers
    assert given([65_534, 65_535, 65_537, 65_536, 65_538]) == [65_534, 65_535, 65_536, 65_537]


def test_a_sender_that_starts_anew() -> None:
    assert given([1, 2, 30_000, 30_001]) == [1, 2, 30_000, 30_001]
    assert given([30_000, 30_001, 5, 6]) == [30_000, 30_001, 5, 6]
