"""Who picked up, a person or a machine: told by the network while the call goes on, and what the coach makes of it."""

from collections.abc import Sequence

import pytest

from kitt_rtc.calls.phone_news import answerer
from kitt_rtc.engines.booth_caller import CallerScript
from kitt_rtc.model.facts import Entry, InsightGiven, LegLeft, PhoneStatusChanged, UtteranceHeard
from kitt_rtc.model.speech import Role
from tests.fakes.phone_house import NUMBER, SENTENCE, PhonePlan, open_phones, pause
from tests.support.until import until

MACHINE = "+33199000005"
LATE = pause(30.0) + SENTENCE
"""Speaks when the network has made out who it is."""
PLAN = PhonePlan(script=CallerScript(LATE, hang_up_when_done=True), options={"machine_detection": True})


def answerers(story: Sequence[Entry]) -> list[PhoneStatusChanged]:
    return [entry.fact for entry in story if isinstance(entry.fact, PhoneStatusChanged) and entry.fact.answered_by]


async def test_on_a_machine_the_coach_is_quiet():
    async with open_phones(PLAN) as house:
        told = await house.dial(phone_number=MACHINE, session_id="session_1")
        call = house.switchboard.find("session_1").call
        await until(lambda: answerers(call.journal.entries()))
        assert call.conversation.quiet_reason == "machine"
        whole = await house.over(told["session_id"])
        (first, *_) = answerers(whole)
        assert (first.answered_by, first.status, first.owns_call) == ("machine", "in-progress", True)
        assert first.speaker is not None
        assert first.speaker.role is Role.TECHNICIAN
        assert any(isinstance(entry.fact, UtteranceHeard) for entry in whole)
        assert not any(isinstance(entry.fact, InsightGiven) for entry in whole)


async def test_a_person_who_picks_up_changes_nothing():
    async with open_phones(PLAN) as house:
        told = await house.dial(phone_number=NUMBER, session_id="session_1")
        whole = await house.over(told["session_id"])
        assert {fact.answered_by for fact in answerers(whole)} == {"human"}
        assert any(isinstance(entry.fact, InsightGiven) for entry in whole)


async def test_where_it_is_not_asked_for_nobody_finds_out():
    async with open_phones(PhonePlan(script=PLAN.script)) as house:
        told = await house.dial(phone_number=MACHINE, session_id="session_1")
        whole = await house.over(told["session_id"])
        assert not answerers(whole)
        assert any(isinstance(entry.fact, LegLeft) for entry in whole)


async def test_only_the_network_tells_and_only_the_first_time_counts():
    async with open_phones(PLAN) as house:
        told = await house.dial(session_id="session_1")
        form = {"CallSid": told["call_sid"], "AnsweredBy": "fax"}
        refused = await house.client.post("/twilio/answered-by", data=form)
        assert refused.status == 403
        for who in ("fax", "human", "levitating"):
            assert (await house.signed("/twilio/answered-by", form | {"AnsweredBy": who})).status == 204
        assert (await house.signed("/twilio/answered-by", form | {"CallSid": "CA9"})).status == 204
        assert {fact.answered_by for fact in answerers(await house.switchboard.story("session_1"))} == {"fax"}


@pytest.mark.parametrize(
    ("told", "known"),
    [
        ("human", "human"),
        ("machine_start", "machine"),
        ("machine_end_beep", "machine"),
        ("machine_end_silence", "machine"),
        ("machine_end_other", "machine"),
        ("fax", "fax"),
        ("unknown", "unknown"),
        ("", ""),
        ("levitating", ""),
    ],
)
def test_the_networks_words_for_who_picked_up(told: str, known: str):
    assert answerer(told) == known
