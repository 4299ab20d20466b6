"""A French call by telephone on this machine alone: a technician is heard by Whisper's weights, asked and answered
aloud by the house's French voice, and what came out of their earpiece is written down again by the same weights.
"""

from dataclasses import dataclass

import pytest
import pytest_asyncio

from kitt_rtc.demo import TECHNICIAN_NUMBER
from kitt_rtc.engines.booth_caller import WIRE_RATE, CallerScript, Turn
from kitt_rtc.engines.phonebooth import BoothOptions, PhoneBooth
from kitt_rtc.media.resample import Resampler
from kitt_rtc.model.audio import RATE, SAMPLE_BYTES
from kitt_rtc.model.facts import CaseSettled, InsightGiven, ReplySpoken, SegmentSkipped, Trouble, UtteranceHeard
from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.model.words import fold
from tests.sounds.made import silence
from tests.sounds.spoken import spoken
from tests.support.desk import Story
from tests.support.french import WEIGHTS, french_ear, heard_here
from tests.support.sales import as_network
from tests.support.server import free_port, serving

pytestmark = [pytest.mark.engines, heard_here]

PATIENCE = 60.0
"""Seconds for what is spoken in real time, on a busy machine."""
COMPLAINT = "Bonjour, ma caméra a un problème."
DETAILS = "L'abonnement est actif et la caméra est en ligne, mais les enregistrements ne sont plus visibles."
THANKS = "Parfait, tout fonctionne, merci beaucoup."
ARTICLE = "Camera Recordings Not Visible - Subscription Active"


def french(text: str) -> bytes:
    return spoken(text, voice="fr-FR")


SCRIPT = CallerScript(
    silence(1.0) + french(COMPLAINT),
    turns=(Turn(french(DETAILS), quiet=1.5), Turn(french(THANKS), heard=2.0, quiet=0.0)),
)
"""Says the last while the answer is still read aloud: it works, and nobody need hear the rest."""


@dataclass(frozen=True)
class Call:
    story: Story
    heard: bytes
    """What came out of the technician's earpiece, at the wire's rate."""
    state: dict[str, object]

    @property
    def cards(self) -> list[Insight]:
        return [given.insight for given in self.story.all(InsightGiven)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def call(tmp_path_factory: pytest.TempPathFactory) -> Call:
    folder, port = tmp_path_factory.mktemp("french"), free_port()
    async with (
        PhoneBooth(BoothOptions(script=SCRIPT)) as booth,
        serving(
            folder, port=port, language="fr", spoken_dialogue=True, whisper_folder=WEIGHTS, **as_network(booth, port)
        ) as server,
    ):
        desk = server.desk
        await desk.filled()
        order = {"phone_number": TECHNICIAN_NUMBER, "technician_id": "TECH042", "technician_name": "Paul Martin"}
        ordered = await desk.post("/twilio/initiate-call", order)
        line = booth.calls[ordered["call_sid"]]
        async with desk.following(ordered["session_id"]) as story:
            await story.until(CaseSettled, seconds=PATIENCE)
            state = await desk.get(f"/calls/{ordered['session_id']}/state")
            await desk.post("/twilio/end-call", {name: ordered[name] for name in ("call_sid", "session_id")})
            await story.end(seconds=PATIENCE)
        return Call(story, line.caller.heard, state)


def test_X08_a_french_technician_is_written_down_in_french(call: Call) -> None:
    said = [heard.utterance for heard in call.story.all(UtteranceHeard)]
    words = fold(" ".join(utterance.text for utterance in said))
    for word in ("camera", "en ligne", "les enregistrements", "tout fonctionne"):
        assert word in words
    assert {(utterance.language, utterance.speaker.id) for utterance in said} == {("fr", "TECH042")}
    assert call.story.all(Trouble) == []
    assert call.story.all(SegmentSkipped) == []


def test_X08_they_are_asked_and_answered_in_french_from_an_english_article(call: Call) -> None:
    question, answer = call.cards[:2]
    assert (question.type, answer.type) == (InsightType.CLARIFICATION_QUESTION, InsightType.KNOWLEDGE_BASE)
    assert "que voyez-vous" in question.content
    assert answer.passages[0].title == ARTICLE
    assert answer.content.startswith("L'article «")
    assert answer.quote in answer.passages[0].text
    (settled,) = call.story.all(CaseSettled)
    assert (settled.resolved, settled.insight_ids) == (True, (answer.id,))


@pytest.mark.asyncio(loop_scope="module")
async def test_R01_the_french_question_is_understood_at_the_other_end_of_the_line(call: Call) -> None:
    question = call.cards[0]
    (spoken_reply,) = [reply for reply in call.story.all(ReplySpoken) if reply.insight_id == question.id]
    assert spoken_reply.outcome == "heard"
    resampler = Resampler(rate=WIRE_RATE)
    sound = resampler.feed(call.heard) + resampler.flush()
    async with french_ear(threads=1) as ear:
        heard = (await ear.transcribe(sound[: round(25.0 * RATE) * SAMPLE_BYTES], language="fr", hint="")).text
    asked = [word for word in fold(question.content).split() if len(word) > 3]
    understood = [word for word in asked if word in fold(heard)]
    assert len(understood) >= 0.7 * len(asked), (asked, heard)
