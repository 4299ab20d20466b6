"""`/calls/{session_id}/recording`, through the doors, with real files behind them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from kitt_rtc.api.guard import GuardOptions
from kitt_rtc.calls.conductor import ConductorOptions
from kitt_rtc.calls.switchboard import SwitchboardOptions
from kitt_rtc.engines.recordings import RecordingFiles, RecordingOptions
from kitt_rtc.journal import Journal
from kitt_rtc.model.facts import Entry, RecordingChanged, Trouble, UtteranceHeard
from kitt_rtc.model.speech import Role
from tests.fakes.doors import House, Plan, open_house
from tests.fakes.leg import HandLeg
from tests.sounds.made import silence, tone
from tests.support.listened import heard, hertz, listened
from tests.support.until import until

STEPS = (
    "pause off", "start on", "start on", "pause paused", "pause paused", "resume on", "stop off", "stop off",
    "start on",
)  # fmt: skip
"""What is done, and the state after it."""
ALWAYS = SwitchboardOptions(conductor=ConductorOptions(record_calls=True))


@asynccontextmanager
async def recording_house(folder: Path, **given: Any) -> AsyncIterator[House]:
    files = RecordingFiles(RecordingOptions(folder / "recordings"))
    try:
        async with open_house(Plan(recordings=files, **given)) as house:
            yield house
    finally:
        await files.close()


async def act(house: House, action: str, call_id: str = "c") -> tuple[int, Any]:
    answer = await house.client.post(f"/calls/{call_id}/recording", json={"action": action})
    told = await answer.json()
    return answer.status, told.get("state") or told["error"]["code"]


async def up_to(journal: Journal, kinds: set[type]) -> AsyncIterator[Entry]:
    """The story until each of these has happened."""
    async for entry in journal.follow():
        yield entry
        kinds = kinds - {type(entry.fact)}
        if not kinds:
            return


async def state(house: House) -> str:
    return (await (await house.client.get("/calls/c/state")).json())["recording"]


async def written(house: House, seconds: float = 3.0) -> bytes:
    """A call of so many recorded seconds; its file."""
    await house.start(session_id="c")
    recordings = house.doors.recordings
    assert recordings is not None
    tape = await recordings.open("c", fresh=True)
    await tape.write(tone(2 * seconds), frame=0)
    path = recordings.find("c")
    assert path is not None
    return await asyncio.to_thread(path.read_bytes)


async def test_a_recording_is_begun_paused_resumed_and_stopped_and_the_state_says_so(tmp_path: Path):
    async with recording_house(tmp_path) as house:
        await house.start(session_id="c")
        assert await state(house) == "off"
        for step in STEPS:
            action, now = step.split()
            assert await act(house, action) == (200, now)
            assert await state(house) == now
        facts = [entry.fact for entry in await house.switchboard.story("c")]
    changes = [fact.state for fact in facts if isinstance(fact, RecordingChanged)]
    assert changes == ["started", "paused", "resumed", "stopped", "started"]


async def test_after_the_end_nothing_is_recorded_any_more(tmp_path: Path):
    async with recording_house(tmp_path) as house:
        await house.start(session_id="c")
        await act(house, "start")
        await house.client.post("/calls/c/end")
        assert await state(house) == "off"
        assert await act(house, "start") == (409, "call_over")
        assert await act(house, "start", "nobody") == (404, "call_not_found")


async def test_every_call_is_recorded_where_the_house_says_so(tmp_path: Path):
    async with recording_house(tmp_path, switchboard=ALWAYS) as house:
        await house.start(session_id="c")
        assert await state(house) == "on"
        await house.client.post("/calls/c/end")
        answer = await house.client.get("/calls/c/recording")
        assert answer.status == 200


async def test_a_call_is_not_recorded_unless_somebody_says_so(tmp_path: Path):
    async with recording_house(tmp_path) as house:
        await house.start(session_id="c")
        await house.client.post("/calls/c/end")
        answer = await house.client.get("/calls/c/recording")
        assert (answer.status, (await answer.json())["error"]["code"]) == (404, "recording_not_found")
        assert not (tmp_path / "recordings").exists()


async def test_what_was_said_is_in_the_file_that_the_door_gives(tmp_path: Path):
    async with recording_house(tmp_path) as house:
        await house.start(session_id="c")
        await act(house, "start")
        conductor = house.switchboard.find("c")
        clock = conductor.call.clock
        rep, customer = (HandLeg(clock, role, leg_id=role.value) for role in (Role.REP, Role.CUSTOMER))
        for leg in (rep, customer):
            conductor.invite(leg)
        tap = rep.microphone.tap()
        rep.say(tone(1.0, hertz=500))
        customer.say(tone(1.0, hertz=900))
        began = (await anext(aiter(tap))).at
        await until(lambda: clock() > began + 1.05)
        await house.client.post("/calls/c/end")
        answer = await house.client.get("/calls/c/recording")
        (tmp_path / "fetched.ogg").write_bytes(await answer.read())
    assert answer.headers["Content-Type"] == "audio/ogg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    sound = listened(tmp_path / "fetched.ogg")
    for side, pitch in ((0, 500), (1, 900)):
        ((begin, end),) = heard(sound[side], 0.0, began + 1.2)
        assert (begin, end) == (pytest.approx(began, abs=0.02), pytest.approx(began + 1.0, abs=0.02))
        assert hertz(sound[side], began + 0.1, began + 0.9) == pytest.approx(pitch, abs=2)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("bytes=0-99", 0, 99), ("bytes=100-", 100, None), ("bytes=-50", -50, None), ("bytes=10-999999999", 10, None)],
)
async def test_a_part_of_the_file_is_given_to_whoever_asks_for_it(
    tmp_path: Path, asked: str, first: int, last: int | None
):
    async with recording_house(tmp_path) as house:
        whole = await written(house)
        answer = await house.client.get("/calls/c/recording", headers={"Range": asked})
        part = whole[first:] if last is None else whole[first : last + 1]
        begin = first % len(whole)
        assert answer.status == 206
        assert await answer.read() == part
        assert answer.headers["Content-Range"] == f"bytes {begin}-{begin + len(part) - 1}/{len(whole)}"
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert answer.headers["Content-Type"] == "audio/ogg"


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=5-2", "lines=1-2"])
async def test_a_part_that_is_not_there_is_a_416(tmp_path: Path, asked: str):
    async with recording_house(tmp_path) as house:
        whole = await written(house)
        answer = await house.client.get("/calls/c/recording", headers={"Range": asked})
        assert answer.status == 416
        assert answer.headers["Content-Range"] == f"bytes */{len(whole)}"


async def test_a_live_calls_file_is_given_as_far_as_it_is_written(tmp_path: Path):
    async with recording_house(tmp_path) as house:
        whole = await written(house)
        answer = await house.client.get("/calls/c/recording")
        assert (answer.status, await answer.read()) == (200, whole)
        assert house.switchboard.live()


async def test_a_recording_is_for_those_of_its_call(tmp_path: Path):
    key = {"Authorization": "Bearer a-key-for-servers"}
    async with recording_house(tmp_path, guard=GuardOptions("a-key-for-servers")) as house:
        for call_id in ("c", "other"):
            answer = await house.client.post("/calls/start", json={"session_id": call_id}, headers=key)
            token = (await answer.json())["token"]
        for method, body in (("GET", None), ("POST", {"action": "start"})):
            answer = await house.client.request(method, "/calls/c/recording", json=body)
            assert answer.status == 401
            others = {"Authorization": f"Bearer {token}"}
            answer = await house.client.request(method, "/calls/c/recording", json=body, headers=others)
            assert answer.status in {403, 404}
        assert house.switchboard.find("c").recorder.state == "off"


async def test_a_house_that_cannot_record_says_so(tmp_path: Path):
    async with open_house() as house:
        await house.start(session_id="c")
        assert await act(house, "start") == (503, "engine_unavailable")


async def test_a_folder_that_cannot_be_written_is_told_and_the_call_goes_on(tmp_path: Path):
    (tmp_path / "recordings").write_text("in the way")
    async with recording_house(tmp_path) as house:
        await house.start(session_id="c")
        assert await act(house, "start") == (200, "on")
        conductor = house.switchboard.find("c")
        conductor.invite(leg := HandLeg(conductor.call.clock))
        leg.say(tone(1.0) + silence(1.0))
        seen = [type(entry.fact) async for entry in up_to(conductor.call.journal, {Trouble, UtteranceHeard})]
        await house.client.post("/calls/c/end")
        answer = await house.client.get("/calls/c/recording")
    assert {Trouble, UtteranceHeard} <= set(seen)
    assert answer.status == 404
