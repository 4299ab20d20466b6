"""Sentences of a whole call on their way to an engine: in turn, within bounds, and never silently late."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from kitt_rtc.calls.conductor import Conductor, ConductorOptions
from kitt_rtc.calls.crew import Crew
from kitt_rtc.calls.scheduler import Scheduler, SchedulerOptions
from kitt_rtc.calls.switchboard import CallOrder, Switchboard, SwitchboardOptions
from kitt_rtc.calls.waiting import WaitingOptions
from kitt_rtc.journal import Journal
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.facts import LegJoined, SegmentSkipped, Trouble, TroubleOver, UtteranceHeard
from kitt_rtc.model.speech import Role, Roster, Segment, Speaker
from kitt_rtc.pipeline.diarizer import Diarizer
from kitt_rtc.pipeline.scribe import Scribe
from kitt_rtc.ports import Transcription
from tests.fakes.leg import HandLeg
from tests.fakes.steps import EchoPlaybook, crew
from tests.fakes.store import ListStore
from tests.sounds.made import silence, tone
from tests.support.clock import JumpingLoop

LONG = ConductorOptions(idle_seconds=3_600.0, rejoin_seconds=3_600.0)


@dataclass
class Engine:
    """Takes as long as it is told for every sentence."""

    takes: float = 0.0
    error: EngineUnavailable | None = None
    languages: frozenset[str] | None = None
    at_work: int = 0
    most_at_work: int = 0

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        try:
            await asyncio.sleep(self.takes)
        finally:
            self.at_work -= 1
        if self.error:
            raise self.error
        return Transcription("words", language)


@dataclass
class Diary:
    """A reader that notes when it learns of a fact, by the loop's clock."""

    told: list[tuple[float, Any]] = field(default_factory=list)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def read(self, journal: Journal) -> None:
        async for entry in journal.follow():
            self.told.append((asyncio.get_running_loop().time(), entry.fact))
            self.news.set()

    async def of(self, kind: type, code: str = "", count: int = 1) -> float:
        """When the facts of this kind, and code, were told; waits for them."""
        async with asyncio.timeout(60.0):
            while len(times := self.times(kind, code)) < count:
                self.news.clear()
                await self.news.wait()
        return times[count - 1]

    def times(self, kind: type, code: str = "") -> list[float]:
        return [
            at for at, fact in self.told if isinstance(fact, kind) and (not code or getattr(fact, "code", "") == code)
        ]


@dataclass
class House:
    conductor: Conductor
    diary: Diary
    leg: HandLeg

    async def say(self, times: int = 1) -> float:
        """Sentences, one after the other; when the last of them ended."""
        for _ in range(times):
            self.leg.say(tone(1.0) + silence(0.6))
            await asyncio.sleep(0.01)
        return asyncio.get_running_loop().time()


