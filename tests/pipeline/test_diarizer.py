import pytest

from kitt_rtc.model.audio import RATE
from kitt_rtc.model.speech import NOBODY, Role, Segment, Speaker
from kitt_rtc.pipeline.diarizer import Diarizer
from kitt_rtc.pipeline.voices import Voices
from kitt_rtc.ports import Manner
from tests.fakes.voices import HIGH, LOW, TwoVoices

SUPPORT = {
    Role.TECHNICIAN: Manner(min_seconds=0.5, rank=0, drives_advice=True),
    Role.SUPPORT_AGENT: Manner(min_seconds=1.0, rank=1, drives_advice=False),
}
PAUL = Speaker("TECH001", Role.TECHNICIAN, "Paul")
ZOE = Speaker("AGENT1", Role.SUPPORT_AGENT, "Zoé")


def _segment(seconds: float, speaker: Speaker | None = None) -> Segment:
    return Segment("seg_1", bytes(round(seconds * RATE) * 2), 0.0, speaker)


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


def test_F12_the_leg_names_the_speaker():
    diarizer = Diarizer(SUPPORT)
    assert diarizer.name(_segment(0.6), ZOE).speaker == ZOE
    assert diarizer.name(_segment(1.5), None).speaker == NOBODY


async def test_R05_a_segment_is_cut_where_the_voice_changes():
    diarizer, voices = Diarizer(SUPPORT, TwoVoices()), Voices(2)
    for turn in (LOW, HIGH, LOW, HIGH):  # until both are known
        await diarizer.tell_apart(Segment("seg_0", turn * 3, 0.0, PAUL), voices)
    told = await diarizer.tell_apart(Segment("seg_1", LOW + HIGH + HIGH, 10.0, PAUL), voices)
    assert [part.pieces[0].voice for part in told] == [0, 1]
    assert [part.segment.id for part in told] == ["seg_1", "seg_1_2"]
    assert [part.segment.start for part in told] == pytest.approx([10.0, 12.1])
    assert b"".join(part.segment.pcm for part in told) == LOW + HIGH + HIGH


async def test_R05_a_segment_of_one_voice_stays_whole():
    segment = Segment("seg_1", LOW * 3, 0.0, PAUL)
    (part,) = await Diarizer(SUPPORT, TwoVoices()).tell_apart(segment, Voices(2))
    assert part.segment is segment


def test_T22_the_technician_is_written_down_first():
    diarizer = Diarizer(SUPPORT)
    assert diarizer.rank(_segment(1.0, PAUL)) < diarizer.rank(_segment(1.0, ZOE))
