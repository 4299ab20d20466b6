import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest

from kitt_rtc.calls.floor import Floor
from kitt_rtc.journal import Journal
from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.model.audio import FRAME_BYTES
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.facts import (
    Entry,
    HelpWanted,
    InsightGiven,
    LanguageSwitched,
    LegJoined,
    ReplySpoken,
    Trouble,
)
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.readers.narrator import SOURCE, Narrator, NarratorOptions, Phrases
from tests.fakes.facts import ended, said, started
from tests.support.clock import JumpingLoop
from tests.support.until import until

QUICK = NarratorOptions(language="en", quiet_seconds=0.0)
PHRASES = Phrases(help={"en": "help"}, more={"en": "More?"}, asks_for_more=lambda utterance: utterance.text == "Go on.")


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
    floor: Floor = field(default_factory=Floor)
    facts: list[object] = field(default_factory=list)
    options: NarratorOptions = QUICK
    story: tuple[Entry, ...] = ()

    def __post_init__(self) -> None:
        self.journal = Journal("call", lambda: self.now, story=self.story)
        self.narrator = Narrator(
            self.voice,
            lambda role: self.ears if role is Role.TECHNICIAN else [],
            self.floor,
            record=self.facts.append,
            clock=lambda: self.now,
            phrases=PHRASES,
            options=self.options,
        )

    def advise(self, content: str, *, spoken: bool = True) -> None:
        self.journal.append(given(content, spoken=spoken))

    def speaks(self, role: Role = Role.TECHNICIAN) -> None:
        self.floor.note("leg", role, speaking=True)

    def is_silent(self, role: Role = Role.TECHNICIAN) -> None:
        self.floor.note("leg", role, speaking=False)

    @property
    def replies(self) -> list[ReplySpoken]:
        return [fact for fact in self.facts if isinstance(fact, ReplySpoken)]

    @property
    def troubles(self) -> list[Trouble]:
        return [fact for fact in self.facts if isinstance(fact, Trouble)]


def given(content: str, *, spoken: bool = True) -> InsightGiven:
    return InsightGiven(
        Insight(f"ins_{content[:5]}", InsightType.CLARIFICATION_QUESTION, content, spoken=spoken),
        Verdict(False, ""),
        0.1,
    )


@pytest.fixture
async def scene():
    made = Scene()
    reading = asyncio.create_task(made.narrator.read(made.journal))
    yield made
    await leave(made, reading)


async def leave(scene: Scene, reading: asyncio.Task[None]) -> None:
    if not scene.journal.closed:
        scene.journal.close()
    for ear in scene.ears:
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
    await until(lambda: scene.replies)
    assert scene.replies == [ReplySpoken("ins_ab", "heard", 0.06, 0.06)]


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


async def test_R02_whoever_goes_on_in_another_language_is_spoken_to_in_it(scene: Scene):
    scene.journal.append(started(language="en"))
    for person in (Speaker("TECH001", Role.TECHNICIAN), Speaker("SUP1", Role.SUPPORT_AGENT)):
        scene.journal.append(LegJoined(person.id, "webrtc", person))
    scene.journal.append(LanguageSwitched("SUP1", "fr", "en", "repeated"))
    scene.advise("one")
    await until(lambda: scene.voice.closed == 1)
    scene.journal.append(LanguageSwitched("TECH001", "fr", "en", "repeated"))
    scene.advise("deux")
    await until(lambda: scene.voice.closed == 2)
    scene.advise("Is it the one on the left?")
    await until(lambda: scene.voice.closed == 3)
    assert scene.voice.asked == [("one", "en"), ("deux", "fr"), ("Is it the one on the left?", "en")]


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
    await until(lambda: scene.replies)
    assert scene.voice.asked == []
    assert scene.replies == [ReplySpoken("ins_a", "failed", 0.0, 0.0)]


async def test_an_insight_that_would_come_too_late_is_left_out(scene: Scene):
    scene.advise("a")
    scene.advise("stale")
    await until(lambda: scene.voice.closed == 1)
    scene.now += 21
    scene.advise("fresh")
    heard(scene.ears[0])
    await until(lambda: scene.voice.closed == 2)
    assert [text for text, _ in scene.voice.asked] == ["a", "fresh"]
    assert [reply.outcome for reply in scene.replies] == ["heard", "late"]


