from kitt_rtc.model.facts import CallResumed, Entry, Fact, LegJoined, LegLeft
from kitt_rtc.model.gaps import Gap, absences, gaps
from kitt_rtc.model.speech import Role, Speaker
from tests.fakes.facts import said, started

REP = Speaker("rep1", Role.REP)
CLIENT = Speaker("client1", Role.CUSTOMER)


def story(*told: tuple[float, Fact]) -> list[Entry]:
    return [Entry(seq, at, fact) for seq, (at, fact) in enumerate(told, start=1)]


BROKEN_OFF = story(
    (0.0, started()),
    (1.0, LegJoined("a", "webrtc", REP)),
    (2.0, LegJoined("b", "twilio", CLIENT)),
    (5.0, LegLeft("b", "lost", 3.0)),
    (8.5, LegJoined("c", "twilio", CLIENT, away=3.5)),
    (9.0, said("bonjour")),
)


def test_who_comes_back_leaves_a_gap_with_its_length_and_cause():
    assert gaps(BROKEN_OFF) == [Gap(5.0, 8.5, "lost", CLIENT)]
    assert gaps(BROKEN_OFF)[0].seconds == 3.5


def test_a_restart_is_a_gap_of_everybody_and_of_each_who_comes_back():
    entries = [
        *BROKEN_OFF,
        *story(
            (20.0, LegLeft("a", "interrupted", 9.0)),
            (20.0, CallResumed(10.0)),
            (21.0, LegJoined("d", "webrtc", REP, away=11.0)),
        ),
    ]
    assert gaps(entries)[1:] == [Gap(10.0, 20.0, "interrupted"), Gap(10.0, 21.0, "interrupted", REP)]


def test_who_never_left_or_never_came_back_leaves_none():
    assert gaps(BROKEN_OFF[:4]) == []


def test_when_a_story_breaks_off_everybody_is_absent_from_there():
    assert absences(BROKEN_OFF, 12.0) == {"rep1": 12.0, "client1": 12.0}
    assert absences(BROKEN_OFF[:4], 12.0) == {"rep1": 12.0, "client1": 5.0}
    assert absences([], 0.0) == {}
