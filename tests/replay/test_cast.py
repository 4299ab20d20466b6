"""The crew of a replay reads by meaning what words do not tell, unless it is told not to."""

import pytest

from kitt_rtc.model.facts import ContextRead
from kitt_rtc.model.speech import Role
from kitt_rtc.replay.cast import CastOptions, learnt_cast
from tests.fakes.thinking import heard, says

DELIGHT = "Your engineers have been an absolute delight to work with."


@pytest.mark.engines
@pytest.mark.parametrize(("by_meaning", "mood"), [(True, "pleased"), (False, "calm")])
async def test_R10_a_replay_hears_moods_by_meaning_as_the_house_does(by_meaning: bool, mood: str):
    crew = await learnt_cast(CastOptions(by_meaning=by_meaning))
    read = await crew.playbook.read(heard(says(Role.CUSTOMER, DELIGHT)))
    assert isinstance(read, ContextRead)
    assert read.tone.mood == mood
