"""The support call of contract X08: nine steps through the real server, over real sockets, with the real engines."""

from pathlib import Path

import pytest

from kitt_rtc.demo import TECHNICIAN_NUMBER
from kitt_rtc.model.facts import CallEnded, ContextRead, InsightGiven, LegJoined, PhoneStatusChanged, UtteranceHeard
from kitt_rtc.model.insight import InsightType
from kitt_rtc.model.speech import Role
from tests.support.server import serving

pytestmark = pytest.mark.engines

ARTICLE = "Camera Recordings Not Visible - Subscription Active"


async def test_X08_nine_steps_from_the_ring_to_the_statistics(tmp_path: Path) -> None:
    async with serving(tmp_path, language="en") as server:
        desk = server.desk
        await desk.filled()

        # 1 initiate
        order = {"phone_number": TECHNICIAN_NUMBER, "technician_id": "TECH042", "technician_name": "Paul Martin"}
        ordered = await desk.post("/twilio/initiate-call", order)
        call_id, sid = ordered["session_id"], ordered["call_sid"]
        assert ordered == {"success": True, "call_sid": sid, "session_id": call_id, "status": "initiated"}

        async with desk.following(call_id) as story:
            # 2 connect
            joined = await story.until(LegJoined)
            assert joined.transport == "twilio"
            assert joined.speaker is not None
            assert (joined.speaker.id, joined.speaker.role) == ("TECH042", Role.TECHNICIAN)
            assert [told.status for told in story.all(PhoneStatusChanged)] == ["initiated", "ringing", "in-progress"]
            status = await desk.get(f"/twilio/call-status/{sid}")
            assert (status["call_sid"], status["status"], status["simulated"]) == (sid, "in-progress", True)
            assert status["updated_at"] > 0

            # 3 listen, 4 transcribe
            complaint = (await story.until(UtteranceHeard)).utterance
            assert "camera" in complaint.text.lower()
            assert complaint.speaker == joined.speaker
            (leg,) = (await desk.get(f"/calls/{call_id}/state"))["legs"]
            assert (leg["health"], leg["lost_frames"], leg["dropped_frames"]) == ("hearing", 0, 0)

            # 5 analyse, 6 ask
            reading = await story.until(ContextRead)
            assert not reading.sufficient
            assert reading.reason
            question = await story.until(InsightGiven)
            assert question.insight.type is InsightType.CLARIFICATION_QUESTION
            assert question.insight.content.endswith("?")
            assert question.insight.because == (complaint.id,)

            # 7 answer: what the technician says to it
            details = (await story.until(UtteranceHeard, lambda heard: "recordings" in heard.utterance.text)).utterance
            assert "subscription" in details.text.lower()

            # 8 solve
            solved = await story.until(InsightGiven, lambda given: given.insight.type is InsightType.KNOWLEDGE_BASE)
            proof = solved.insight.passages[0]
            assert proof.title == ARTICLE
            assert proof.score >= 0.6
            assert solved.insight.quote in proof.text
            assert details.id in solved.insight.because
            assert any(reading.sufficient for reading in story.all(ContextRead))
            suggested = await desk.get(f"/demo/get-session-suggestions?session_id={call_id}&limit=10")
            pushed = [(given.insight.type.value, given.insight.content) for given in story.all(InsightGiven)]
            assert [(one["type"], one["content"]) for one in suggested["suggestions"]] == pushed
            ids = [given.insight.id for given in story.all(InsightGiven)]
            assert [one["id"] for one in suggested["suggestions"]] == ids

            # 9 end, with statistics
            await story.until(UtteranceHeard, lambda heard: "thank" in heard.utterance.text.lower())
            pair = {"call_sid": sid, "session_id": call_id}
            ended = await desk.post("/twilio/end-call", pair)
            await story.end()

        stats = ended["session_stats"]
        assert ended == {
            "success": True,
            "call_sid": sid,
            "status": "completed",
            "duration": ended["duration"],
            "session_stats": stats,
        }
        assert 20 < ended["duration"] < 60
        segments = len(story.all(UtteranceHeard))
        assert stats["total_segments"] == segments >= 3
        expected = {"segment_count": segments, "speaker_role": "technician", "role": "technician"}
        assert stats["speakers"]["TECH042"].items() >= expected.items()
        assert list(stats["speakers"]) == ["TECH042"]
        assert story.all(CallEnded)[0].reason == "hung_up"
        assert (await desk.get(f"/twilio/call-status/{sid}"))["status"] == "completed"
        assert await desk.post("/twilio/end-call", pair) == ended
        await desk.post("/twilio/end-call", {"call_sid": "CA" + "0" * 32, "session_id": call_id}, status=404)
