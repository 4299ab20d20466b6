"""One call is erased at its door: its story, its sound, its tape, and what it would have taught the house."""

import logging
from pathlib import Path

import pytest

from kitt_rtc.model.facts import CaseSettled, GapFound
from kitt_rtc.model.speech import Role
from tests.fakes.facts import said
from tests.fakes.whole_house import WholeHouse, open_whole_house, settings

WORDS = "The image of the camera turns violet at night"


async def _lived(whole: WholeHouse, call_id: str) -> None:
    """A call that was recorded and taped, asked what nobody knew, and ended well."""
    await whole.start(session_id=call_id, playbook="support")
    call = whole.house.switchboard.find(call_id).call
    recordings, tapes = whole.house.toolbox.recordings, whole.house.toolbox.tapes
    assert recordings is not None
    assert tapes is not None
    await recordings.open(call_id, fresh=True)
    await tapes.open(call_id)
    call.record(said(f"{WORDS}.", number=1))
    call.record(GapFound(f"{WORDS}, {call_id}", "en", "nothing", because=("utt1",)))
    call.record(said("Unplug the infrared filter.", number=2, role=Role.SUPPORT_AGENT))
    call.record(CaseSettled(True, "agent-1", because=("utt1",)))


async def _end(whole: WholeHouse, call_id: str) -> None:
    async with whole.client.post(f"/calls/{call_id}/end") as answer:
        assert answer.status == 200, await answer.text()


async def _listed(whole: WholeHouse, path: str, name: str) -> list[dict[str, object]]:
    async with whole.client.get(path) as answer:
        told = await answer.json()
    assert told["total"] == len(told[name])
    return list(told[name])


def _kept(folder: Path) -> list[Path]:
    """Files that are a call's sound or tape, or hold its words."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    sound = {path for path in files if path.suffix == ".ogg" or path.name == "records.tape"}
    return [path for path in files if path in sound or b"violet" in path.read_bytes()]


async def test_N10_an_erased_call_leaves_no_word_in_any_file(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "kitt_rtc")
    async with open_whole_house(settings(tmp_path, kitt_tape=True)) as whole:
        await _lived(whole, "one")
        await _end(whole, "one")
        assert _kept(tmp_path)
        assert len(await _listed(whole, "/knowledge/gaps", "gaps")) == 1
        assert len(await _listed(whole, "/knowledge/proposals", "proposals")) == 1
        async with whole.client.delete("/calls/one") as answer:
            assert answer.status == 204, await answer.text()
        for path, name in (("/calls", "calls"), ("/knowledge/gaps", "gaps"), ("/knowledge/proposals", "proposals")):
            assert await _listed(whole, path, name) == []
        for door in ("/calls/one", "/calls/one/recording", "/calls/one/transcript"):
            async with whole.client.get(door) as answer:
                assert answer.status == 404
        async with whole.client.delete("/calls/one") as answer:
            assert (answer.status, (await answer.json())["error"]["code"]) == (404, "call_not_found")
        assert _kept(tmp_path) == []
    (line,) = [told for told in caplog.records if told.getMessage() == "a call was erased"]
    assert line.__dict__["call"] == "one"
    assert "violet" not in caplog.text


async def test_N10_a_call_that_is_live_is_not_erased(tmp_path: Path) -> None:
    async with open_whole_house(settings(tmp_path)) as whole:
        await whole.start(session_id="one", playbook="support")
        async with whole.client.delete("/calls/one") as answer:
            error = (await answer.json())["error"]
        assert (answer.status, error["code"]) == (409, "call_live")
        assert "end it first" in error["message"]
        async with whole.client.get("/calls/one") as answer:
            assert answer.status == 200


async def test_N10_only_the_operator_erases(tmp_path: Path) -> None:
    async with open_whole_house(settings(tmp_path, kitt_api_key="the-house-key-0123456789")) as whole:
        house = {"Authorization": "Bearer the-house-key-0123456789"}
        async with whole.client.post("/calls/start", json={"session_id": "one"}, headers=house) as answer:
            token = (await answer.json())["token"]
        async with whole.client.delete("/calls/one", headers={"Authorization": f"Bearer {token}"}) as answer:
            assert answer.status == 403
