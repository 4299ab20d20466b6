import asyncio

import pytest

from kitt_rtc.calls.line_watch import LineWatch
from kitt_rtc.model.facts import Trouble, TroubleOver
from kitt_rtc.model.quality import LineQuality
from kitt_rtc.model.speech import Role
from tests.calls.test_conductor import facts, live
from tests.fakes.leg import HandLeg
from tests.support.clock import JumpingLoop

GOOD = LineQuality(0.05, 60.0)
LOSSY, SHAKY = LineQuality(0.08, 5.0), LineQuality(0.0, 80.0)


def leg_with(quality: LineQuality | None, role: Role = Role.CUSTOMER, name: str = "a") -> HandLeg:
    leg = HandLeg(lambda: 0.0, role, leg_id=name)
    leg.quality = quality
    return leg


def told(watch: LineWatch, leg: HandLeg, seconds: range) -> list[int]:
    """At which of these seconds something was told."""
    return [now for now in seconds if watch.look([leg], float(now))]


@pytest.mark.parametrize("quality", [LOSSY, SHAKY])
def test_a_line_that_stays_bad_is_told_after_five_seconds_and_once_a_minute(quality: LineQuality):
    assert told(LineWatch(), leg_with(quality), range(130)) == [5, 65, 125]


@pytest.mark.parametrize("quality", [GOOD, None])
def test_a_good_line_and_one_that_nobody_can_measure_are_not_told(quality: LineQuality | None):
    assert told(LineWatch(), leg_with(quality), range(100)) == []


def test_a_bad_moment_is_not_a_bad_line():
    watch = LineWatch()
    for begin in range(0, 60, 6):
        assert told(watch, leg_with(LOSSY), range(begin, begin + 5)) == []
        assert told(watch, leg_with(GOOD), range(begin + 5, begin + 6)) == []


def test_N12_a_line_that_is_good_again_is_told_so_and_is_told_anew_when_it_is_not():
    watch, bad, good = LineWatch(), leg_with(LOSSY), leg_with(GOOD)
    assert told(watch, bad, range(6)) == [5]
    assert watch.look([good], 6.0) == [TroubleOver("line", "bad_quality")]
    assert told(watch, good, range(7, 10)) == []
    assert told(watch, bad, range(10, 16)) == [15]
    assert watch.look([], 16.0) == [TroubleOver("line", "bad_quality")]


def test_N12_one_good_line_of_two_bad_ones_ends_nothing():
    watch, one, other = LineWatch(), leg_with(LOSSY, name="a"), leg_with(LOSSY, name="b")
    for now in range(6):
        watch.look([one, other], float(now))
    one.quality = GOOD
    assert watch.look([one, other], 6.0) == []


def test_it_says_whose_line_and_what_to_do_and_nobodys_name():
    watch, leg = LineWatch(), leg_with(LOSSY, Role.SUPPORT_AGENT)
    watch.look([leg], 0.0)
    (trouble,) = watch.look([leg], 5.0)
    assert (trouble.stage, trouble.code) == ("line", "bad_quality")
    assert trouble.detail.startswith("The line of the support agent is bad (8% lost, 5 ms jitter). A cable")
    assert leg.speaker.id not in trouble.detail


def test_a_call_tells_of_each_bad_line_in_it():
    async def talk() -> list[Trouble]:
        async with live() as (_, conductor):
            for name, quality in (("a", LOSSY), ("b", GOOD), ("c", SHAKY)):
                conductor.invite(leg_with(quality, name=name))
            await asyncio.sleep(30.0)
            return [fact.code for fact in facts(conductor, Trouble)]

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        assert runner.run(talk()) == ["bad_quality", "bad_quality"]
