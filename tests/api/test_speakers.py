"""Those who share a microphone, at the doors."""

import asyncio
import base64
from typing import Any

import pytest

from kitt_rtc.media.wav import write_wav
from kitt_rtc.model.facts import LegJoined, SpeakerCorrected, SpeakerNamed, UtteranceHeard
from kitt_rtc.model.speech import Role
from tests.fakes.doors import House, Plan, open_house
from tests.fakes.leg import HandLeg
from tests.fakes.voices import HIGH, LOW, TwoVoices
from tests.sounds.made import silence

OWNER = "technician_1"
_SECOND = 32_000
"""Bytes of house sound."""


class Shared:
    """A technician and a colleague on one microphone, in a live call."""

    def __init__(self, house: House, call_id: str) -> None:
        self.house = house
        self.call_id = call_id
        self.conductor = house.switchboard.find(call_id)
        self.leg = HandLeg(self.conductor.call.clock, Role.TECHNICIAN, voices=2)
        self.conductor.invite(self.leg)

    async def say(self, *turns: bytes) -> list[str]:
        """The ids of what was written down of it."""
        call = self.conductor.call
        known = sum(isinstance(entry.fact, UtteranceHeard) for entry in call.journal.entries())
        sound = b"".join(turns) + silence(1.0)
        for start in range(0, len(sound), _SECOND):
            self.leg.say(sound[start : start + _SECOND])
            await asyncio.sleep(0)  # a listener that gets no turn loses what is older than two seconds
        found: list[str] = []
        async for entry in call.journal.follow():
            if isinstance(entry.fact, UtteranceHeard):
                found.append(entry.fact.utterance.id)
                if len(found) == known + len(turns):
                    return found[known:]
        raise AssertionError("the call is over")

    async def corrected(self) -> None:
        """Until a line has been given to another."""
        async for entry in self.conductor.call.journal.follow():
            if isinstance(entry.fact, SpeakerCorrected):
                return

    async def post(self, path: str, status: int = 200, **body: Any) -> dict[str, Any]:
        async with self.house.client.post(f"/calls/{self.call_id}{path}", json=body) as answer:
            told: dict[str, Any] = await answer.json()
            assert answer.status == status, told
            return told

    def facts(self, kind: type) -> list[Any]:
        return [entry.fact for entry in self.conductor.call.journal.entries() if isinstance(entry.fact, kind)]


@pytest.fixture
async def shared():
    async with open_house(Plan(encoder=TwoVoices())) as house:
        started = await house.start(playbook="support")
        yield Shared(house, started["session_id"])


async def test_R05_a_shared_leg_is_told_to_the_story_and_its_voices_are_written_apart(shared: Shared):
    for turn in (LOW, LOW, LOW, HIGH, HIGH, HIGH):
        await shared.say(turn)
    await shared.corrected()
    (joined,) = shared.facts(LegJoined)
    assert joined.voices == 2
    heard = shared.conductor.call.conversation.utterances
    assert [line.speaker.id for line in heard] == [OWNER] * 3 + [f"{OWNER}.2"] * 3


async def test_R05_a_voice_is_named_by_its_line(shared: Shared):
    (line,) = await shared.say(LOW)
    told = await shared.post("/speakers", name="Paul", utterance_ids=[line], by="leg_1")
    assert told == {"success": True, "speaker_id": OWNER, "role": "technician", "name": "Paul"}
    (named,) = shared.facts(SpeakerNamed)
    assert (named.speaker.name, named.by) == ("Paul", OWNER)


async def test_R05_a_voice_is_enrolled_by_a_sample(shared: Shared):
    await shared.say(LOW)
    sample = base64.b64encode(write_wav(HIGH * 2)).decode()
    told = await shared.post("/speakers", name="Anna", role="customer", sample=sample, microphone=OWNER)
    assert told["speaker_id"] == f"{OWNER}.2"
    (line,) = await shared.say(HIGH)
    said = {heard.id: heard.speaker for heard in shared.conductor.call.conversation.utterances}
    assert (said[line].name, said[line].role) == ("Anna", Role.CUSTOMER)


async def test_R05_a_line_is_given_to_somebody_new_by_name(shared: Shared):
    await shared.say(LOW)
    (line,) = await shared.say(HIGH)
    told = await shared.post(f"/utterances/{line}/speaker", name="Anna")
    assert (told["speaker_id"], told["name"]) == (f"{OWNER}.2", "Anna")
    assert [(fact.utterance_id, fact.by) for fact in shared.facts(SpeakerCorrected)] == [(line, "operator")]
    back = await shared.post(f"/utterances/{line}/speaker", speaker_id=OWNER)
    assert back["speaker_id"] == OWNER


@pytest.mark.parametrize(
    "body",
    [
        {"name": "Anna"},
        {"name": "", "utterance_ids": ["utt_1"]},
        {"name": "Anna", "utterance_ids": ["utt_none"]},
        {"name": "Anna", "sample": "AAAA"},
        {"name": "Anna", "sample": "not base64", "microphone": OWNER},
        {"name": "Anna", "utterance_ids": ["utt_1"], "role": "supervisor"},
    ],
)
async def test_R05_what_cannot_be_named_is_refused(shared: Shared, body: dict[str, Any]):
    told = await shared.post("/speakers", 422, **body)
    assert told["error"]["code"] == "bad_form"


async def test_R05_a_line_of_nobodys_shared_microphone_cannot_be_given_away(shared: Shared):
    await shared.post("/utterances/utt_none/speaker", 422, speaker_id=OWNER)
    async with shared.house.client.post("/calls/nowhere/utterances/utt_1/speaker", json={}) as answer:
        assert answer.status == 404
