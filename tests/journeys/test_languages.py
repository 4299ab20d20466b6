"""A technician who changes language, over the real doors, with a hosted ear that says what it heard."""

from pathlib import Path

import pytest

from kitt_rtc import samples
from kitt_rtc.media.files import read_sound
from kitt_rtc.model.audio import RATE, SAMPLE_BYTES
from kitt_rtc.model.facts import LanguageSwitched, UtteranceHeard
from kitt_rtc.transports.webrtc.caller import Caller
from tests.fakes.openai_server import OpenAIServer
from tests.sounds.made import silence
from tests.support.server import serving

pytestmark = [
    pytest.mark.engines,
    pytest.mark.filterwarnings("ignore:unread_data:DeprecationWarning"),  # aiohttp's own; see test_hosted_call.py
]

TECHNICIAN = read_sound(samples.CALLS / "support" / "technician.ogg")
SENTENCE = TECHNICIAN[round(1.4 * RATE) * SAMPLE_BYTES : round(3.4 * RATE) * SAMPLE_BYTES] + silence(0.8)
"""Two seconds of somebody's voice: this ear hears by the book."""
SAID = [
    ("The recorder is in the cupboard by the door.", "en"),
    ("Depuis hier elle n'enregistre plus rien.", "fr"),  # once is not enough
    ("But I can see the live picture on it.", "en"),
    ("Je vois le direct mais pas les vidéos.", "fr"),
    ("Et le voyant est orange depuis ce matin.", "fr"),
    ("There is a red light on the front of it.", "en"),
    ("It was there when we came in this morning.", "en"),
]


async def test_R02_a_technician_switches_to_french_and_back_on_repeated_evidence_only(tmp_path: Path) -> None:
    async with (
        OpenAIServer() as server,
        serving(
            tmp_path, openai_base_url=server.base_url, engine_model="none", engine_embedder="lexicon",
            engine_voice="none", hint_terms="Argus View, Hall Cam",
        ) as house,
        Caller() as technician,
    ):  # fmt: skip
        desk = house.desk
        started = await desk.post("/calls/start", {"playbook": "support", "languages": ["en", "fr"]})
        call_id = started["session_id"]
        async with desk.following(call_id) as story:

            async def exchange(sdp: str) -> str:
                who = {"session_id": call_id, "role": "technician", "speaker": "Paul"}
                return str((await desk.post("/rtc/offer", who | {"sdp": sdp, "type": "offer"}))["sdp"])

            await technician.call(exchange)
            for text, language in SAID:
                server.transcripts, server.spoken = [text], [language]
                await technician.play(SENTENCE)
                await story.until(UtteranceHeard, lambda heard, text=text: heard.utterance.text == text)
            await story.until(LanguageSwitched, lambda switch: switch.language == "en")
            state = await desk.get(f"/calls/{call_id}/state")

        assert (started["language"], started["languages"]) == ("en", ["en", "fr"])
        switches = [(one.before, one.language, one.reason) for one in story.all(LanguageSwitched)]
        assert switches == [("en", "fr", "repeated"), ("fr", "en", "repeated")]
        assert [heard.utterance.language for heard in story.all(UtteranceHeard)] == [said[1] for said in SAID]
        assert state["spoken_languages"] == {"Paul": "en"}
        asked = server.asked("/audio/transcriptions")
        assert [upload.body["languages"][0] for upload in asked] == ["en"] * 5 + ["fr"] * 2
        assert all(sorted(upload.body["languages"]) == ["en", "fr"] for upload in asked)
        assert all({"Paul", "Argus View", "NVR"} <= set(upload.body["keywords"]) for upload in asked)
        assert all(len(upload.body["keywords"]) <= 10 for upload in asked)
        assert all(text not in asked[2].body["prompt"] for text, language in SAID if language == "fr")
