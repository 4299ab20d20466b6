import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from kitt_rtc.calls.conductor import Conductor, ConductorOptions
from kitt_rtc.calls.switchboard import CallOrder, Switchboard, SwitchboardOptions
from kitt_rtc.journal import Journal
from kitt_rtc.model.errors import BadOffer, CallOver, EngineTimeout
from kitt_rtc.model.facts import (
    CallEnded,
    Entry,
    Fact,
    InsightGiven,
    LegJoined,
    LegLeft,
    SegmentSkipped,
    Trouble,
    UtteranceHeard,
)
from kitt_rtc.model.insight import Focus
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.ports import EchoCanceller, Transcription
from kitt_rtc.wire import name_of
from tests.fakes.leg import HandLeg
from tests.fakes.steps import EchoPlaybook, ScriptedTranscriber, crew
from tests.fakes.store import ListStore
from tests.sounds.made import silence, tone
from tests.support.clock import JumpingLoop

QUICK = ConductorOptions(min_insight_interval=0.0, drain_seconds=2.0, rejoin_seconds=0.05, idle_seconds=0.05)


class Diary:
    """A reader that keeps the last call's facts."""

    def __init__(self) -> None:
        self.names: list[str] = []

    async def read(self, journal: Journal) -> None:
        async for entry in journal.follow():
            self.names.append(name_of(entry.fact))


@asynccontextmanager
async def live(
    transcriber: ScriptedTranscriber | None = None,
    playbook: EchoPlaybook | None = None,
    options: ConductorOptions = QUICK,
    readers: Sequence[object] = (),
    *,
    canceller: Callable[[], EchoCanceller] | None = None,
) -> AsyncIterator[tuple[Switchboard, Conductor]]:
    """A house with one live call in it."""
    switchboard = Switchboard(
        {"coaching": crew(transcriber, playbook, canceller=canceller)},
        lambda _: readers,
        ListStore(),
        SwitchboardOptions(conductor=options),
    )
    conductor = await switchboard.start(CallOrder("call_1"))
    try:
        yield switchboard, conductor
    finally:
        await switchboard.close()


async def until(conductor: Conductor, kind: type[Fact]) -> Entry:
    """The first entry of this kind, when it comes."""
    async for entry in conductor.call.journal.follow():
        if isinstance(entry.fact, kind):
            return entry
    raise AssertionError(f"the call ended without {kind.__name__}")


def facts(conductor: Conductor, kind: type[Fact]) -> list[Fact]:
    return [entry.fact for entry in conductor.call.journal.entries() if isinstance(entry.fact, kind)]


async def test_whoever_speaks_has_the_floor_until_they_pause_or_leave():
    async with live() as (_, conductor):
        leg = HandLeg(conductor.call.clock, Role.TECHNICIAN)
        hosting = asyncio.create_task(conductor.host(leg))
        async with asyncio.timeout(5.0):
            await until(conductor, LegJoined)
            leg.say(tone(1.0))
            await conductor.floor.taken(Role.TECHNICIAN)
            assert not conductor.floor.taken_by(Role.CUSTOMER)
            leg.say(silence(1.0))
            await conductor.floor.free(Role.TECHNICIAN, seconds=0.0)
            leg.say(tone(1.0))
            await conductor.floor.taken(Role.TECHNICIAN)
            leg.leave()
            await hosting
        assert not conductor.floor.taken_by(Role.TECHNICIAN)


async def test_what_is_said_is_heard_and_advised_on():
    async with live(ScriptedTranscriber(["It is too expensive."])) as (_, conductor):
        leg = HandLeg(conductor.call.clock)
        conductor.invite(leg)
        await until(conductor, LegJoined)
        leg.say(tone(1.0) + silence(1.0))
        heard = await until(conductor, UtteranceHeard)
        advised = await until(conductor, InsightGiven)
    assert heard.fact.utterance.text == "It is too expensive."
    assert heard.fact.utterance.speaker == leg.speaker
    assert advised.fact.insight.content == "It is too expensive."


