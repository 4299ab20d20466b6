"""Replies that are spoken, through the whole house: which settings make it speak, in which language, and what happens
when the voice breaks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kitt_rtc.model.audio import FRAME_BYTES
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.facts import HelpWanted, InsightGiven, LegJoined, ReplySpoken, Trouble
from kitt_rtc.model.speech import Role
from tests.fakes.leg import HandLeg
from tests.fakes.whole_house import TECHNICIAN, WholeHouse, open_whole_house, settings

COMPLAINT = "My camera does not work."
PERSON = {"en": "Can I speak to a person, please?", "fr": "Je veux parler à quelqu'un."}


@dataclass
class Voice:
    """Keeps what it is asked to say, and says it in two frames; or breaks."""

    broken: bool = False
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def speak(self, text: str, *, language: str) -> AsyncIterator[bytes]:
        self.asked.append((text, language))
        if self.broken:
            raise EngineUnavailable("voice", "the server does not answer")
        yield b"\1" * FRAME_BYTES * 2


@dataclass
class Scene:
    house: WholeHouse
    voice: Voice
    call_id: str
    leg: HandLeg

    def says(self, text: str, language: str = "en") -> None:
        self.house.say(self.call_id, text, by=TECHNICIAN, language=language)

    async def last(self, kind: type) -> Any:
        """The fact of this kind that comes next, while the technician listens."""

        async def listen() -> None:
            while True:
                await self.leg.earpiece.wait_for_sound()
                self.leg.earpiece.next()

        hearing = asyncio.create_task(listen())
        try:
            async with asyncio.timeout(10.0):
                return (await self.house.until(self.call_id, kind))[-1].fact
        finally:
            hearing.cancel()
            await asyncio.wait([hearing])


@asynccontextmanager
async def on_the_telephone(folder: Path, voice: Voice, language: str = "en", **given: Any) -> AsyncIterator[Scene]:
    async with open_whole_house(settings(folder, **given), voice=voice) as house:
        call_id = await house.start(playbook="support", language=language)
        conductor = house.house.switchboard.find(call_id)
        leg = HandLeg(conductor.call.clock, Role.TECHNICIAN)
        conductor.invite(leg)
        await house.until(call_id, LegJoined)
        yield Scene(house, voice, call_id, leg)


@pytest.mark.parametrize("setting", ["speak_to_technician", "spoken_dialogue"])
async def test_the_question_is_said_aloud_and_the_story_tells_that_it_was_heard(tmp_path: Path, setting: str):
    async with on_the_telephone(tmp_path, Voice(), **{setting: True}) as scene:
        scene.says(COMPLAINT)
        reply = await scene.last(ReplySpoken)
        given = (await scene.house.until(scene.call_id, InsightGiven))[-1].fact.insight
        assert scene.voice.asked == [(given.content, "en")]
        assert reply == ReplySpoken(given.id, "heard", 0.04, 0.04)


async def test_nothing_is_said_where_no_setting_asks_for_it(tmp_path: Path):
    async with on_the_telephone(tmp_path, Voice()) as scene:
        scene.says(COMPLAINT)
        assert not (await scene.last(InsightGiven)).insight.spoken
        assert scene.voice.asked == []


@pytest.mark.parametrize(
    ("language", "words"), [("en", "I am getting a colleague"), ("fr", "Je vais chercher un collègue")]
)
async def test_who_asks_for_a_person_hears_in_their_language_that_one_comes(tmp_path: Path, language: str, words: str):
    async with on_the_telephone(tmp_path, Voice(), language, spoken_dialogue=True) as scene:
        scene.says(PERSON[language], language)
        assert (await scene.last(HelpWanted)).reason == "asked_for"
        assert (await scene.last(ReplySpoken)).outcome == "heard"
        ((text, spoken_in),) = scene.voice.asked
        assert text.startswith(words)
        assert spoken_in == language


async def test_a_voice_that_breaks_is_told_and_the_call_goes_on(tmp_path: Path):
    async with on_the_telephone(tmp_path, Voice(broken=True), spoken_dialogue=True) as scene:
        scene.says(COMPLAINT)
        entries = await scene.house.until(scene.call_id, ReplySpoken)
        reply = entries[-1].fact
        assert Trouble("narrator", "engine_unavailable", "the server does not answer") in [one.fact for one in entries]
        assert (reply.outcome, reply.seconds, reply.heard) == ("failed", 0.0, 0.0)
        scene.says(PERSON["en"])
        assert (await scene.last(HelpWanted)).reason == "asked_for"
