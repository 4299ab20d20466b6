"""Which telephone belongs to which call."""

import itertools

import pytest

from kitt_rtc.calls import phone_lines
from kitt_rtc.calls.phone_lines import PhoneLine, PhoneLines
from kitt_rtc.model.errors import CallNotFound
from kitt_rtc.model.facts import Entry, Fact, LegJoined, PhoneStatusChanged
from kitt_rtc.model.speech import Role, Speaker
from tests.fakes.facts import started

TECHNICIAN = Speaker("TECH001", Role.TECHNICIAN, "Jean")


class House:
    """Phone lines and a clock moved by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0
        self.lines = PhoneLines(lambda: self.now)

    def line(self, call_sid: str = "CA1", call_id: str = "session_1") -> PhoneLine:
        return self.lines.order(call_id, TECHNICIAN, language="fr", owns_call=True, call_sid=call_sid)


@pytest.fixture
def house() -> House:
    return House()


def test_an_order_is_found_by_its_sid_once_it_has_one(house: House):
    line = house.lines.order("session_1", TECHNICIAN, language="fr", owns_call=True)
    with pytest.raises(CallNotFound):
        house.lines.find("")
    assert house.lines.adopt(line.order_id, "CA1") is line
    assert house.lines.find("CA1") is line
    assert house.lines.adopt(line.order_id, "CA1") is line


def test_an_order_is_adopted_by_one_call_only(house: House):
    line = house.lines.order("session_1", TECHNICIAN, language="fr", owns_call=True)
    house.lines.adopt(line.order_id, "CA1")
    assert house.lines.adopt(line.order_id, "CA2") is None
    assert house.lines.adopt("nobody's order", "CA3") is None


def test_E13_a_pair_that_does_not_belong_together_is_not_found(house: House):
    line = house.line()
    assert house.lines.pair("CA1", "session_1") is line
    for call_sid, call_id in (("CA1", "session_2"), ("CA2", "session_1"), ("", "")):
        with pytest.raises(CallNotFound, match="Session non trouvée"):
            house.lines.pair(call_sid, call_id)


@pytest.mark.parametrize(
    "order", list(itertools.permutations(["initiated", "ringing", "in-progress", "completed"])), ids=" ".join
)
def test_E15_whatever_order_callbacks_come_in_the_furthest_status_stays(house: House, order: tuple[str, ...]):
    line = house.line()
    seen = [line.status]
    for status in order:
        house.lines.note(line, status)
        seen.append(line.status)
    ladder = ["queued", "initiated", "ringing", "in-progress", "completed"]
    assert line.status == "completed"
    assert seen == sorted(seen, key=ladder.index)


def test_E15_a_repeated_callback_is_no_news(house: House):
    line = house.line()
    assert house.lines.note(line, "ringing", sequence=1)
    assert not house.lines.note(line, "ringing", sequence=1)
    assert not house.lines.note(line, "completed", sequence=1)
    assert house.lines.note(line, "in-progress", sequence=2)


@pytest.mark.parametrize("end", sorted(phone_lines.ENDED))
def test_E15_nothing_follows_an_end(house: House, end: str):
    line = house.line()
    assert house.lines.note(line, end)
    for status in (*phone_lines.ENDED, "ringing", "in-progress", "nonsense"):
        assert not house.lines.note(line, status)
    assert line.status == end


def test_an_unknown_status_is_no_news(house: House):
    line = house.line()
    assert not house.lines.note(line, "levitating")
    assert line.status == "queued"


def test_E16_it_is_known_when_the_status_was_reached(house: House):
    line = house.line()
    house.lines.note(line, "ringing", at=1_003.0)
    assert (line.status, line.status_at) == ("ringing", 1_003.0)
    house.now = 1_010.0
    house.lines.note(line, "in-progress")
    assert line.status_at == 1_010.0


def test_E13_the_duration_counts_from_the_answer_to_the_end(house: House):
    line = house.line()
    assert line.seconds(2_000.0) == 0.0
    house.lines.note(line, "in-progress", at=1_010.0)
    assert line.seconds(1_015.0) == 5.0
    house.lines.note(line, "completed", at=1_030.0)
    assert line.seconds(9_999.0) == 20.0


def test_the_duration_is_known_even_when_the_answer_is_told_last(house: House):
    line = house.line()
    house.lines.note(line, "completed", at=1_030.0, sequence=3)
    house.lines.note(line, "in-progress", at=1_010.0, sequence=2)
    assert (line.status, line.seconds(9_999.0)) == ("completed", 20.0)


def test_a_ticket_opens_one_stream_once(house: House):
    line = house.line()
    ticket = house.lines.ticket(line, turn=0)
    assert len(ticket) >= 22  # 128 bits in base64
    assert house.lines.redeem(ticket, call_sid="CA1", call_id="session_1") is line
    assert house.lines.redeem(ticket, call_sid="CA1", call_id="session_1") is None


@pytest.mark.parametrize(
    ("ticket", "call_sid", "call_id"),
    [
        ("", "CA1", "session_1"),
        ("guess", "CA1", "session_1"),
        ("é\ud800", "CA1", "session_1"),
        (None, "CA2", "session_2"),
        (None, "CA1", "session_2"),
        (None, "CA3", "session_1"),
    ],
)
def test_a_ticket_opens_nothing_else(house: House, ticket: str | None, call_sid: str, call_id: str):
    line = house.line()
    house.line("CA2", "session_2")
    given = house.lines.ticket(line, turn=0)
    assert house.lines.redeem(given if ticket is None else ticket, call_sid=call_sid, call_id=call_id) is None


def test_a_ticket_is_good_for_two_minutes(house: House):
    line = house.line()
    ticket = house.lines.ticket(line, turn=0)
    house.now += 120.0
    assert house.lines.redeem(ticket, call_sid="CA1", call_id="session_1") is None
    assert house.lines.ticket(line, turn=0) not in ("", ticket)


def test_asking_twice_gives_the_same_ticket_and_an_old_request_none(house: House):
    line = house.line()
    ticket = house.lines.ticket(line, turn=0)
    assert house.lines.ticket(line, turn=0) == ticket
    house.lines.redeem(ticket, call_sid="CA1", call_id="session_1")
    assert house.lines.ticket(line, turn=0) == ""
    back = house.lines.ticket(line, turn=1)
    assert back not in ("", ticket)
    assert house.lines.redeem(back, call_sid="CA1", call_id="session_1") is line


def test_a_line_that_has_ended_or_was_given_up_gets_no_ticket(house: House):
    ended, lost = house.line("CA1"), house.line("CA2")
    unused = house.lines.ticket(ended, turn=0)
    house.lines.note(ended, "completed")
    house.lines.give_up(lost)
    assert house.lines.ticket(ended, turn=0) == house.lines.ticket(lost, turn=0) == ""
    assert house.lines.redeem(unused, call_sid="CA1", call_id="session_1") is None


def test_a_telephone_may_not_come_back_without_end(house: House):
    line = house.line()
    turn = 0
    while ticket := house.lines.ticket(line, turn=turn):
        house.lines.redeem(ticket, call_sid="CA1", call_id="session_1")
        turn += 1
    assert turn == phone_lines.MAX_STREAMS


def test_old_lines_are_forgotten_ended_ones_first(house: House):
    oldest = house.line("CAoldest")
    ended = house.line("CAended")
    house.lines.note(ended, "busy")
    for n in range(phone_lines.MAX_LINES - 1):
        house.line(f"CA{n}")
    assert house.lines.find("CAoldest") is oldest
    with pytest.raises(CallNotFound):
        house.lines.find("CAended")
    assert len(house.lines.live()) == phone_lines.MAX_LINES


def story(*facts: Fact) -> list[Entry]:
    return [Entry(seq, float(seq), fact) for seq, fact in enumerate((started(at=1_000.0), *facts), start=1)]


def phone(status: str, *, call_sid: str = "CA1") -> PhoneStatusChanged:
    return PhoneStatusChanged(call_sid, status, speaker=TECHNICIAN, owns_call=True)


def test_the_telephones_of_a_call_that_goes_on_are_known_again(house: House):
    house.lines.restore(
        "session_1", story(phone("initiated"), phone("in-progress"), LegJoined("a", "twilio", TECHNICIAN))
    )
    line = house.lines.pair("CA1", "session_1")
    assert (line.speaker, line.language, line.owns_call, line.status) == (TECHNICIAN, "fr", True, "in-progress")
    assert line.answered_at == 1_003.0
    assert house.lines.live() == [line]
    ticket = house.lines.ticket(line, turn=1)
    assert house.lines.redeem(ticket, call_sid="CA1", call_id="session_1") is line
    assert house.lines.ticket(line, turn=1) == ""


def test_a_stream_that_was_let_in_but_not_yet_told_does_not_shut_the_telephone_out(house: House):
    house.lines.restore("session_1", story(phone("in-progress")))
    line = house.lines.find("CA1")
    assert house.lines.ticket(line, turn=1)


def test_a_telephone_that_has_hung_up_stays_so_over_a_restart(house: House):
    house.lines.restore("session_1", story(phone("in-progress"), phone("completed"), phone("ringing", call_sid="CA2")))
    assert house.lines.find("CA1").ended
    assert [line.call_sid for line in house.lines.live()] == ["CA2"]
