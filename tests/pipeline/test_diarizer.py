import pytest

from kitt_rtc.model.audio import RATE
from kitt_rtc.model.speech import NOBODY, Role, Roster, Segment, Speaker
from kitt_rtc.pipeline.diarizer import Diarizer
from kitt_rtc.ports import Manner

SUPPORT = {
    Role.TECHNICIAN: Manner(min_seconds=0.5, rank=0, drives_advice=True),
    Role.SUPPORT_AGENT: Manner(min_seconds=1.0, rank=1, drives_advice=False),
}
PAUL = Speaker("TECH001", Role.TECHNICIAN, "Paul")
ZOE = Speaker("AGENT1", Role.SUPPORT_AGENT, "Zoé")


def _segment(seconds: float, speaker: Speaker | None = None) -> Segment:
    return Segment("seg_1", bytes(round(seconds * RATE) * 2), 0.0, speaker)


class Identifier:
    """Knows everybody by the length of what they say."""

    async def identify(self, segment: Segment, roster: Roster) -> Speaker | None:
        return PAUL if segment.seconds > 1 else None


@pytest.mark.parametrize(("seconds", "objection"), [(0.49, "too_short"), (0.50, None)])
def test_T13_a_technician_is_heard_from_half_a_second(seconds: float, objection: str | None):
    assert Diarizer(SUPPORT).objection(_segment(seconds, PAUL)) == objection


@pytest.mark.parametrize(("seconds", "objection"), [(0.99, "too_short"), (1.00, None)])
def test_T14_a_support_agent_is_heard_from_one_second(seconds: float, objection: str | None):
    assert Diarizer(SUPPORT).objection(_segment(seconds, ZOE)) == objection


@pytest.mark.parametrize("seconds", [0.5, 1.0, 60.0])
def test_T15_an_unknown_voice_is_never_written_down(seconds: float):
    assert Diarizer(SUPPORT).objection(_segment(seconds, NOBODY)) == "unknown_speaker"
    assert Diarizer(SUPPORT).objection(_segment(seconds)) == "unknown_speaker"


async def test_F12_the_leg_names_the_speaker():
    named = await Diarizer(SUPPORT, Identifier()).name(_segment(0.6), ZOE, Roster())
    assert named.speaker == ZOE


async def test_a_shared_microphone_asks_the_identifier():
    diarizer = Diarizer(SUPPORT, Identifier())
    assert (await diarizer.name(_segment(1.5), None, Roster())).speaker == PAUL
    assert (await diarizer.name(_segment(0.7), None, Roster())).speaker == NOBODY


async def test_a_shared_microphone_without_an_identifier_is_nobody():
    assert (await Diarizer(SUPPORT).name(_segment(1.5), None, Roster())).speaker == NOBODY


def test_T22_the_technician_is_written_down_first():
    diarizer = Diarizer(SUPPORT)
    assert diarizer.rank(_segment(1.0, PAUL)) < diarizer.rank(_segment(1.0, ZOE))
