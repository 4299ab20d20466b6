"""Calls whose ears, mind and voice are a server's that speaks OpenAI's API; and what a call does when it breaks."""

from pathlib import Path

import pytest

from kitt_rtc import samples
from kitt_rtc.engines.booth_call import Pace
from kitt_rtc.engines.booth_caller import WIRE_RATE, CallerScript
from kitt_rtc.engines.phonebooth import BoothOptions, PhoneBooth
from kitt_rtc.media.files import read_sound
from kitt_rtc.model.audio import RATE, SAMPLE_BYTES
from kitt_rtc.model.facts import InsightGiven, SegmentSkipped, Trouble, TroubleOver, UtteranceHeard
from kitt_rtc.model.insight import InsightType
from kitt_rtc.transports.webrtc.caller import Caller
from tests.fakes.openai_server import OpenAIServer
from tests.sounds.made import loudest_hertz, silence
from tests.support.desk import Desk
from tests.support.server import serving

pytestmark = [
    pytest.mark.engines,
    # aiohttp's own multipart reader calls it where a boundary is cut in two (3.14.5, multipart.py line 451).
    pytest.mark.filterwarnings("ignore:unread_data:DeprecationWarning"),
]

QUICK = Pace(tick_seconds=0.005, ring_seconds=0.1)
"""Four times as fast as life: these ears write by the book, whatever they hear."""
SECRET = "a-secret-of-the-network"
TECHNICIAN = read_sound(samples.CALLS / "support" / "technician.ogg")
SAID = [
    "Bonjour, ma caméra a un problème.",
    "L'abonnement est actif, la caméra est en ligne et je vois le direct, mais les enregistrements ne sont pas "
    "visibles dans la chronologie depuis hier.",
    "Merci, les enregistrements sont de nouveau visibles. Au revoir.",
]
QUESTION = "Quel voyant voyez-vous sur la caméra ?"
QUOTE = "Check that the status is Active and that this camera is in the list of covered cameras"
ANSWER = "Dans Argus View, ouvrez Compte, puis Abonnements, et vérifiez que la caméra est couverte."

SENTENCE = TECHNICIAN[round(1.4 * RATE) * SAMPLE_BYTES : round(2.6 * RATE) * SAMPLE_BYTES] + silence(0.6)
BROKEN = {
    "rate_limit": Trouble("scribe", "engine_unavailable", "the server answered with status 429"),
    "server_error": Trouble("scribe", "engine_unavailable", "the server answered with status 500"),
    "garbage": Trouble("scribe", "engine_refused", "the server answered out of form"),
}
"""Ways to break, and what the page is told."""


def thinking(server: OpenAIServer) -> None:
    server.answer("FaultForm", {"entities": ["caméra"], "issue": ""})
    server.answer("QuestionForm", {"question": QUESTION})
    server.answer("QueryForm", {"query": "camera recordings not visible subscription active"})
    server.answer("AnswerForm", {"found": True, "passage": 1, "answer": ANSWER, "quote": QUOTE})
    server.answer("SameForm", {"same": False, "reason": "autre sujet"})


async def test_a_french_call_is_heard_thought_about_and_spoken_to(tmp_path: Path) -> None:
    async with OpenAIServer() as server:
        server.transcripts = [*SAID, ""]
        server.embedding_size = 1_536
        thinking(server)
        options = BoothOptions(auth_token=SECRET, pace=QUICK)
        async with (
            serving(
                tmp_path, openai_base_url=server.base_url, twilio_auth_token=SECRET, speak_to_technician=True,
                min_insight_interval=0,
            ) as house,
            PhoneBooth(options) as booth,
        ):  # fmt: skip
            desk = house.desk
            await desk.filled()
            standing = await desk.engines()
            assert {port: standing[port]["readiness"] for port in ("transcriber", "model", "embedder", "voice")} == {
                "transcriber": "ready", "model": "ready", "embedder": "ready", "voice": "ready",
            }  # fmt: skip
            started = await desk.post("/calls/start", {"playbook": "support"})
            assert (started["language"], started["warnings"]) == ("fr", [])
            call_id = started["session_id"]
            async with desk.following(call_id) as story:
                line = booth.call_in(f"{house.address}/twilio/voice?session_id={call_id}", CallerScript(TECHNICIAN))
                await story.until(UtteranceHeard, lambda heard: "Au revoir" in heard.utterance.text)
                await desk.post(f"/calls/{call_id}/end")
                await story.end()
                await line.over.wait()

            assert [heard.utterance.text for heard in story.all(UtteranceHeard)] == SAID
            assert {heard.utterance.language for heard in story.all(UtteranceHeard)} == {"fr"}
            question, answer = [given.insight for given in story.all(InsightGiven)]
            assert (question.type, question.content) == (InsightType.CLARIFICATION_QUESTION, QUESTION)
            assert (answer.type, answer.content, answer.quote) == (InsightType.KNOWLEDGE_BASE, ANSWER, QUOTE)
            assert answer.passages[0].title == "Camera Recordings Not Visible - Subscription Active"
            assert QUOTE in answer.passages[0].text
            assert story.all(Trouble) == []
            assert [spoken.body["input"] for spoken in server.asked("/audio/speech")] == [QUESTION, ANSWER]
            # Heard four times as fast as it is spoken, with holes between the frames: near the tone, not on it.
            assert loudest_hertz(line.caller.heard, rate=WIRE_RATE) == pytest.approx(440, abs=25)
            asked = server.asked("/audio/transcriptions")
            assert {tuple(upload.body.get("languages", ["fr"])) for upload in asked} <= {("fr", "en"), ("fr",)}
            assert asked[1].wav_seconds > 7


