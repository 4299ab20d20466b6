"""The process dies in the middle of a call: what was told was on the disk, and the next process says so."""

import signal
from pathlib import Path

import pytest

from kitt_rtc import samples
from kitt_rtc.engines.booth_call import Pace
from kitt_rtc.engines.booth_caller import CallerScript
from kitt_rtc.engines.phonebooth import BoothOptions, PhoneBooth
from kitt_rtc.media.files import read_sound
from kitt_rtc.model.facts import InsightGiven, UtteranceHeard
from kitt_rtc.wire import as_dict
from tests.support.server import serving

pytestmark = pytest.mark.engines

SECRET = "a-secret-of-the-network"


async def test_a_killed_server_finds_its_calls_again_with_every_word_it_told(tmp_path: Path) -> None:
    technician = CallerScript(read_sound(samples.CALLS / "support" / "technician.ogg"))
    settings = {"twilio_auth_token": SECRET, "language": "en", "resume_seconds": 0}
    async with PhoneBooth(BoothOptions(auth_token=SECRET, pace=Pace(tick_seconds=0.005))) as booth:
        async with serving(tmp_path, **settings) as server:
            call_id = (await server.desk.post("/calls/start", {"playbook": "support"}))["session_id"]
            async with server.desk.following(call_id) as story:
                booth.call_in(f"{server.address}/twilio/voice?session_id={call_id}", technician)
                await story.until(UtteranceHeard, lambda heard: "recordings" in heard.utterance.text)
                await story.until(InsightGiven)
                server.send(signal.SIGKILL)
                assert await server.gone() == -signal.SIGKILL
                await story.end()
        told = [as_dict(call_id, entry) for entry in story.entries]
        assert len(story.all(UtteranceHeard)) >= 2

        async with serving(tmp_path, **settings) as server:
            desk = server.desk
            listed = await desk.get("/calls")
            assert [(row["session_id"], row["status"], row["reason"]) for row in listed["calls"]] == [
                (call_id, "ended", "interrupted")
            ]
            facts = (await desk.get(f"/calls/{call_id}"))["facts"]
            assert facts[: len(told)] == told
            assert [fact["seq"] for fact in facts] == list(range(1, len(facts) + 1))
            assert facts[-1]["type"] == "call_ended"
            assert facts[-1]["data"]["reason"] == "interrupted"
            words = [message["text"] for message in (await desk.get(f"/calls/{call_id}/transcript"))["messages"]]
            assert words[: len(story.all(UtteranceHeard))] == [one.utterance.text for one in story.all(UtteranceHeard)]
            assert (await desk.get("/calls?search=recordings"))["total"] == 1
            async with desk.following(call_id) as again:
                await again.end()
            assert [as_dict(call_id, entry) for entry in again.entries] == facts
            assert (await desk.get("/health"))["live_calls"] == 0
            assert "call was interrupted" in server.log