async def test_the_sentence_cut_short_by_the_end_is_still_heard_and_stands_before_the_end():
    diary = Diary()
    async with live(ScriptedTranscriber(["The last words."]), readers=[diary]) as (switchboard, conductor):
        leg = HandLeg(conductor.call.clock)
        conductor.invite(leg)
        await until(conductor, LegJoined)
        leg.say(tone(1.0))
        conversation = await switchboard.end("call_1")
    assert [said.text for said in conversation.utterances] == ["The last words."]
    assert diary.names[-1] == "call_ended"
    assert diary.names.index("leg_left") < diary.names.index("utterance_heard") < diary.names.index("call_ended")


async def test_ending_twice_is_ending_once():
    async with live() as (switchboard, conductor):
        await switchboard.end("call_1", "hung_up")
        again = await switchboard.end("call_1", "again")
    assert again.ended is not None
    assert again.ended.reason == "hung_up"
    assert len(facts(conductor, CallEnded)) == 1


async def test_a_failing_engine_is_a_trouble_and_the_next_sentence_is_heard():
    broken = EngineTimeout("test", "too slow", retryable=True)
    async with live(ScriptedTranscriber([broken, "Second try."])) as (_, conductor):
        leg = HandLeg(conductor.call.clock)
        conductor.invite(leg)
        await until(conductor, LegJoined)
        leg.say(tone(1.0) + silence(1.0))
        trouble = await until(conductor, Trouble)
        leg.say(tone(1.0) + silence(1.0))
        heard = await until(conductor, UtteranceHeard)
    assert trouble.fact == Trouble("scribe", "engine_timeout", "too slow")
    assert facts(conductor, SegmentSkipped)[0].reason == "failed"
    assert heard.fact.utterance.text == "Second try."


async def test_a_mistake_of_ours_ends_this_call_and_hangs_up_its_legs():
    class Wrong(EchoPlaybook):
        async def advise(self, conversation):
            raise ZeroDivisionError

    async with live(playbook=Wrong()) as (switchboard, conductor):
        leg = HandLeg(conductor.call.clock)
        hosting = asyncio.create_task(conductor.host(leg))
        await until(conductor, LegJoined)
        leg.say(tone(1.0) + silence(1.0))
        ended = await until(conductor, CallEnded)
        await hosting
        await switchboard.quiet()
        assert switchboard.live() == ()
    assert ended.fact.reason == "error"


def test_V03_two_turns_of_advice_are_never_closer_than_MIN_INSIGHT_INTERVAL_and_no_sentence_is_forgotten():
    class Punctual(EchoPlaybook):
        """Notes when it is asked, and about what."""

        async def advise(self, conversation):
            turns.append((asyncio.get_running_loop().time(), {said.id for said in conversation.fresh}))

    turns: list[tuple[float, set[str]]] = []

    async def talk() -> None:
        async with live(playbook=Punctual(), options=ConductorOptions(min_insight_interval=2.0)) as (_, conductor):
            for number in range(20):
                said = Utterance(f"utt_{number}", Speaker("C", Role.CUSTOMER), "Hello.", "en", number, number)
                conductor.call.record(UtteranceHeard(said, 0.0))
                await asyncio.sleep(0.5)
            await asyncio.sleep(10)

    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        runner.run(talk())
    times = [at for at, _ in turns]
    assert len(times) == 6
    assert all(later - earlier >= 1.99 for earlier, later in pairwise(times))
    assert set().union(*(seen for _, seen in turns)) == {f"utt_{number}" for number in range(20)}


async def test_T21_whoever_does_not_drive_advice_wakes_nobody():
    async with live() as (switchboard, conductor):
        rep = HandLeg(conductor.call.clock, Role.REP)
        conductor.invite(rep)
        await until(conductor, LegJoined)
        rep.say(tone(1.0) + silence(1.0))
        await until(conductor, UtteranceHeard)
        await switchboard.end("call_1")
    assert facts(conductor, InsightGiven) == []


async def test_too_short_is_said_and_not_written_down():
    transcriber = ScriptedTranscriber()
    async with live(transcriber) as (_, conductor):
        leg = HandLeg(conductor.call.clock)
        conductor.invite(leg)
        await until(conductor, LegJoined)
        leg.say(tone(0.3) + silence(1.0))
        skipped = await until(conductor, SegmentSkipped)
    assert skipped.fact.reason == "too_short"
    assert transcriber.heard == []


