"""A call in a language that nobody here can write down: told before the call, and nothing is made up in it."""

import asyncio
from pathlib import Path

import pytest

from kitt_rtc.engines.booth_call import Pace
from kitt_rtc.engines.booth_caller import CallerScript
from kitt_rtc.engines.phonebooth import BoothOptions, PhoneBooth
from kitt_rtc.model.facts import CallStarted, ContextRead, InsightGiven, SegmentSkipped, UtteranceHeard
from tests.sounds.made import silence
from tests.sounds.spoken import spoken
from tests.support.server import serving

pytestmark = pytest.mark.engines

SECRET = "a-secret-of-the-network"
COMPLAINT = "Bonjour. Ma caméra ne fonctionne plus depuis hier. Les enregistrements ne sont pas visibles."


async def test_a_french_call_with_english_ears_says_so_before_and_invents_nothing(tmp_path: Path) -> None:
    speech = silence(0.5) + spoken(COMPLAINT, voice="fr")
    booth_options = BoothOptions(auth_token=SECRET, pace=Pace(tick_seconds=0.005))
    async with (
        serving(tmp_path, twilio_auth_token=SECRET) as server,
        PhoneBooth(booth_options) as booth,
    ):
        desk = server.desk
        ears = (await desk.engines())["transcriber"]
        assert ears["readiness"] == "limited"
        assert "English only" in ears["limits"]

        unsaid = await desk.post("/calls/start")  # in the first language that is heard
        assert (unsaid["language"], unsaid["warnings"]) == ("en", [])
        started = await desk.post("/calls/start", {"playbook": "support", "language": "fr"})
        call_id = started["session_id"]
        assert (started["language"], started["warnings"]) == ("fr", ["no_engine"])
        (trouble,) = started["troubles"]
        assert "fr" in trouble["detail"]
        assert "OPENAI_API_KEY" in trouble["detail"]

        async with desk.following(call_id) as story:
            line = booth.call_in(
                f"{server.address}/twilio/voice?session_id={call_id}", CallerScript(speech, hang_up_when_done=True)
            )
            async with asyncio.timeout(30):
                await line.over.wait()
            await desk.post(f"/calls/{call_id}/end")
            await story.end()
        skipped = story.all(SegmentSkipped)
        assert {one.reason for one in skipped} == {"no_engine"}
        assert sum(one.seconds for one in skipped) > 2
        for kind in (UtteranceHeard, ContextRead, InsightGiven):
            assert story.all(kind) == []
        assert story.all(CallStarted)[0].warnings == ("no_engine",)
        assert (await desk.get(f"/calls/{call_id}/transcript"))["messages"] == []
        assert (await desk.get(f"/demo/get-session-suggestions?session_id={call_id}"))["suggestions"] == []
        state = await desk.get(f"/calls/{call_id}/state")
        assert state["counters"]["skipped"] == {"no_engine": len(skipped)}
        assert state["warnings"] == ["no_engine"]
