import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise

import pytest

from kitt_rtc.calls.call import Call
from kitt_rtc.calls.conductor import Conductor
from kitt_rtc.calls.scheduler import Scheduler
from kitt_rtc.calls.switchboard import CallOrder, Switchboard
from kitt_rtc.calls.ticker import Captioning, Places, TickerOptions, ticking
from kitt_rtc.model.errors import EngineTimeout
from kitt_rtc.model.facts import LegJoined, SegmentSkipped, Trouble, UtteranceHeard
from kitt_rtc.model.speech import Role, Segment
from kitt_rtc.pipeline.captioner import Captioner
from kitt_rtc.pipeline.diarizer import Diarizer
from kitt_rtc.pipeline.scribe import Scribe
from kitt_rtc.pipeline.segmenter import Segmenter
from kitt_rtc.ports import Transcriber, Transcription
from tests.fakes.leg import HandLeg
from tests.fakes.steps import EchoPlaybook, LoudDetector, ScriptedTranscriber, crew
from tests.fakes.store import ListStore
from tests.sounds.made import frames, silence, tone
from tests.support.clock import JumpingLoop
from tests.support.until import until


class NoPlace:
    """Every engine has better things to do."""

    @contextmanager
    def caption(self) -> Iterator[bool]:
        yield False


@dataclass
class SlowTranscriber:
    """Writes nothing until it is let."""

    let: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0
    languages: frozenset[str] | None = None

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        self.asked += 1
        await self.let.wait()
        return Transcription("The camera", language)


@dataclass
class Talk:
    """A live call with captions, somebody in it, and what became of the passes."""

    conductor: Conductor
    leg: HandLeg
    outcomes: Counter[str]

    @property
    def shown(self) -> list[tuple[str, str]]:
        return [(caption.committed, caption.rest) for caption in self.conductor.call.captions.open.values()]

    def facts(self, kind: type) -> list:
        return [entry.fact for entry in self.conductor.call.journal.entries() if isinstance(entry.fact, kind)]

    async def until(self, seen: Callable[[], object]) -> None:
        await until(seen)


def captioning(transcriber: Transcriber, count: Counter[str], places: Places | None = None) -> Captioning:
    captioner = Captioner(Scribe(transcriber), Diarizer(EchoPlaybook().manners))
    return Captioning(captioner, places or Scheduler(lambda: 2), lambda outcome: count.update([outcome]))


@asynccontextmanager
async def talking(
    captions: Transcriber, *, final: ScriptedTranscriber | None = None, places: Places | None = None
) -> AsyncIterator[Talk]:
    outcomes: Counter[str] = Counter()
    house = crew(
        final or ScriptedTranscriber(["The camera is off."]), captioning=captioning(captions, outcomes, places)
    )
    switchboard = Switchboard({"coaching": house}, lambda _: (), ListStore())
    conductor = await switchboard.start(CallOrder("call_1"))
    leg = HandLeg(conductor.call.clock)
    hosting = asyncio.create_task(conductor.host(leg))
    try:
        talk = Talk(conductor, leg, outcomes)
        await talk.until(lambda: talk.facts(LegJoined))
        yield talk
    finally:
        await switchboard.close()
        await hosting


async def test_words_are_shown_while_they_are_spoken_and_become_the_utterance() -> None:
    async with talking(ScriptedTranscriber(["The cam", "The camera is"])) as talk:
        talk.leg.say(tone(0.6))
        await talk.until(lambda: talk.shown == [("", "The cam")])
        assert talk.facts(UtteranceHeard) == []
        talk.leg.say(tone(0.6))
        await talk.until(lambda: talk.shown == [("The", "camera is")])
        (caption,) = talk.conductor.call.captions.open.values()
        talk.leg.say(silence(1.0))
        await talk.until(lambda: talk.facts(UtteranceHeard))
        (heard,) = talk.facts(UtteranceHeard)
        assert (heard.utterance.id, heard.utterance.speaker) == (caption.id, caption.speaker)
        assert (heard.utterance.start, caption.leg_id) == (caption.start, talk.leg.id)
        assert talk.shown == []
        assert talk.outcomes == {"shown": 2}


async def test_a_caption_of_what_nobody_said_ends() -> None:
    async with talking(ScriptedTranscriber(["You"]), final=ScriptedTranscriber([""])) as talk:
        talk.leg.say(tone(0.6))
        await talk.until(lambda: talk.shown)
        talk.leg.say(silence(1.0))
        await talk.until(lambda: talk.facts(SegmentSkipped))
        assert talk.shown == []


async def test_passes_without_words_show_nothing() -> None:
    async with talking(ScriptedTranscriber(["", "..."])) as talk:
        talk.leg.say(tone(0.6))
        await talk.until(lambda: talk.outcomes["empty"] == 1)
        talk.leg.say(tone(0.6))
        await talk.until(lambda: talk.outcomes["empty"] == 2)
        assert talk.shown == []


async def test_without_a_place_nothing_is_looked_at_and_the_utterance_is_heard_all_the_same() -> None:
    looked = ScriptedTranscriber()
    async with talking(looked, places=NoPlace()) as talk:
        talk.leg.say(tone(0.6))
        await talk.until(lambda: talk.outcomes["dropped"])
        talk.leg.say(silence(1.0))
        await talk.until(lambda: talk.facts(UtteranceHeard))
    assert looked.heard == []