async def test_the_call_ends_soon_after_the_last_telephone_hangs_up():
    async with live(options=ConductorOptions(rejoin_seconds=600.0)) as (_, conductor):
        leg = HandLeg(conductor.call.clock)
        leg.transport = "twilio"
        conductor.invite(leg)
        await until(conductor, LegJoined)
        leg.leave("hung_up")
        assert (await until(conductor, CallEnded)).fact.reason == "everyone_left"


async def test_a_page_that_is_reloaded_finds_its_call():
    async with live(options=ConductorOptions(rejoin_seconds=600.0)) as (_, conductor):
        page = HandLeg(conductor.call.clock)
        page.transport = "webrtc"
        conductor.invite(page)
        await until(conductor, LegJoined)
        page.leave("hung_up")
        await until(conductor, LegLeft)
        again = HandLeg(conductor.call.clock, leg_id="leg_2")
        conductor.invite(again)
        assert conductor.call.legs.keys() == {"leg_2"}


async def test_a_lost_line_is_waited_for_and_may_come_back():
    async with live(options=ConductorOptions(rejoin_seconds=0.3, min_insight_interval=0.0)) as (_, conductor):
        first = HandLeg(conductor.call.clock)
        conductor.invite(first)
        await until(conductor, LegJoined)
        first.leave("lost")
        assert (await until(conductor, LegLeft)).fact.reason == "lost"
        second = HandLeg(conductor.call.clock, leg_id="leg_2")
        conductor.invite(second)
        async for entry in conductor.call.journal.follow():
            if isinstance(entry.fact, LegJoined) and entry.fact.leg_id == second.id:
                break
        second.say(tone(1.0) + silence(1.0))
        await until(conductor, UtteranceHeard)
        assert conductor.call.legs.keys() == {"leg_2"}


async def test_a_call_nobody_joins_ends_as_idle():
    async with live() as (_, conductor):
        assert (await until(conductor, CallEnded)).fact.reason == "idle"


async def test_nobody_joins_a_call_that_is_over():
    async with live() as (switchboard, conductor):
        await switchboard.end("call_1")
        with pytest.raises(CallOver):
            await conductor.host(HandLeg(conductor.call.clock))


async def test_a_full_call_refuses_the_next_leg():
    async with live() as (_, conductor):
        for number in range(8):
            conductor.invite(HandLeg(conductor.call.clock, leg_id=f"leg_{number}"))
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        with pytest.raises(BadOffer, match="full"):
            await conductor.host(HandLeg(conductor.call.clock, leg_id="one too many"))


async def test_words_that_are_not_written_down_in_time_are_given_up_and_said():
    class Stuck(ScriptedTranscriber):
        async def transcribe(
            self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
        ) -> Transcription:
            await asyncio.Event().wait()
            raise AssertionError

    async with live(Stuck(), options=ConductorOptions(drain_seconds=0.05)) as (switchboard, conductor):
        leg = HandLeg(conductor.call.clock)
        conductor.invite(leg)
        await until(conductor, LegJoined)
        leg.say(tone(1.0) + silence(1.0))
        conversation = await switchboard.end("call_1")
    assert conversation.ended is not None
    assert [fact.code for fact in facts(conductor, Trouble)] == ["drain_timeout"]


async def test_a_reader_that_fails_leaves_the_call_and_the_other_readers_alone():
    class Broken:
        async def read(self, journal: Journal) -> None:
            raise ZeroDivisionError

    diary = Diary()
    async with live(readers=[Broken(), diary]) as (switchboard, _):
        await switchboard.end("call_1")
    assert diary.names == ["call_started", "call_ended"]


async def test_a_summary_is_a_fact_of_the_call():
    async with live(ScriptedTranscriber(["Your offer is too expensive."])) as (switchboard, conductor):
        leg = HandLeg(conductor.call.clock)
        conductor.invite(leg)
        await until(conductor, LegJoined)
        leg.say(tone(1.0) + silence(1.0))
        await until(conductor, UtteranceHeard)
        live_summary = await switchboard.summarize("call_1", Focus.CLIENT)
        await switchboard.end("call_1")
        after = await switchboard.summarize("call_1", Focus.CLIENT)
    assert "expensive" in live_summary.text
    assert "expensive" in after.text
