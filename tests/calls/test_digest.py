import asyncio
from collections.abc import Collection, Sequence
from typing import Any

import pytest

from kitt_rtc.calls.digest import Digest
from kitt_rtc.calls.switchboard import CallOrder, Switchboard
from kitt_rtc.model.errors import CallOver
from kitt_rtc.model.facts import ContextRead, InsightGiven, SegmentSkipped, UtteranceHeard
from kitt_rtc.model.speech import Role
from kitt_rtc.ports import Transcription
from tests.fakes.steps import ScriptedTranscriber, crew
from tests.fakes.store import ListStore
from tests.sounds.made import silence, tone


class Meeting(ScriptedTranscriber):
    """Answers nobody until both voices have been brought: a house that writes one after the other never ends."""

    def __init__(self) -> None:
        super().__init__()
        self._both = asyncio.Barrier(2)

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        await self._both.wait()
        return Transcription("too expensive", language)


async def _house(transcriber: ScriptedTranscriber):
    switchboard = Switchboard({"coaching": crew(transcriber)}, lambda _: [], ListStore())
    return switchboard, await switchboard.start(CallOrder("call_1"))


async def test_E04_both_voices_are_written_down_in_parallel_and_advised_on_once():
    switchboard, conductor = await _house(Meeting())
    async with asyncio.timeout(5):
        entries = await Digest().digest(conductor, {Role.CUSTOMER: tone(1.0), Role.REP: tone(2.0)})
    await switchboard.close()
    roles = {entry.fact.utterance.speaker.role for entry in entries if isinstance(entry.fact, UtteranceHeard)}
    assert roles == {Role.CUSTOMER, Role.REP}
    assert sum(isinstance(entry.fact, ContextRead) for entry in entries) == 1
    assert sum(isinstance(entry.fact, InsightGiven) for entry in entries) == 1


async def test_E04_a_long_upload_loses_nothing_and_takes_no_more_places_than_there_are():
    class Busy(ScriptedTranscriber):
        at_work = most = 0

        async def transcribe(self, pcm: bytes, **given: Any) -> Transcription:
            self.at_work += 1
            self.most = max(self.most, self.at_work)
            await asyncio.sleep(0)
            self.at_work -= 1
            return await super().transcribe(pcm, **given)

    busy = Busy()
    switchboard, conductor = await _house(busy)
    sentences = (tone(0.6) + silence(0.6)) * 24
    entries = await Digest().digest(conductor, {Role.CUSTOMER: sentences, Role.REP: sentences})
    await switchboard.close()
    assert sum(isinstance(entry.fact, UtteranceHeard) for entry in entries) == 48
    assert not [entry for entry in entries if isinstance(entry.fact, SegmentSkipped)]
    assert busy.most == 2


async def test_E04_either_voice_may_be_absent():
    switchboard, conductor = await _house(ScriptedTranscriber(["Hello."]))
    entries = await Digest().digest(conductor, {Role.REP: tone(1.0)})
    nothing = await Digest().digest(conductor, {})
    await switchboard.close()
    assert [entry.fact.utterance.text for entry in entries if isinstance(entry.fact, UtteranceHeard)] == ["Hello."]
    assert nothing == ()


async def test_a_silent_upload_is_said_to_be_silent_and_never_sent_to_the_engine():
    transcriber = ScriptedTranscriber()
    switchboard, conductor = await _house(transcriber)
    entries = await Digest().digest(conductor, {Role.CUSTOMER: silence(2.0)})
    await switchboard.close()
    assert [entry.fact.reason for entry in entries if isinstance(entry.fact, SegmentSkipped)] == ["silent"]
    assert transcriber.heard == []


@pytest.mark.parametrize(("samples", "heard"), [(7_840, False), (8_000, True)])
async def test_T13_half_a_second_of_upload_is_heard_and_less_is_not(samples: int, heard: bool):
    switchboard, conductor = await _house(ScriptedTranscriber())
    entries = await Digest().digest(conductor, {Role.CUSTOMER: tone(1.0)[: samples * 2]})
    await switchboard.close()
    assert any(isinstance(entry.fact, UtteranceHeard) for entry in entries) is heard


async def test_a_call_that_is_over_takes_no_upload():
    switchboard, conductor = await _house(ScriptedTranscriber())
    await switchboard.close()
    with pytest.raises(CallOver):
        await Digest().digest(conductor, {Role.REP: tone(1.0)})