async def test_one_pass_at_a_time_and_one_that_comes_too_late_is_not_shown() -> None:
    slow = SlowTranscriber()
    async with talking(slow) as talk:
        for _ in range(4):
            talk.leg.say(tone(0.6))
            await talk.until(lambda: slow.asked)
        assert slow.asked == 1
        talk.leg.say(silence(1.0))
        await talk.until(lambda: talk.facts(UtteranceHeard))
        slow.let.set()
        await talk.until(lambda: talk.outcomes["late"])
        assert talk.shown == []


async def test_a_failing_engine_is_told_by_the_utterance_alone_and_not_asked_again_about_it() -> None:
    broken = ScriptedTranscriber([EngineTimeout("test", "too slow"), "Of the next one"])
    async with talking(broken) as talk:
        talk.leg.say(tone(0.6))
        await talk.until(lambda: talk.outcomes["failed"])
        talk.leg.say(tone(1.2) + silence(1.0))
        await talk.until(lambda: talk.facts(UtteranceHeard))
        assert talk.facts(Trouble) == []
        talk.leg.say(tone(0.6))
        await talk.until(lambda: talk.shown == [("", "Of the next one")])
    assert talk.outcomes == {"failed": 1, "shown": 1}


async def test_nothing_is_shown_of_somebody_on_hold() -> None:
    looked = ScriptedTranscriber()
    async with talking(looked) as talk:
        talk.conductor.hold(talk.leg.id, held=True)
        talk.leg.say(tone(2.0))
        talk.conductor.hold(talk.leg.id, held=False)
        talk.leg.say(silence(0.2) + tone(0.6))
        await talk.until(lambda: talk.shown)
    assert [len(pcm) < 32_000 for pcm in looked.heard] == [True]


async def test_nothing_is_shown_of_who_is_never_written_down() -> None:
    looked = ScriptedTranscriber()
    async with talking(looked) as talk:
        supervisor = HandLeg(talk.conductor.call.clock, Role.SUPERVISOR, leg_id="leg_2")
        talk.conductor.invite(supervisor)
        supervisor.say(tone(1.5) + silence(1.0))
        await talk.until(lambda: talk.facts(SegmentSkipped))
    assert looked.heard == []


async def test_the_last_caption_ends_with_the_call() -> None:
    async with talking(ScriptedTranscriber(["The cam"])) as talk:
        talk.leg.say(tone(0.6))
        await talk.until(lambda: talk.shown)
    assert talk.shown == []


def test_the_longer_a_pass_takes_the_more_is_spoken_before_the_next() -> None:
    """Nobody waits here for a thread: a pass takes a second of the loop's own clock."""
    asked: list[float] = []

    class Second:
        languages = None

        async def transcribe(
            self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
        ) -> Transcription:
            asked.append(len(pcm) / 32_000)
            await asyncio.sleep(1.0)
            return Transcription("The camera", language)

    async def speak() -> None:
        segmenter, call = Segmenter(LoudDetector()), Call("call_1", {})
        async with ticking(call, HandLeg(call.clock), captioning(Second(), Counter())) as ticker:
            for frame in frames(tone(8.0)):
                ticker.note(segmenter, segmenter.feed(frame))
                await asyncio.sleep(0.02)

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(speak())
    assert len(asked) == 3
    assert all(2.9 < later - earlier < 3.3 for earlier, later in pairwise(asked))


async def test_what_closes_as_no_segment_takes_its_caption_along() -> None:
    class Fickle:
        """A segmenter that thinks again."""

        speaking = voiced = True
        open: Segment | None = Segment("seg_1", bytes(32_000), 0.0, speech_seconds=1.0)

    call, fickle = Call("call_1", {}), Fickle()
    async with ticking(call, HandLeg(call.clock), captioning(ScriptedTranscriber(["You"]), Counter())) as ticker:
        for _ in range(6):
            ticker.note(fickle, None)
        await until(lambda: call.captions.open)
        fickle.open = None
        for _ in range(6):
            ticker.note(fickle, None)
        assert not call.captions.open


@pytest.mark.parametrize("at_pause", [True, False])
async def test_T06_where_it_serves_the_last_words_are_looked_at_as_soon_as_the_voice_falls_silent(
    at_pause: bool,
) -> None:
    transcriber = ScriptedTranscriber(["The cam", "The camera is off"])
    call = Call("call_1", {})
    chosen = replace(captioning(transcriber, Counter()), options=TickerOptions(at_pause=at_pause))
    segmenter = Segmenter(LoudDetector())
    async with ticking(call, HandLeg(call.clock), chosen) as ticker:
        assert ticker is not None
        for count, frame in enumerate(frames(tone(0.8) + silence(0.3))):
            ticker.note(segmenter, segmenter.feed(frame))
            if count == 25:
                await until(lambda: call.captions.open)
        if at_pause:
            await until(lambda: len(transcriber.heard) == 2)
            await until(lambda: any(caption.paused for caption in call.captions.open.values()))
        (caption,) = call.captions.open.values()
    assert (f"{caption.committed} {caption.rest}".strip(), caption.paused) == (
        ("The camera is off", True) if at_pause else ("The cam", False)
    )
