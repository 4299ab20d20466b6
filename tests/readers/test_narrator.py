import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from kitt_rtc.journal import Journal
from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.model.audio import FRAME_BYTES
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.facts import InsightGiven
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.model.speech import Role
from kitt_rtc.readers.narrator import SOURCE, Narrator, NarratorOptions
from tests.fakes.facts import ended, said, started
from tests.support.until import until


@dataclass
class Voice:
    """Says every text as one and a half frames for each of its letters, a letter's code in every byte."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    closed: int = 0

    async def speak(self, text: str, *, language: str) -> AsyncIterator[bytes]:
        self.asked.append((text, language))
        if text == "fail":
            raise EngineUnavailable("voice", "espeak is not installed")
        try:
            for letter in text:
                await asyncio.sleep(0)
                yield letter.encode() * (FRAME_BYTES * 3 // 2)
        finally:
            self.closed += 1


@dataclass
class Scene:
    """A call with one technician's ear and a hand-driven clock."""

    now: float = 100.0
    voice: Voice = field(default_factory=Voice)
    ears: list[Earpiece] = field(default_factory=lambda: [Earpiece()])
    troubles: list[tuple[str, str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.journal = Journal("call", lambda: self.now)
        self.narrator = Narrator(
            self.voice,
            lambda role: self.ears if role is Role.TECHNICIAN else [],
            lambda *trouble: self.troubles.append(trouble),
            lambda: self.now,
            NarratorOptions(language="en"),
        )

    def advise(self, content: str, *, spoken: bool = True) -> None:
        insight = Insight("i", InsightType.CLARIFICATION_QUESTION, content, spoken=spoken)
        self.journal.append(InsightGiven(insight, Verdict(False, ""), 0.1))


@pytest.fixture
async def scene():
    made = Scene()
    reading = asyncio.create_task(made.narrator.read(made.journal))
    yield made
    if not made.journal.closed:
        made.journal.close()
    for ear in made.ears:
        ear.close()
    await reading


def heard(ear: Earpiece) -> str:
    """The letters of what the ear holds, one a frame; frames of two letters show the first."""
    letters = ""
    while (frame := ear.next()) is not None:
        assert len(frame.pcm) == FRAME_BYTES
        letters += chr(frame.pcm[0])
    return letters


async def test_a_spoken_insight_is_heard_in_frames_of_twenty_milliseconds(scene: Scene):
    scene.advise("ab")
    await until(lambda: scene.voice.closed == 1)
    assert heard(scene.ears[0]) == "aab"
    assert scene.voice.asked == [("ab", "en")]


async def test_a_broken_last_frame_is_filled_with_silence(scene: Scene):
    scene.advise("a")
    await until(lambda: scene.voice.closed == 1)
    frames = [scene.ears[0].next(), scene.ears[0].next()]
    assert frames[1].pcm == b"a" * (FRAME_BYTES // 2) + bytes(FRAME_BYTES // 2)


async def test_the_language_is_the_calls(scene: Scene):
    scene.journal.append(started(language="fr"))
    scene.advise("oui")
    await until(lambda: scene.voice.asked)
    assert scene.voice.asked == [("oui", "fr")]


async def test_what_is_not_to_be_spoken_is_not(scene: Scene):
    scene.advise("a", spoken=False)
    scene.journal.append(said("b"))
    scene.advise("c")
    await until(lambda: scene.voice.closed == 1)
    assert scene.voice.asked == [("c", "en")]


async def test_one_after_the_other_in_order(scene: Scene):
    scene.advise("a")
    scene.advise("b")
    await until(lambda: scene.voice.closed == 1)
    assert [text for text, _ in scene.voice.asked] == ["a"], "the second waits until the first was heard"
    assert heard(scene.ears[0]) == "aa"
    await until(lambda: scene.voice.closed == 2)
    assert heard(scene.ears[0]) == "bb"


async def test_everybody_who_helps_on_site_hears_it(scene: Scene):
    scene.ears.append(Earpiece())
    scene.advise("a")
    await until(lambda: scene.voice.closed == 1)
    assert [heard(ear) for ear in scene.ears] == ["aa", "aa"]


async def test_with_nobody_there_nothing_is_made(scene: Scene):
    scene.ears[0].close()
    scene.advise("a")
    scene.journal.close()
    await asyncio.sleep(0)
    assert scene.voice.asked == []


async def test_an_insight_that_would_come_too_late_is_left_out(scene: Scene):
    scene.advise("a")
    scene.advise("stale")
    await until(lambda: scene.voice.closed == 1)
    scene.now += 21
    scene.advise("fresh")
    heard(scene.ears[0])
    await until(lambda: scene.voice.closed == 2)
    assert [text for text, _ in scene.voice.asked] == ["a", "fresh"]


async def test_an_ear_that_takes_no_sound_does_not_silence_the_others(scene: Scene):
    scene.advise("a")
    await until(lambda: scene.voice.closed == 1)
    scene.advise("b")
    for _ in range(10):
        await asyncio.sleep(0)
    scene.now += 3
    await until(lambda: scene.voice.closed == 2)
    assert heard(scene.ears[0]) == "bb"


async def test_hush_breaks_off_and_the_next_one_is_said(scene: Scene):
    scene.advise("abcdefghijklmnopqrstuvwxyz")
    await until(lambda: scene.ears[0].pending(SOURCE) > 5)
    scene.narrator.hush()
    await until(lambda: scene.voice.closed == 1)
    assert heard(scene.ears[0]) == ""
    scene.advise("z")
    await until(lambda: scene.voice.closed == 2)
    assert heard(scene.ears[0]) == "zz"


async def test_a_voice_that_fails_is_told_and_the_next_one_is_said(scene: Scene):
    scene.advise("fail")
    scene.advise("a")
    await until(lambda: scene.voice.closed == 1)
    assert scene.troubles == [("narrator", "engine_unavailable", "espeak is not installed")]
    assert heard(scene.ears[0]) == "aa"


async def test_when_the_call_ends_the_voice_stops(scene: Scene):
    scene.advise("abcdefghijklmnopqrstuvwxyz" * 50)
    await until(lambda: scene.ears[0].pending(SOURCE) > 5)
    scene.journal.append(ended())
    scene.journal.close()
    await until(lambda: scene.voice.closed == 1)
    assert scene.ears[0].pending(SOURCE) < 1000
    assert scene.troubles == []


async def test_a_speech_that_never_ends_is_broken_off_and_told():
    scene = Scene()
    narrator = Narrator(
        scene.voice,
        lambda _: scene.ears,
        lambda *trouble: scene.troubles.append(trouble),
        lambda: scene.now,
        NarratorOptions(longest_seconds=0.05),
    )
    scene.advise("a" * 100_000)
    reading = asyncio.create_task(narrator.read(scene.journal))
    await until(lambda: scene.troubles)
    assert scene.troubles[0][:2] == ("narrator", "engine_timeout")
    assert scene.ears[0].pending(SOURCE) == 0
    scene.journal.close()
    await reading
