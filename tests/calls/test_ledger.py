"""Which of a page's claims become facts, and what a way is put together from."""

from itertools import count

import pytest

from kitt_rtc.calls import ledger
from kitt_rtc.journal import Journal
from kitt_rtc.model.facts import Fact, InsightGiven, InsightPainted, UtteranceHeard
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.model.ledger import Stage, total
from kitt_rtc.model.speech import Role, Segment, Speaker, Utterance

CLIENT = Speaker("C", Role.CUSTOMER)
NEW = Verdict(False, "first")
HEARD = (Stage("pause", 0.3), Stage("queue", 0.0), Stage("words", 0.2))
THOUGHT = (Stage("context", 0.002), Stage("advice", 0.003), Stage("attention", 1.0), Stage("memory", 0.005))


class Told:
    """A story whose clock a test turns."""

    def __init__(self) -> None:
        self.at = 0.0
        self.journal = Journal("call", lambda: self.at)

    def tell(self, at: float, fact: Fact) -> Fact:
        self.at = at
        return self.journal.append(ledger.completed(fact, self.journal)).fact

    def paint(self, at: float = 6.75, **claim: float | str) -> InsightPainted | None:
        """The page is asked for nothing: it claims, at a quarter of a second past its card."""
        now = {"arrived": at - 0.05, "at": at, "uncertainty": 0.001, "by": "REP", "insight_id": "i1"} | claim
        self.at = max(self.at, 7.0)
        return ledger.painted(self.journal, **now)  # type: ignore[arg-type]


def heard(number: int, end: float, stages: tuple[Stage, ...] = HEARD) -> UtteranceHeard:
    return UtteranceHeard(Utterance(f"u{number}", CLIENT, "Too expensive.", "en", end - 2.0, end), 0.1, stages)


def card(*because: str, stages: tuple[Stage, ...] = THOUGHT) -> InsightGiven:
    return InsightGiven(Insight("i1", InsightType.COACHING, "Ask why.", because=because), NEW, 0.1, stages)


def with_a_card() -> Told:
    told = Told()
    told.tell(5.5, heard(1, end=5.0))
    told.tell(6.6, card("u1"))
    return told


def test_N7_a_card_has_the_way_of_the_sentence_that_led_to_it_before_its_own() -> None:
    told = Told()
    told.tell(5.5, heard(1, end=5.0))
    given = told.tell(6.6, card("u1"))
    assert isinstance(given, InsightGiven)
    assert [stage.name for stage in given.stages] == [
        "pause", "queue", "words", "news", "context", "advice", "attention", "memory",
    ]  # fmt: skip
    assert {stage.name: stage.seconds for stage in given.stages}["news"] == pytest.approx(0.09)
    assert total(given.stages) == pytest.approx(6.6 - 5.0, abs=0.001)


def test_N7_of_several_sentences_the_one_that_ended_last_counts() -> None:
    told = Told()
    told.tell(5.5, heard(2, end=5.0))
    told.tell(5.6, heard(1, end=3.0, stages=(Stage("pause", 0.4), Stage("queue", 2.0), Stage("words", 0.2))))
    given = told.tell(6.8, card("u1", "u2"))
    assert isinstance(given, InsightGiven)
    assert total(given.stages) == pytest.approx(6.8 - 5.0, abs=0.001)


def test_what_was_not_said_live_has_no_way() -> None:
    told = Told()
    told.tell(5.5, heard(1, end=5.0, stages=()))
    given = told.tell(6.6, card("u1"))
    assert isinstance(given, InsightGiven)
    assert given.stages == ()
    assert told.paint() is None
    upload = Segment("seg_1", b"", 3.0)
    assert ledger.timed(heard(1, end=5.0, stages=()), upload, 5.0, 5.2) == heard(1, end=5.0, stages=())


def test_N7_what_a_page_says_completes_the_way() -> None:
    told = with_a_card()
    told.at = 6.62
    told.journal.keep(told.journal.last)
    shown = told.paint()
    assert shown is not None
    assert [(stage.name, stage.seconds) for stage in shown.stages[-3:]] == [
        ("kept", 0.02),
        ("sent", 0.08),
        ("painted", 0.05),
    ]
    assert total(shown.stages) == pytest.approx(6.75 - 5.0, abs=0.001)
    assert (shown.insight_id, shown.by, shown.uncertainty) == ("i1", "REP", 0.001)


@pytest.mark.parametrize(
    "claim",
    [
        {"insight_id": "i2"},
        {"at": 6.5},
        {"at": 7.1},
        {"arrived": 6.9, "at": 6.75},
        {"uncertainty": 0.3},
        {"uncertainty": -0.1},
    ],
)
def test_N7_what_cannot_be_is_no_fact(claim: dict[str, float | str]) -> None:
    told = with_a_card()
    assert told.paint() is not None
    assert told.paint(**claim) is None


def test_N7_a_card_that_somebody_came_back_to_an_hour_later_was_not_on_its_way() -> None:
    told = with_a_card()
    told.at = 4_000.0
    assert told.paint(at=3_900.0) is None


def test_N7_each_page_tells_once_and_no_more_pages_than_a_call_has_legs() -> None:
    told = with_a_card()
    names = (f"P{number}" for number in count())
    for _ in range(20):
        by = next(names)
        for _ in range(2):
            shown = told.paint(by=by)
            if shown is not None:
                told.journal.append(shown)
    assert len([entry for entry in told.journal.entries() if isinstance(entry.fact, InsightPainted)]) == 8


def test_N7_a_clock_that_is_off_by_its_uncertainty_makes_no_stage_negative() -> None:
    told = with_a_card()
    told.at = 6.7
    told.journal.keep(told.journal.last)
    shown = told.paint(at=6.69, arrived=6.65, uncertainty=0.05)
    assert shown is not None
    assert all(stage.seconds >= 0.0 for stage in shown.stages)