async def test_it_waits_for_the_technician_and_for_their_colleague_to_finish(scene: Scene):
    scene.speaks()
    scene.advise("a")
    await settled()
    assert scene.voice.asked == []
    scene.is_silent()
    scene.speaks(Role.SUPPORT_AGENT)
    await settled()
    scene.is_silent(Role.SUPPORT_AGENT)
    await until(lambda: scene.voice.closed == 1)
    assert heard(scene.ears[0]) == "aa"


async def test_a_customer_who_talks_keeps_nobody_waiting(scene: Scene):
    scene.speaks(Role.CUSTOMER)
    scene.advise("a")
    await until(lambda: scene.voice.closed == 1)


def test_nothing_is_said_before_the_technician_was_silent_for_a_moment():
    async def play() -> None:
        scene = Scene(options=NarratorOptions(language="en"))
        reading = asyncio.create_task(scene.narrator.read(scene.journal))
        scene.speaks()
        scene.is_silent()
        began = asyncio.get_running_loop().time()
        scene.advise("a")
        await jumped_to(lambda: scene.voice.asked)
        assert asyncio.get_running_loop().time() - began >= 0.3
        await leave(scene, reading)

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(play())


def test_what_could_not_be_said_in_twenty_seconds_is_never_said():
    async def play() -> None:
        scene = Scene()
        reading = asyncio.create_task(scene.narrator.read(scene.journal))
        scene.speaks()
        scene.advise("a")
        await jumped_to(lambda: scene.replies)
        assert scene.replies == [ReplySpoken("ins_a", "late", 0.0, 0.0)]
        assert scene.voice.asked == []
        await leave(scene, reading)

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(play())


async def test_the_technician_breaks_in_and_the_rest_is_not_said_again(scene: Scene):
    scene.advise("abcdefghij")
    await until(lambda: scene.ears[0].pending(SOURCE) == 15)
    assert [scene.ears[0].next() is not None for _ in range(4)] == [True] * 4
    scene.speaks()
    await until(lambda: scene.replies)
    assert scene.replies == [ReplySpoken("ins_abcde", "interrupted", 0.3, 0.08)]
    assert heard(scene.ears[0]) == ""
    scene.is_silent()
    scene.advise("z")
    await until(lambda: scene.voice.closed == 2)
    assert heard(scene.ears[0]) == "zz"


async def test_who_speaks_before_the_first_sound_is_let_finish(scene: Scene):
    scene.advise("ab")
    await until(lambda: scene.ears[0].pending(SOURCE) == 3)
    scene.speaks()
    await until(lambda: scene.ears[0].pending(SOURCE) == 0)
    scene.is_silent()
    await until(lambda: scene.voice.closed == 2)
    assert heard(scene.ears[0]) == "aab"
    await until(lambda: scene.replies)
    assert [reply.outcome for reply in scene.replies] == ["heard"]


async def test_a_colleague_who_speaks_interrupts_nothing(scene: Scene):
    scene.advise("ab")
    await until(lambda: scene.voice.closed == 1)
    scene.speaks(Role.SUPPORT_AGENT)
    await settled()
    assert heard(scene.ears[0]) == "aab"


async def test_what_a_telephone_heard_is_what_was_confirmed(scene: Scene):
    scene.ears[0].hearing.by_receipt()
    scene.advise("abcd")
    await until(lambda: scene.voice.closed == 1)
    scene.ears[0].next()
    scene.ears[0].next()
    receipt = scene.ears[0].hearing.receipt()
    assert heard(scene.ears[0]) == "bccd"
    scene.ears[0].hearing.confirm(receipt)
    await settled()
    assert scene.replies == []
    scene.speaks()
    await until(lambda: scene.replies)
    assert scene.replies == [ReplySpoken("ins_abcd", "interrupted", 0.12, 0.04)]


def test_an_ear_that_takes_no_sound_does_not_silence_the_others():
    async def play() -> None:
        scene = Scene()
        reading = asyncio.create_task(scene.narrator.read(scene.journal))
        scene.advise("a")
        scene.advise("b")
        await jumped_to(lambda: scene.voice.closed == 2)
        assert heard(scene.ears[0]) == "bb"
        await jumped_to(lambda: len(scene.replies) == 2)
        assert [reply.outcome for reply in scene.replies] == ["failed", "heard"]
        await leave(scene, reading)

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(play())


