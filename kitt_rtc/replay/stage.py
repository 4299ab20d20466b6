"""Plays a script through the real conductor: voices to the floor, facts into the story, each at its time."""

import asyncio
import math
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from functools import partial

from kitt_rtc.calls.call import Call, CallOptions
from kitt_rtc.calls.conductor import Conductor, ConductorOptions
from kitt_rtc.calls.crew import Crew
from kitt_rtc.calls.floor import Floor
from kitt_rtc.model.facts import Entry, UtteranceHeard
from kitt_rtc.model.speech import Utterance
from kitt_rtc.replay.script import Script
from kitt_rtc.replay.virtual_time import in_no_time

_KNOWN_SECONDS = 0.1
"""Until the floor knows of a voice."""
_OVER_SECONDS = 0.25
"""Until it knows that one is silent."""
_BEHIND_SECONDS = 30.0
"""For what still waits for its moment when the last word is said."""


def play(script: Script, crew: Crew, options: ConductorOptions | None = None) -> Sequence[Entry]:
    """The whole call, in no time; its story. The same script and crew give the same story."""
    return play_with(script, nullcontext(crew), options)


def play_with(
    script: Script, crew: AbstractAsyncContextManager[Crew], options: ConductorOptions | None = None
) -> Sequence[Entry]:
    """The same with a crew that is there for this one call."""
    chosen = options or ConductorOptions(idle_seconds=math.inf)
    return in_no_time(crew, lambda opened: _played(script, opened, chosen))


async def _played(script: Script, crew: Crew, options: ConductorOptions) -> Sequence[Entry]:
    loop = asyncio.get_running_loop()
    call = Call(script.call_id, crew.playbook.manners, CallOptions(), clock=loop.time)
    call.record(script.started)
    conductor = Conductor(call, crew, lambda _: (), options)
    running = asyncio.create_task(conductor.run(), name=f"replay of {call.id}")
    await conductor.opened()
    for act in _acts(script, call, conductor.floor):
        await asyncio.sleep(max(0.0, act.at - call.clock()))
        act.do()
    await asyncio.sleep(max(0.0, script.seconds - call.clock()) + _BEHIND_SECONDS)
    call.end("hung_up")
    await running
    return call.journal.entries()


@dataclass(frozen=True, slots=True)
class _Act:
    at: float
    do: Callable[[], object]


def _acts(script: Script, call: Call, floor: Floor) -> list[_Act]:
    """What to do when, in order."""
    acts = [_Act(cue.at, partial(call.record, cue.fact)) for cue in script.cues]
    for cue in script.cues:
        if isinstance(cue.fact, UtteranceHeard):
            acts += _voice(cue.fact.utterance, floor)
    return sorted(acts, key=lambda act: act.at)


def _voice(said: Utterance, floor: Floor) -> list[_Act]:
    """A voice on the floor, as a listener tells it. Who only showed that they listen does not take it."""
    who = said.speaker
    heard = _Act(said.end, partial(floor.hear, who.id, said.start, said.end))
    if said.backchannel:
        return [heard]
    note = partial(floor.note, who.id, who.role)
    return [
        _Act(said.start + _KNOWN_SECONDS, partial(note, speaking=True)),
        heard,
        _Act(said.end + _OVER_SECONDS, partial(note, speaking=False)),
    ]
