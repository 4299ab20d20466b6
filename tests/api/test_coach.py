"""The coach's snooze at its door."""

import pytest

from kitt_rtc.model.facts import CoachSnoozed
from tests.fakes.doors import open_house


async def test_N3_a_call_is_snoozed_and_woken_at_its_door() -> None:
    async with open_house() as house:
        async with house.client.post("/calls/start", json={"session_id": "one"}) as answer:
            assert answer.status == 200
        async with house.client.post("/calls/one/snooze", json={"seconds": 300, "by": "REP001"}) as answer:
            told = await answer.json()
            assert (answer.status, told["success"], round(told["seconds"])) == (200, True, 300)
        async with house.client.post("/calls/one/snooze", json={"seconds": 0}) as answer:
            assert (await answer.json())["seconds"] == 0.0
        entries = house.switchboard.find("one").call.journal.entries()
        assert [entry.fact.by for entry in entries if isinstance(entry.fact, CoachSnoozed)] == ["REP001", ""]


@pytest.mark.parametrize("seconds", [-1, 3601, 1.5, "300", True, None])
async def test_what_is_no_such_time_is_named(seconds: object) -> None:
    async with open_house() as house:
        async with house.client.post("/calls/start", json={"session_id": "one"}):
            pass
        async with house.client.post("/calls/one/snooze", json={"seconds": seconds}) as answer:
            told = await answer.json()
            assert answer.status == 422
            assert told["error"]["fields"][0]["field"] == "seconds"