async def test_whoever_asks_for_silence_gets_it_and_the_next_one_is_said(scene: Scene):
    scene.advise("abcdefghijklmnopqrstuvwxyz")
    await until(lambda: scene.ears[0].pending(SOURCE) > 5)
    scene.ears[0].hush(SOURCE)
    await until(lambda: scene.replies)
    assert scene.replies[0].outcome == "interrupted"
    assert heard(scene.ears[0]) == ""
    scene.advise("z")
    await until(lambda: scene.voice.closed == 2)
    assert heard(scene.ears[0]) == "zz"


async def test_a_voice_that_fails_is_told_and_the_next_one_is_said(scene: Scene):
    scene.advise("fail")
    scene.advise("a")
    await until(lambda: scene.voice.closed == 1)
    assert scene.facts == [
        Trouble("narrator", "engine_unavailable", "espeak is not installed"),
        ReplySpoken("ins_fail", "failed", 0.0, 0.0),
    ]
    assert heard(scene.ears[0]) == "aa"


async def test_when_the_call_ends_the_voice_stops(scene: Scene):
    scene.advise("abcdefghijklmnopqrstuvwxyz" * 50)
    await until(lambda: scene.ears[0].pending(SOURCE) > 5)
    scene.ears[0].close()
    scene.journal.append(ended())
    scene.journal.close()
    await until(lambda: scene.voice.closed == 1)
    assert scene.ears[0].pending(SOURCE) == 0
    assert scene.troubles == []


async def test_a_speech_that_never_ends_is_broken_off_and_told():
    scene = Scene(options=NarratorOptions(longest_seconds=0.05, quiet_seconds=0.0))
    scene.advise("a" * 100_000)
    reading = asyncio.create_task(scene.narrator.read(scene.journal))
    await until(lambda: scene.replies)
    assert [trouble.code for trouble in scene.troubles] == ["engine_timeout"]
    assert scene.replies[0].outcome == "failed"
    assert scene.ears[0].pending(SOURCE) == 0
    await leave(scene, reading)


async def test_a_call_that_goes_on_after_a_restart_does_not_tell_its_old_story():
    old = (Entry(1, 0.0, started(language="fr")), Entry(2, 1.0, given("old")), Entry(3, 2.0, HelpWanted("asked_for")))
    scene = Scene(story=old)
    reading = asyncio.create_task(scene.narrator.read(scene.journal))
    scene.advise("new")
    await until(lambda: scene.voice.closed == 1)
    assert scene.voice.asked == [("new", "fr")]
    await leave(scene, reading)


async def test_that_a_colleague_is_fetched_is_said(scene: Scene):
    scene.journal.append(HelpWanted("asked_for"))
    await until(lambda: scene.voice.closed == 1)
    heard(scene.ears[0])
    await until(lambda: scene.replies)
    assert scene.voice.asked == [("help", "en")]
    assert scene.replies == [ReplySpoken("", "heard", 0.12, 0.12)]


async def test_a_long_answer_is_said_in_breaths_the_next_when_it_is_asked_for(scene: Scene):
    first, second = "One two three four five six seven eight nine ten. " * 4, "And then that."
    scene.advise(first + second)
    await spoken(scene, 1)
    scene.journal.append(said("One moment."))
    scene.journal.append(said("Go on."))
    await spoken(scene, 2)
    scene.journal.append(said("Go on."))
    scene.advise("z")
    await spoken(scene, 3)
    assert [text for text, _ in scene.voice.asked] == [f"{first}More?", second, "z"]


async def spoken(scene: Scene, replies: int) -> None:
    """Let the ear hear until so many replies were spoken."""

    def listened() -> bool:
        heard(scene.ears[0])
        return len(scene.replies) == replies

    await until(listened)


async def jumped_to(condition: Callable[[], object]) -> None:
    """Until this holds, on a clock that jumps."""
    while not condition():  # noqa: ASYNC110 (what is waited for has no bell)
        await asyncio.sleep(0.01)


async def settled() -> None:
    """Whatever was going to happen at once has happened."""
    for _ in range(20):
        await asyncio.sleep(0)