@asynccontextmanager
async def live(crew_of_it: Crew, role: Role = Role.CUSTOMER) -> AsyncIterator[House]:
    diary = Diary()
    switchboard = Switchboard(
        {"coaching": crew_of_it}, lambda _: [diary], ListStore(), SwitchboardOptions(conductor=LONG)
    )
    conductor = await switchboard.start(CallOrder("call_1"))
    leg = HandLeg(conductor.call.clock, role)
    conductor.invite(leg)
    await diary.of(LegJoined)
    try:
        yield House(conductor, diary, leg)
    finally:
        await switchboard.close()


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """On a clock that jumps."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(scenario())


def test_N12_an_engine_that_hangs_is_told_within_five_seconds_and_its_end_too():
    async def scenario() -> None:
        async with live(crew(Engine(takes=12.0))) as house:
            said = await house.say()
            assert 3.0 <= await house.diary.of(Trouble, "stalled") - said <= 5.0
            heard = await house.diary.of(UtteranceHeard)
            assert await house.diary.of(TroubleOver, "stalled") - heard <= 5.0

    run(scenario)


def test_N12_a_call_whose_words_come_late_is_told_so_once_and_when_it_has_caught_up():
    async def scenario() -> None:
        async with live(crew(Engine(takes=2.0), scheduler=Scheduler(lambda: 1))) as house:
            said = await house.say(5)
            assert await house.diary.of(Trouble, "behind") - said <= 5.0
            heard = await house.diary.of(UtteranceHeard, count=5)
            assert await house.diary.of(TroubleOver, "behind") - heard <= 5.0
            assert len(house.diary.times(Trouble)) == 1

    run(scenario)


def test_N12_speech_of_which_nothing_comes_is_told():
    class Lost:
        """Never finds out who spoke."""

        async def identify(self, segment: Segment, roster: Roster) -> Speaker | None:
            await found.wait()
            return Speaker("customer_1", Role.CUSTOMER)

    found = asyncio.Event()

    async def scenario() -> None:
        deaf = replace(crew(Engine()), diarizer=Diarizer(EchoPlaybook().manners, Lost()))
        async with live(deaf) as house:
            house.leg.speaker = None
            said = await house.say()
            assert await house.diary.of(Trouble, "unheard") - said <= 5.0
            found.set()
            heard = await house.diary.of(UtteranceHeard)
            assert await house.diary.of(TroubleOver, "unheard") - heard <= 5.0

    run(scenario)


def test_N12_a_stand_in_is_told_while_it_writes():
    async def scenario() -> None:
        away = {"en": ""}
        async with live(replace(crew(), scribe=Scribe(Engine(), stand_in=away.__getitem__))) as house:
            away["en"] = "Moonshine (embedded)"
            began = asyncio.get_running_loop().time()
            assert await house.diary.of(Trouble, "fallback") - began <= 5.0
            (told,) = [fact for _, fact in house.diary.told if isinstance(fact, Trouble)]
            assert "Moonshine (embedded)" in told.detail
            away["en"] = ""
            healed = asyncio.get_running_loop().time()
            assert await house.diary.of(TroubleOver, "fallback") - healed <= 5.0

    run(scenario)


def test_N12_an_engine_that_fails_is_told_until_a_sentence_is_written_down_again():
    async def scenario() -> None:
        engine = Engine(error=EngineUnavailable("engine", "nobody is there"))
        async with live(crew(engine)) as house:
            await house.say(2)
            await house.diary.of(Trouble, "engine_unavailable", count=2)
            assert house.conductor.call.conversation.troubles == {("scribe", "engine_unavailable")}
            engine.error = None
            await house.say()
            await house.diary.of(TroubleOver, "engine_unavailable")
            assert not house.conductor.call.conversation.troubles
            assert len(house.diary.times(SegmentSkipped)) == 2

    run(scenario)


def test_N12_nothing_is_told_in_a_clean_call():
    async def scenario() -> None:
        async with live(crew(Engine(takes=1.0))) as house:
            for _ in range(30):
                await house.say()
                await asyncio.sleep(2.0)
            assert len(house.diary.times(UtteranceHeard)) >= 29
            assert house.diary.times(Trouble) == house.diary.times(TroubleOver) == []

    run(scenario)


def test_two_calls_share_the_places_of_their_house():
    async def scenario() -> None:
        engine, scheduler = Engine(takes=1.0), Scheduler(lambda: 2)
        async with (
            live(crew(engine, scheduler=scheduler)) as one,
            live(crew(engine, scheduler=scheduler)) as other,
        ):
            await asyncio.gather(one.say(4), other.say(4))
            await asyncio.gather(*(house.diary.of(UtteranceHeard, count=4) for house in (one, other)))
        assert engine.most_at_work == 2

    run(scenario)


def test_what_is_shed_and_what_comes_too_late_leave_their_reasons():
    async def scenario() -> None:
        options = SchedulerOptions(patience=20.0, waiting=WaitingOptions(most_of_a_call=2))
        async with live(crew(Engine(takes=60.0), scheduler=Scheduler(lambda: 1, options))) as house:
            await house.say(4)
            await house.diary.of(SegmentSkipped, count=3)
            reasons = [fact.reason for _, fact in house.diary.told if isinstance(fact, SegmentSkipped)]
            assert reasons == ["overload", "too_late", "too_late"]

    run(scenario)


def test_the_end_of_a_call_frees_its_places():
    async def scenario() -> None:
        scheduler = Scheduler(lambda: 1)
        async with live(crew(Engine(takes=3_600.0), scheduler=scheduler)) as house:
            await house.say(3)
            await asyncio.sleep(1.0)
            assert not scheduler.spare()
        assert scheduler.spare()

    run(scenario)
