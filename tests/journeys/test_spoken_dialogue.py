"""A technician on the telephone is alone with the system: it asks aloud, listens, answers aloud, is interrupted, and
has a person fetched. All engines are real, and what the technician heard is written down again by a transcriber."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kitt_rtc import samples
from kitt_rtc.engines.booth_call import BoothCall
from kitt_rtc.engines.booth_caller import WIRE_RATE, CallerScript, Turn
from kitt_rtc.engines.espeak import EspeakSynthesizer
from kitt_rtc.engines.phonebooth import BOOTH_NUMBER, BoothOptions, PhoneBooth
from kitt_rtc.media.files import read_sound
from kitt_rtc.media.mix import loudness
from kitt_rtc.model.audio import FRAME_BYTES, RATE, SAMPLE_BYTES
from kitt_rtc.model.facts import HelpWanted, InsightGiven, ReplySpoken, Trouble, UtteranceHeard
from kitt_rtc.model.insight import InsightType
from kitt_rtc.model.words import fold
from tests.sounds.made import silence
from tests.support.desk import Story
from tests.support.ears import words_in
from tests.support.server import free_port, serving

pytestmark = pytest.mark.engines

TECHNICIAN = read_sound(samples.CALLS / "support" / "technician.ogg")
NUMBER = "+33199001234"
BARGE_IN_SECONDS = 0.6
"""Far less than the rest of the reply lasts. How soon it really is, 200 ms being the goal, is `bench.barge_in`'s to
say: a busy machine proves nothing here."""


def words_at(start: float, end: float) -> bytes:
    """A stretch of the sample technician's voice, in seconds, from its first sound on."""
    pcm = TECHNICIAN[round(start * RATE) * SAMPLE_BYTES : round(end * RATE) * SAMPLE_BYTES]
    return from_first_sound(pcm)


def from_first_sound(pcm: bytes) -> bytes:
    while loudness(pcm[:FRAME_BYTES]) < 0.01:
        pcm = pcm[FRAME_BYTES:]
    return pcm


COMPLAINT = silence(1.0) + words_at(1.4, 4.1)
DETAILS = words_at(7.9, 17.4)
THANKS = words_at(21.7, 24.0)


@dataclass(frozen=True)
class Spoken:
    """What a call brought."""

    story: Story
    line: BoothCall

    @property
    def replies(self) -> list[ReplySpoken]:
        return self.story.all(ReplySpoken)

    async def words_heard(self) -> str:
        return await words_in(self.line.caller.heard, rate=WIRE_RATE)


async def play(folder: Path, script: CallerScript, last: Callable[[Story], bool]) -> Spoken:
    """Ring a technician who does what the script says, until the last of it was spoken and heard."""
    port = free_port()
    async with PhoneBooth(BoothOptions(script=script)) as booth:
        account = {
            "twilio_account_sid": booth.account.sid,
            "twilio_auth_token": booth.account.token,
            "twilio_phone_number": BOOTH_NUMBER,
            "twilio_base_url": booth.base_url,
            "public_url": f"http://127.0.0.1:{port}",
        }
        async with serving(folder, port=port, language="en", spoken_dialogue=True, **account) as server:
            desk = server.desk
            await desk.filled()
            ordered = await desk.post("/twilio/initiate-call", {"phone_number": NUMBER})
            line = booth.calls[ordered["call_sid"]]
            async with desk.following(ordered["session_id"]) as story:
                await story.until(object, lambda _: last(story), seconds=60.0)
                await desk.post(f"/calls/{ordered['session_id']}/end")
                async with asyncio.timeout(20):
                    await story.end()
                    await line.over.wait()
        return Spoken(story, line)


def words_of(story: Story) -> str:
    return " ".join(heard.utterance.text for heard in story.all(UtteranceHeard)).lower()


def voice_heard(pcm: bytes, *, behind: int) -> int:
    """Frames of a voice among those behind this one."""
    size = FRAME_BYTES * WIRE_RATE // RATE
    return sum(loudness(pcm[at : at + size]) >= 0.01 for at in range(behind * size, len(pcm), size))


async def test_the_question_is_heard_answered_and_the_answer_is_interrupted(tmp_path: Path) -> None:
    script = CallerScript(COMPLAINT, turns=(Turn(DETAILS), Turn(THANKS, heard=1.5, quiet=0.0)))
    call = await play(tmp_path, script, lambda story: "great" in words_of(story))

    question, answer = [given.insight for given in call.story.all(InsightGiven)][:2]
    assert question.type is InsightType.CLARIFICATION_QUESTION
    assert answer.type is InsightType.KNOWLEDGE_BASE
    heard, broken = call.replies[:2]
    assert (heard.insight_id, heard.outcome, heard.heard) == (question.id, "heard", heard.seconds)
    assert (broken.insight_id, broken.outcome) == (answer.id, "interrupted")
    assert 1.0 <= broken.heard < broken.seconds

    told = await call.words_heard()
    asked = [word for word in fold(question.content).split() if len(word) > 4]
    assert len([word for word in asked if word in told]) >= len(asked) * 0.6, (asked, told)
    assert call.line.warnings == []

    caller = call.line.caller
    assert len(caller.cleared_at) == 1
    reaction = caller.cleared_at[0] - caller.spoke_at[1]
    assert 0.0 < reaction <= BARGE_IN_SECONDS
    assert voice_heard(caller.heard, behind=caller.frames_at_clear[0]) == 0
    assert call.story.all(Trouble) == []


async def test_a_technician_who_asks_for_a_person_is_told_that_one_comes(tmp_path: Path) -> None:
    asks = b"".join(
        [block async for block in EspeakSynthesizer().speak("Can I speak to a person please?", language="en")]
    )
    script = CallerScript(COMPLAINT, turns=(Turn(from_first_sound(asks)),))
    call = await play(tmp_path, script, lambda story: len(story.all(ReplySpoken)) == 2)

    (wanted,) = call.story.all(HelpWanted)
    asked = [heard.utterance for heard in call.story.all(UtteranceHeard) if heard.utterance.id in wanted.because]
    assert wanted.reason == "asked_for"
    assert "person" in asked[0].text.lower()
    assert [(reply.insight_id, reply.outcome) for reply in call.replies][-1] == ("", "heard")
    assert "colleague" in await call.words_heard()
