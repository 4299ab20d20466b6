"""Plays a tape through the real conductor: every frame to its listener when it was heard, facts of people in between.

The law: what the house made of the call is made anew; what people and lines did is taken from the tape. What names a
line or a card of the call that was is given to its twin.
"""

import asyncio
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from functools import partial

from kitt_rtc.calls import languages
from kitt_rtc.calls.call import Call, CallOptions
from kitt_rtc.calls.company import BY_VOICE
from kitt_rtc.calls.conductor import Conductor, ConductorOptions
from kitt_rtc.calls.crew import Crew
from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.media.track import MediaTrack, Tap
from kitt_rtc.model.facts import (
    CallResumed,
    CaseSettled,
    Entry,
    Fact,
    InsightGiven,
    InsightRated,
    LanguageSwitched,
    SpeakerCorrected,
    SpeakerNamed,
    UtteranceHeard,
)
from kitt_rtc.model.insight import Insight
from kitt_rtc.model.quality import LineQuality
from kitt_rtc.model.speech import Speaker, Utterance
from kitt_rtc.replay.script import GIVEN
from kitt_rtc.replay.tape import Tape, setting
from kitt_rtc.replay.taped_engines import Answers
from kitt_rtc.replay.virtual_time import in_no_time
from kitt_rtc.tape.records import VoiceBegan, VoiceEnded, VoiceHeard

_ROUNDED_SECONDS = 0.0005
"""A fact's time is rounded by so much: what it caused is not to come before it."""


def play_tape(tape: Tape, crew: AbstractAsyncContextManager[Crew], answers: Answers) -> Sequence[Entry]:
    """The whole call, in no time; its story. The same tape and crew give the same story."""
    return in_no_time(crew, lambda opened: _played(tape, opened, answers))


async def _played(tape: Tape, crew: Crew, answers: Answers) -> Sequence[Entry]:
    loop, header = asyncio.get_running_loop(), tape.header
    messages = round(setting(header, "context_messages", CallOptions().context_messages))
    call = Call(header.call_id, crew.playbook.manners, CallOptions(messages), clock=loop.time)
    answers.clock = call.clock
    call.record(tape.started)
    options = ConductorOptions(setting(header, "min_insight_interval", 1.0), idle_seconds=math.inf)
    conductor = Conductor(call, crew, lambda _: (), options)
    running = asyncio.create_task(conductor.run(), name=f"replay of {call.id}")
    await conductor.opened()
    for act in _Acts(tape, call, conductor).in_order():
        if act.at > call.clock():
            await asyncio.sleep(act.at - call.clock())
        act.do()
        await asyncio.sleep(0)  # whoever is told of this acts before the next comes
    await asyncio.sleep(max(0.0, tape.seconds - call.clock()))
    call.end("hung_up")
    await running
    return call.journal.entries()


@dataclass(frozen=True, slots=True)
class _Act:
    at: float
    do: Callable[[], object]


@dataclass(frozen=True, slots=True)
class _TapeLeg:
    """Fits `ports.Leg` as far as a listener looks."""

    id: str
    speaker: Speaker | None
    voices: int
    microphone: MediaTrack
    earpiece: Earpiece = field(default_factory=Earpiece)
    transport: str = "tape"
    quality: LineQuality | None = None

    async def run(self) -> str:
        return "hung_up"

    async def hang_up(self) -> None:
        """Its voice ends where it ends on the tape."""


class _Acts:
    """What to do when."""

    def __init__(self, tape: Tape, call: Call, conductor: Conductor) -> None:
        self._tape = tape
        self._call = call
        self._conductor = conductor
        self._taps: dict[str, Tap] = {}
        """Of the voices that are heard at the moment."""

    def in_order(self) -> Sequence[_Act]:
        return sorted((*self._facts(), *self._sound(), *self._last_words()), key=lambda act: act.at)

    def _sound(self) -> Iterator[_Act]:
        for one in self._tape.voices:
            match one:
                case VoiceBegan():
                    yield _Act(one.clock, partial(self._begin, one))
                case VoiceHeard():
                    yield _Act(one.clock, partial(self._hear, one))
                case VoiceEnded():
                    yield _Act(one.clock, partial(self._end, one.voice))

    def _facts(self) -> Iterator[_Act]:
        heard = {one.speaker.id for one in self._tape.voices if isinstance(one, VoiceBegan) and one.speaker}
        for entry in self._tape.story[1:]:
            if _is_given(entry.fact, heard):
                yield _Act(entry.at - _ROUNDED_SECONDS, partial(self._record, entry.fact))

    def _last_words(self) -> Iterator[_Act]:
        """Of voices whose end is not on the tape."""
        for one in self._tape.voices:
            if isinstance(one, VoiceBegan):
                yield _Act(self._tape.seconds, partial(self._end, one.voice))

    def _begin(self, began: VoiceBegan) -> None:
        leg = _TapeLeg(began.leg_id, began.speaker, began.voices, MediaTrack(self._call.clock))
        self._taps[began.voice] = tap = leg.microphone.tap()
        self._conductor.company.join(leg)
        self._conductor.listen(leg, tap)

    def _hear(self, heard: VoiceHeard) -> None:
        if heard.voice in self._taps:
            self._taps[heard.voice].offer(heard.frame)

    def _end(self, voice: str) -> None:
        if voice in self._taps:
            self._taps.pop(voice).end()

    def _record(self, fact: Fact) -> None:
        mine = _twin(fact, self._tape.story, self._call.journal.entries())
        if mine is not None:
            self._call.record(mine)


def _is_given(fact: Fact, heard: set[str]) -> bool:
    """Did people do it, or a line, and not the house? `heard`: speakers whose voices are on the tape."""
    match fact:
        case UtteranceHeard():
            return fact.utterance.speaker.id not in heard and not _shares(fact.utterance.speaker.id, heard)
        case LanguageSwitched():
            return fact.reason == languages.DECLARED
        case SpeakerCorrected() | SpeakerNamed():
            return fact.by != BY_VOICE
        case CaseSettled():
            return fact.by != "words"
        case CallResumed():
            return True
        case _:
            return isinstance(fact, GIVEN)


def _shares(speaker_id: str, heard: set[str]) -> bool:
    """Is this somebody on another's microphone?"""
    return speaker_id.rpartition(".")[0] in heard


def _twin(fact: Fact, was: Sequence[Entry], now: Sequence[Entry]) -> Fact | None:
    """The fact with the ids of this replay; None where what it is about did not come this time."""
    match fact:
        case SpeakerCorrected():
            line = next((one for one in _lines(was) if one.id == fact.utterance_id), None)
            twin = next((one for one in _lines(now) if line and (one.start, one.end) == (line.start, line.end)), None)
            return replace(fact, utterance_id=twin.id) if twin else None
        case InsightRated():
            card = next((one for one in _cards(was) if one.id == fact.insight_id), None)
            mine = [one for one in _cards(now) if card and (one.topic, one.title) == (card.topic, card.title)]
            return replace(fact, insight_id=mine[-1].id) if mine else None
        case _:
            return fact


def _lines(story: Sequence[Entry]) -> Iterator[Utterance]:
    return (entry.fact.utterance for entry in story if isinstance(entry.fact, UtteranceHeard))


def _cards(story: Sequence[Entry]) -> Iterator[Insight]:
    return (entry.fact.insight for entry in story if isinstance(entry.fact, InsightGiven))
