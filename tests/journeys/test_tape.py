"""Spoken calls on the embedded engines, taped, and lived again by the command as people type it."""

import asyncio
import re
import signal
from pathlib import Path

import pytest

from kitt_rtc import samples
from kitt_rtc.engines.booth_call import Pace
from kitt_rtc.engines.booth_caller import CallerScript
from kitt_rtc.engines.phonebooth import BoothOptions, PhoneBooth
from kitt_rtc.media.files import read_sound
from kitt_rtc.model.facts import CallResumed, InsightGiven, UtteranceHeard
from kitt_rtc.replay.tape import read_tape
from tests.support.sales import sales_call
from tests.support.server import run, serving

pytestmark = pytest.mark.engines

SECRET = "a-secret-of-the-network"


async def test_N8_the_spoken_sales_call_is_lived_again_word_for_word(tmp_path: Path) -> None:
    call = await sales_call(tmp_path, kitt_tape=True)
    (folder,) = (tmp_path / "var" / "tapes").iterdir()
    said, given = len(call.story.all(UtteranceHeard)), len(call.story.all(InsightGiven))
    assert said >= 9
    for _ in range(2):
        again = await run(tmp_path, "replay", str(folder), seconds=120)
        assert again.code == 0, again.told
        assert f"{said} of {said} utterances the same" in again.out
        assert f"{given} the same, 0 new, 0 gone" in again.out

    heard = await run(tmp_path, "replay", str(folder), "--hear-again", seconds=240, language="en")
    same, of = map(int, re.search(r"(\d+) of (\d+) utterances the same", heard.out).groups())  # type: ignore[union-attr]
    assert same >= 0.8 * of, heard.out


async def test_N8_a_support_call_that_is_killed_is_read_to_its_last_record_and_taped_on(tmp_path: Path) -> None:
    technician = CallerScript(read_sound(samples.CALLS / "support" / "technician.ogg"))
    settings = {"twilio_auth_token": SECRET, "language": "en", "resume_seconds": 600, "kitt_tape": True}
    async with PhoneBooth(BoothOptions(auth_token=SECRET, pace=Pace(tick_seconds=0.005))) as booth:
        async with serving(tmp_path, **settings) as server:
            call_id = (await server.desk.post("/calls/start", {"playbook": "support"}))["session_id"]
            async with server.desk.following(call_id) as story:
                booth.call_in(f"{server.address}/twilio/voice?session_id={call_id}", technician)
                await story.until(InsightGiven)
                await asyncio.to_thread(_until_taped, tmp_path / "var" / "tapes" / call_id, InsightGiven)
                server.send(signal.SIGKILL)
                assert await server.gone() == -signal.SIGKILL
                await story.end()
        folder = tmp_path / "var" / "tapes" / call_id
        killed = read_tape(folder)
        assert killed.torn
        assert any(isinstance(entry.fact, InsightGiven) for entry in killed.story)
        again = await run(tmp_path, "replay", str(folder), seconds=120)
        assert "it breaks off" in again.out
        assert " 0 gone" in again.out, again.told

        async with serving(tmp_path, **settings) as server:
            await server.desk.post(f"/calls/{call_id}/end")
        whole = read_tape(folder)
        assert any(isinstance(entry.fact, CallResumed) for entry in whole.story)
        assert whole.voices[: len(killed.voices)] == killed.voices
        assert not whole.torn


def _until_taped(folder: Path, kind: type) -> None:
    while not any(isinstance(entry.fact, kind) for entry in read_tape(folder).story):
        pass