async def test_a_server_that_breaks_is_told_and_the_next_sentence_is_heard(tmp_path: Path) -> None:
    """Every stretch of speech is either written down or told to be lost; none waits behind another."""
    async with (
        OpenAIServer() as server,
        serving(tmp_path, openai_base_url=server.base_url, engine_embedder="lexicon", engine_voice="none") as house,
        Caller() as technician,
    ):
        thinking(server)
        desk = house.desk
        call_id = (await desk.post("/calls/start", {"playbook": "support", "language": "fr"}))["session_id"]
        async with desk.following(call_id) as story:

            async def is_heard(words: str) -> None:
                server.heal()
                server.transcripts = [words]
                await technician.play(SENTENCE)
                await story.until(UtteranceHeard, lambda heard: heard.utterance.text == words)

            await join(desk, call_id, technician)
            server.fail_next("hang", path="transcriptions")
            await technician.play(SENTENCE)
            await server.until_asked()
            await is_heard("Pendant que le serveur se tait.")
            for number, (fault, told) in enumerate(BROKEN.items(), start=1):
                server.fail_next(fault, times=2, path="transcriptions")
                await technician.play(SENTENCE)
                await story.until(Trouble, lambda trouble, told=told: trouble == told)
                await is_heard(f"Phrase numéro {number}.")
            await story.until(UtteranceHeard, lambda _: len(story.all(UtteranceHeard)) == len(BROKEN) + 2)
            await story.until(TroubleOver, lambda over: over.code == "stalled")
            state = await desk.get(f"/calls/{call_id}/state")
        assert [trouble for trouble in story.all(Trouble) if trouble.code != "stalled"] == list(BROKEN.values())
        assert {(over.stage, over.code) for over in story.all(TroubleOver)} == {
            (trouble.stage, trouble.code) for trouble in story.all(Trouble)
        }
        assert state["counters"]["skipped"] == {"failed": len(BROKEN)}
        assert state["counters"]["utterances"] == len(BROKEN) + 2


async def test_N12_a_server_that_is_away_is_told_while_the_embedded_engine_writes_in_its_place(tmp_path: Path) -> None:
    async with (
        OpenAIServer() as server,
        serving(tmp_path, openai_base_url=server.base_url, engine_embedder="lexicon", engine_voice="none") as house,
        Caller() as technician,
    ):
        desk = house.desk
        call_id = (await desk.post("/calls/start", {"playbook": "support", "language": "en"}))["session_id"]
        async with desk.following(call_id) as story:
            await join(desk, call_id, technician)
            server.fail_next("server_error", times=99, path="transcriptions")
            await technician.play(SENTENCE)
            assert (await story.until(UtteranceHeard)).utterance.text
            told = await story.until(Trouble, lambda trouble: trouble.stage == "scribe")
            assert told.code == "fallback"
            assert "Moonshine" in told.detail
            standing = (await desk.engines())["transcriber"]
            assert (standing["readiness"], "Moonshine (embedded) writes" in standing["limits"]) == ("limited", True)
            server.heal()
            server.transcripts = ["Back again."]
            await technician.play(SENTENCE)
            await story.until(UtteranceHeard, lambda heard: heard.utterance.text == "Back again.")
            await story.until(TroubleOver, lambda over: over.code == "fallback")
            assert (await desk.engines())["transcriber"]["readiness"] == "ready"
        assert story.all(SegmentSkipped) == []
        assert [trouble.code for trouble in story.all(Trouble)].count("fallback") == 1


async def test_a_mind_that_breaks_leaves_the_advice_to_the_rules_and_is_told(tmp_path: Path) -> None:
    async with (
        OpenAIServer() as server,
        serving(tmp_path, openai_base_url=server.base_url, engine_embedder="lexicon", engine_voice="none") as house,
        Caller() as technician,
    ):
        desk = house.desk
        call_id = (await desk.post("/calls/start", {"playbook": "support", "language": "fr"}))["session_id"]
        server.transcripts = [SAID[0]]
        server.fail_next("garbage", times=10, path="completions")
        async with desk.following(call_id) as story:
            await join(desk, call_id, technician)
            await technician.play(SENTENCE)
            card = (await story.until(InsightGiven)).insight
            trouble = await story.until(Trouble, lambda trouble: trouble.stage == "model")
        assert (card.type, card.written_by) == (InsightType.CLARIFICATION_QUESTION, "rules")
        assert (trouble.stage, trouble.code) == ("model", "engine_refused")


async def join(desk: Desk, call_id: str, technician: Caller) -> None:
    async def exchange(sdp: str) -> str:
        offer = {"session_id": call_id, "role": "technician", "speaker": "Paul", "sdp": sdp, "type": "offer"}
        return str((await desk.post("/rtc/offer", offer))["sdp"])

    await technician.call(exchange)
