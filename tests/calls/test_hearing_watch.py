"""What a page is told of words that are late, or missing, or written by a stand-in (contract N12)."""

import pytest

from kitt_rtc.calls.hearing_watch import Hearing, changes
from kitt_rtc.calls.scheduler import Load
from kitt_rtc.model.facts import Trouble, TroubleOver

ALL = {("scribe", code) for code in ("behind", "stalled", "unheard", "fallback")}
CASES = {
    "behind": Hearing(Load(waited=3.1)),
    "stalled": Hearing(Load(held=4.1)),
    "unheard": Hearing(owing=4.1),
    "fallback": Hearing(stand_in="Moonshine"),
}


@pytest.mark.parametrize("code", CASES)
def test_N12_each_cause_is_told_once_by_its_own_name_and_its_end_too(code: str):
    (told,) = changes(CASES[code], set())
    assert isinstance(told, Trouble)
    assert (told.stage, told.code) == ("scribe", code)
    assert told.detail.endswith(".")
    assert changes(CASES[code], {("scribe", code)}) == []
    assert changes(Hearing(), {("scribe", code)}) == [TroubleOver("scribe", code)]


def test_N12_nothing_is_told_of_a_call_that_goes_well():
    busy = Hearing(Load(waited=2.9, held=3.4, crowd=4, places=1), owing=3.4)
    assert changes(busy, set()) == []
    assert changes(Hearing(), {("line", "bad_quality"), ("scribe", "engine_timeout")}) == []


def test_N12_several_causes_are_told_side_by_side_and_end_one_by_one():
    bad = Hearing(Load(waited=9.0, held=9.0), owing=9.0, stand_in="Moonshine")
    assert {fact.code for fact in changes(bad, set())} == {"behind", "stalled", "unheard", "fallback"}
    assert {fact.code for fact in changes(Hearing(Load(held=9.0)), ALL)} == {"behind", "unheard", "fallback"}


def test_N12_a_crowded_house_concerns_those_who_wait_in_it():
    assert [fact.code for fact in changes(Hearing(Load(waited=0.1, crowd=9, places=2)), set())] == ["behind"]
    assert changes(Hearing(Load(waited=0.0, crowd=9, places=2)), set()) == []


def test_N12_a_call_that_was_behind_is_so_until_it_has_caught_up():
    behind = {("scribe", "behind")}
    assert changes(Hearing(Load(waited=1.1)), behind) == []
    assert changes(Hearing(Load(crowd=3, places=2)), behind) == []
    assert changes(Hearing(Load(waited=0.9, crowd=2, places=2)), behind) == [TroubleOver("scribe", "behind")]
