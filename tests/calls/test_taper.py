"""The tape of a call: all of it, nothing that was not announced, and never at the call's cost."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from kitt_rtc.calls.conductor import Conductor, ConductorOptions
from kitt_rtc.calls.switchboard import CallOrder, Switchboard, SwitchboardOptions
from kitt_rtc.calls.taping import TAPED, Taping
from kitt_rtc.model.audio import SILENCE
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.facts import CallStarted, Entry, InsightGiven, RecordingChanged, Trouble, UtteranceHeard
from kitt_rtc.model.speech import Role
from kitt_rtc.tape.records import Header, Lost, Told, VoiceBegan, VoiceEnded, VoiceHeard
from kitt_rtc.tape.reel import MOST_RECORDS
from tests.fakes.leg import HandLeg
from tests.fakes.steps import ScriptedTranscriber, crew
from tests.fakes.store import ListStore
from tests.fakes.tapes import ListTapes
from tests.sounds.made import frames, silence, tone
from tests.support.until import until

SENTENCE = tone(1.0) + silence(0.8)


@dataclass
class Taped:
    switchboard: Switchboard
    conductor: Conductor
    tapes: ListTapes

    @property
    def call(self) -> Any:
        return self.conductor.call

    def leg(self, role: Role = Role.CUSTOMER) -> HandLeg:
        leg = HandLeg(self.call.clock, role, leg_id=role.value)
        self.conductor.invite(leg)
        return leg

    def facts(self, kind: type) -> list[Any]:
        return [entry.fact for entry in self.call.journal.entries() if isinstance(entry.fact, kind)]

    def records(self, kind: type) -> list[Any]:
        return [record for record in self.tapes.records if isinstance(record, kind)]

    async def heard(self, count: int) -> None:
        await until(lambda: len(self.facts(UtteranceHeard)) >= count)

    async def end(self) -> None:
        await self.switchboard.end(self.call.id)


@asynccontextmanager
async def taped(tapes: ListTapes | None = None, **switchboard: Any) -> AsyncIterator[Taped]:
    tapes = tapes or ListTapes()
    house = replace(crew(ScriptedTranscriber()), taping=Taping(tapes, {"pause_seconds": 0.4}, every=0.001))
    options = SwitchboardOptions(conductor=ConductorOptions(min_insight_interval=0.0), **switchboard)
    board = Switchboard({"coaching": house}, lambda _: (), ListStore(), options)
    conductor = await board.start(CallOrder("call"))
    try:
        yield Taped(board, conductor, tapes)
    finally:
        await board.close()


async def test_N8_a_taped_call_says_so_before_anybody_speaks():
    async with taped() as call:
        (started,) = call.facts(CallStarted)
        assert started.warnings == (TAPED,)


async def test_N8_all_of_a_call_is_on_its_tape():
    async with taped() as call:
        leg = call.leg()
        leg.say(SENTENCE)
        await call.heard(1)
        await until(lambda: call.facts(InsightGiven))
        await call.end()
        header, *_ = call.tapes.records
        assert isinstance(header, Header)
        assert (header.call_id, header.settings) == ("call", {"pause_seconds": 0.4})
        assert [record.entry for record in call.records(Told)] == list(call.call.journal.entries())
        (began,), (ended,), heard = (call.records(kind) for kind in (VoiceBegan, VoiceEnded, VoiceHeard))
        assert (began.leg_id, began.speaker) == (leg.id, leg.speaker)
        assert began.voice == ended.voice
        assert [record.frame.pcm for record in heard] == [frame.pcm for frame in frames(SENTENCE)]
        assert [record.speech for record in heard] == [True] * 50 + [False] * 40
        assert began.clock <= heard[0].clock <= heard[-1].clock <= ended.clock


async def test_a_call_that_was_not_announced_before_a_restart_is_not_taped():
    tapes, store = ListTapes(), ListStore()
    await store.append("older", [Entry(1, 0.0, CallStarted("older", "coaching", "en", time.time()))])
    house = replace(crew(ScriptedTranscriber()), taping=Taping(tapes))
    board = Switchboard({"coaching": house}, lambda _: (), store, SwitchboardOptions(resume_seconds=60))
    (conductor,) = await board.resume()
    leg = HandLeg(conductor.call.clock)
    conductor.invite(leg)
    leg.say(SENTENCE)
    await until(lambda: any(isinstance(entry.fact, UtteranceHeard) for entry in conductor.call.journal.entries()))
    await board.close()
    assert (tapes.records, tapes.opened) == ([], [])


async def test_a_taped_call_that_goes_on_after_a_restart_is_taped_on():
    tapes, store = ListTapes(), ListStore()
    await store.append("older", [Entry(1, 0.0, CallStarted("older", "coaching", "en", time.time(), "", (TAPED,)))])
    house = replace(crew(ScriptedTranscriber()), taping=Taping(tapes))
    board = Switchboard({"coaching": house}, lambda _: (), store, SwitchboardOptions(resume_seconds=60))
    (conductor,) = await board.resume()
    await board.close()
    told = [record.entry for record in tapes.records if isinstance(record, Told)]
    assert told == list(conductor.call.journal.entries())


async def test_while_the_recording_is_paused_the_tape_has_silence_and_no_words():
    async with taped() as call:
        leg = call.leg()
        call.call.record(RecordingChanged("started"))
        call.call.record(RecordingChanged("paused"))
        leg.say(SENTENCE)
        await call.heard(1)
        call.call.record(RecordingChanged("resumed"))
        leg.say(SENTENCE)
        await call.heard(2)
        await call.end()
        heard = call.records(VoiceHeard)
        assert {record.frame.pcm for record in heard[:90]} == {SILENCE}
        assert [record.frame.pcm for record in heard[90:]] == [frame.pcm for frame in frames(SENTENCE)]


async def test_while_somebody_is_on_hold_nothing_is_taped():
    async with taped() as call:
        rep, client = call.leg(Role.REP), call.leg()
        call.conductor.hold(client.id, held=True)
        rep.say(SENTENCE)
        client.say(SENTENCE)
        call.conductor.hold(client.id, held=False)
        client.say(SENTENCE)
        await call.heard(1)
        await call.end()
        assert len(call.records(VoiceHeard)) == 90
        assert len(call.records(VoiceBegan)) == 4


async def test_N8_a_tape_that_cannot_be_written_ends_is_told_once_and_the_call_goes_on():
    async with taped() as call:
        leg = call.leg()
        leg.say(SENTENCE)
        await call.heard(1)
        call.tapes.fault = EngineUnavailable("tape", "The disk is full.")
        leg.say(SENTENCE)
        await until(lambda: call.facts(Trouble))
        leg.say(SENTENCE)
        await call.heard(3)
        await call.end()
        assert call.facts(Trouble) == [Trouble("tape", "engine_unavailable", "The disk is full.")]
        assert not call.call.reel.on


async def test_N8_a_disk_that_hangs_holds_nothing_up_and_what_is_lost_is_counted():
    tapes = ListTapes()
    async with taped(tapes) as call:
        await until(lambda: call.records(Header))
        tapes.open_door.clear()
        leg = call.leg()
        for count in range(1, 104):
            leg.say(SENTENCE)
            await call.heard(count)
        assert call.call.reel.lost > 0
        tapes.open_door.set()
        await until(lambda: call.facts(Trouble))
        leg.say(SENTENCE)
        await call.heard(104)
        await call.end()
        assert call.facts(Trouble) == [
            Trouble("tape", "overload", "The tape of this call has holes: the disk was too slow.")
        ]
        assert sum(record.records for record in call.records(Lost)) == call.call.reel.lost
        assert len(call.records(VoiceHeard)) <= MOST_RECORDS + 2 * 90


async def test_a_call_is_not_taped_unless_the_house_says_so():
    board = Switchboard({"coaching": crew()}, lambda _: (), ListStore(), SwitchboardOptions())
    conductor = await board.start(CallOrder("call"))
    (started,) = [entry.fact for entry in conductor.call.journal.entries()]
    assert started == replace(started, warnings=())
    assert not conductor.call.reel.on
    await board.close()
