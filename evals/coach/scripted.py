"""Scripted calls: who says what and when, played on a jumping clock through the real conductor.

Voices are played to the floor, and words written into the story, at the times at which a live call has them: the floor
knows of a voice a tenth of a second late, and words come a second after a pause that ends a sentence.
"""

import asyncio
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from kitt_rtc.calls.call import Call
from kitt_rtc.calls.conductor import Conductor, ConductorOptions
from kitt_rtc.engines.sentences import SentenceEncoder, SentenceOptions
from kitt_rtc.model.facts import CallStarted, CoachSnoozed, Entry, LegHeld, UtteranceHeard
from kitt_rtc.model.speech import Role, Speaker, Stretch, Utterance
from kitt_rtc.pipeline.adviser import Adviser
from kitt_rtc.pipeline.attention import AttentionOptions, Budget
from kitt_rtc.pipeline.deduper import Deduper
from kitt_rtc.pipeline.following import Following
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.coaching import CoachingPlaybook
from kitt_rtc.prompts.library import Library
from tests.fakes.steps import crew
from tests.support.clock import StillLoop

CALLS = Path(__file__).with_name("attention_calls.yaml")
CLIENT, REP = Speaker("CLIENT", Role.CUSTOMER), Speaker("REP", Role.REP)
_WORDS_A_SECOND = 2.7
_KNOWN_SECONDS = 0.1
"""Until the floor knows of a voice."""
_OVER_SECONDS = 0.4
"""Until it knows that one is silent."""
_WRITTEN_SECONDS = 1.2
"""From the last word to the words in the story."""
_GAP_SECONDS = 1.0
_BREATHS = (0.6, 1.4, 2.5)
"""Pauses of a client who goes on, in turn: the last is as long as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class Line:
    """One turn of a script; of its fields one is set, or two."""

    c: str = ""
    r: str = ""
    nod: str = ""
    hold: float = 0.0
    snooze: float = 0.0
    small: bool = False


@dataclass(frozen=True, slots=True)
class Script:
    name: str
    language: str
    lines: tuple[Line, ...]


@dataclass(slots=True)
class Played:
    """What came of it."""

    entries: Sequence[Entry]
    speech: list[Stretch] = field(default_factory=list)
    """Of the client, without signs of listening."""
    quiet: list[Stretch] = field(default_factory=list)
    """On hold."""
    snoozed: list[Stretch] = field(default_factory=list)
    small: set[str] = field(default_factory=set)
    """Utterance ids of small talk."""


def written() -> list[Script]:
    """The calls of `attention_calls.yaml`."""
    sheet: Sequence[Mapping[str, Any]] = yaml.safe_load(CALLS.read_text("utf-8"))
    return [Script(call["name"], call["language"], tuple(Line(**line) for line in call["lines"])) for call in sheet]


def dense(language: str, lines: Sequence[Mapping[str, Any]], most: int) -> Script:
    """A client who gives cause for a card with every sentence, and hardly ever stops."""
    said = [row["say"] for row in lines if row["language"] == language and row["topic"]][:most]
    breathless = [Line(c=" … ".join(said[start : start + 2])) for start in range(0, len(said), 2)]
    return Script("dense", language, tuple(breathless))


def play(script: Script, options: AttentionOptions | None) -> Played:
    """The whole call, in no time."""
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        return runner.run(_played(script, options))


async def _played(script: Script, options: AttentionOptions | None) -> Played:
    library, encoder = Library(), SentenceEncoder(SentenceOptions(inline=True))
    playbook = CoachingPlaybook(Cards.load(), library)
    call = Call(f"scripted_{script.name}_{script.language}", playbook.manners, clock=asyncio.get_running_loop().time)
    call.record(CallStarted(call.id, "coaching", script.language, 0.0))
    staff = replace(
        crew(),
        playbook=playbook,
        adviser=Adviser(playbook, Deduper(encoder, library=library)),
        budget=Budget(options, library),
        following=Following(encoder),
    )
    conductor = Conductor(call, staff, lambda _: (), ConductorOptions(idle_seconds=math.inf))
    running = asyncio.create_task(conductor.run())
    await conductor.opened()
    stage = _Stage(conductor, script.language)
    for line in script.lines:
        await stage.act(line)
    await asyncio.sleep(30.0)
    call.end("hung_up")
    await running
    return replace(stage.played, entries=call.journal.entries())


class _Stage:
    """Plays the lines."""

    def __init__(self, conductor: Conductor, language: str) -> None:
        self.played = Played(())
        self._conductor = conductor
        self._call = conductor.call
        self._language = language
        self._writing: set[asyncio.Task[None]] = set()
        self._count = 0

    async def act(self, line: Line) -> None:
        call, now = self._call, self._call.clock()
        if line.snooze:
            call.record(CoachSnoozed(now + line.snooze, REP.id))
            self.played.snoozed.append(Stretch(now, now + line.snooze))
        elif line.hold:
            call.record(LegHeld("client", True, REP.id))
            await asyncio.sleep(line.hold)
            call.record(LegHeld("client", False, REP.id))
            self.played.quiet.append(Stretch(now, call.clock()))
        elif line.c:
            for part in line.c.split("…"):
                await self._say(CLIENT, part.strip(), small=line.small)
                await asyncio.sleep(_BREATHS[self._count % len(_BREATHS)])
        else:
            await asyncio.gather(self._say(REP, line.r), self._nod(line))
        await asyncio.sleep(_GAP_SECONDS)

    async def _say(self, who: Speaker, text: str, *, small: bool = False) -> None:
        began = self._call.clock()
        await self._speak(who, max(0.8, len(text.split()) / _WORDS_A_SECOND))
        ended = self._call.clock()
        if who is CLIENT:
            self.played.speech.append(Stretch(began, ended))
        self._count += 1
        self.played.small |= {f"utt{self._count}"} if small else set()
        said = Utterance(f"utt{self._count}", who, text, self._language, round(began, 3), round(ended, 3))
        writing = asyncio.create_task(self._write(said))
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)

    async def _speak(self, who: Speaker, seconds: float) -> None:
        """On the floor, as a listener tells it."""
        floor, began = self._conductor.floor, self._call.clock()
        await asyncio.sleep(_KNOWN_SECONDS)
        floor.note(who.id, who.role, speaking=True)
        while (now := self._call.clock()) < began + seconds:
            floor.hear(who.id, began, now)
            await asyncio.sleep(min(0.1, began + seconds - now))
        floor.hear(who.id, began, began + seconds)
        asyncio.get_running_loop().call_later(_OVER_SECONDS, lambda: floor.note(who.id, who.role, speaking=False))

    async def _nod(self, line: Line) -> None:
        if line.nod:
            await asyncio.sleep(1.0)
            await self._speak(CLIENT, 0.4)

    async def _write(self, said: Utterance) -> None:
        await asyncio.sleep(_WRITTEN_SECONDS)
        self._call.record(UtteranceHeard(said, _WRITTEN_SECONDS))
