"""How sentences of many calls fare at one engine: how long they wait, who is heard, and what goes first.

    python -m bench.load                      # an engine of known speed, then the embedded one
    python -m bench.load --calls 8 16 32      # only the first part, with so many calls
    python -m bench.load --engine moonshine --calls 4 8 --seconds 30

In every call a client and a rep take turns, and somebody speaks all the time but for short pauses. One call more, the
talkative one, has both speak at once, twice as much as the others. Live captions ask for a pass every 0.4 s while
somebody speaks. The first part runs on a clock that jumps: an engine with two places that takes 0.15 s and 0.08 s for
each second of sound. The second writes the sample calls' voices down with the embedded engine in real time, beside
whatever else this machine does: its load is printed too.
"""

import argparse
import asyncio
import os
import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from bench.gauges import Stopwatch
from bench.speech import breaths
from kitt_rtc.calls.call import Call
from kitt_rtc.calls.crew import Crew
from kitt_rtc.calls.dictation import Dictation
from kitt_rtc.calls.scheduler import Scheduler
from kitt_rtc.engines.energy import LoudnessDetector
from kitt_rtc.engines.moonshine import MoonshineOptions, MoonshineTranscriber
from kitt_rtc.model.audio import RATE, SAMPLE_BYTES, seconds_of
from kitt_rtc.model.facts import CallStarted, SegmentSkipped, UtteranceHeard
from kitt_rtc.model.speech import Role, Segment, Speaker
from kitt_rtc.pipeline.adviser import Adviser
from kitt_rtc.pipeline.deduper import Deduper
from kitt_rtc.pipeline.diarizer import Diarizer
from kitt_rtc.pipeline.scribe import Scribe
from kitt_rtc.pipeline.segmenter import Segmenter
from kitt_rtc.pipeline.summarizer import Summarizer
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.coaching import CoachingPlaybook
from kitt_rtc.ports import Transcriber, Transcription
from kitt_rtc.prompts.library import Library
from tests.support.clock import StillLoop

PLACES = 2
TALKATIVE = "talkative"
WAIT_TARGET, FAIR_TARGET = 1.0, 1.25
"""Seconds that a client's sentence waits at most, p95, while the engine can do all; most over least words of a call."""
_CAPTION_SECONDS = 0.4
_PAUSES = (0.2, 0.8)


@dataclass
class Scripted:
    """An engine of known speed."""

    languages: frozenset[str] | None = None

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        await asyncio.sleep(0.15 + 0.08 * seconds_of(pcm))
        return Transcription(" ".join(["word"] * max(1, round(2.5 * seconds_of(pcm)))), language)


@dataclass
class Timed:
    """An engine, and how long every sentence waited for it. Fits `ports.Transcriber`."""

    engine: Transcriber
    admitted: dict[int, tuple[str, str, float]] = field(default_factory=dict)
    """Call, role and moment, by the identity of the sound."""
    waits: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Seconds, by role and by call."""

    @property
    def languages(self) -> frozenset[str] | None:
        return self.engine.languages

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        call_id, role, at = self.admitted.pop(id(pcm), ("", "", 0.0))
        if call_id:  # not a caption's
            wait = asyncio.get_running_loop().time() - at
            self.waits[role].append(wait)
            self.waits[call_id].append(wait)
        return await self.engine.transcribe(pcm, language=language, hint=hint)


@dataclass
class Talk:
    """One call, and those who speak in it."""

    call: Call
    dictation: Dictation
    engine: Timed
    scheduler: Scheduler
    chance: random.Random
    said: Sequence[bytes]
    captions: Counter[bool]
    count: int = 0
    seconds: float = 0.0
    """Of speech."""

    async def run(self, seconds: float) -> None:
        writing = asyncio.create_task(self.dictation.run())
        speakers = [(Role.CUSTOMER, Role.REP)] if self.call.id != TALKATIVE else [(Role.CUSTOMER,), (Role.REP,)]
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds), asyncio.TaskGroup() as talking:
                for roles in speakers:
                    talking.create_task(self._speak(roles))
        self.dictation.close()
        await writing

    async def _speak(self, roles: Sequence[Role]) -> None:
        await asyncio.sleep(self.chance.uniform(0.0, 3.0))
        while True:
            for role in roles:
                pcm = bytes(bytearray(self.chance.choice(self.said)))  # one of its own, to be known by
                await self._caption_while(seconds_of(pcm), pcm)
                self.count += 1
                self.seconds += seconds_of(pcm)
                now = asyncio.get_running_loop().time()
                self.engine.admitted[id(pcm)] = self.call.id, role.value, now
                self.dictation.admit(Segment(f"seg_{self.count}", pcm, now, Speaker(role.value, role)))
                await asyncio.sleep(self.chance.uniform(*_PAUSES))

    async def _caption_while(self, seconds: float, pcm: bytes) -> None:
        """The sentence is being spoken, and shown as it grows."""
        ends = asyncio.get_running_loop().time() + seconds
        while (left := ends - asyncio.get_running_loop().time()) > _CAPTION_SECONDS:
            await asyncio.sleep(_CAPTION_SECONDS)
            with self.scheduler.caption() as granted:
                self.captions[granted] += 1
                if granted:
                    spoken = round((seconds - left + _CAPTION_SECONDS) * RATE) * SAMPLE_BYTES
                    await self.engine.transcribe(pcm[:spoken], language="en", hint="")
        await asyncio.sleep(max(0.0, left))


def crew(engine: Transcriber, scheduler: Scheduler) -> Crew:
    playbook = CoachingPlaybook(Cards.load(), Library(), None)
    return Crew(
        playbook=playbook,
        segmenter=lambda: Segmenter(LoudnessDetector()),
        upload_segmenter=lambda: Segmenter(LoudnessDetector()),
        diarizer=Diarizer(playbook.manners),
        scribe=Scribe(engine),
        scheduler=scheduler,
        adviser=Adviser(playbook, Deduper()),
        summarizer=Summarizer(),
    )


async def measure(engine: Transcriber, calls: int, seconds: float) -> tuple[list[Talk], Timed, Stopwatch]:
    timed, scheduler, captions = Timed(engine), Scheduler(lambda: PLACES), Counter[bool]()
    said, people = breaths(), crew(timed, scheduler)
    talks = []
    for number, name in enumerate([TALKATIVE, *(f"call_{number}" for number in range(1, calls))]):
        call = Call(name, people.playbook.manners)
        call.record(CallStarted(name, people.playbook.name, "en", 0.0))
        chance = random.Random(number)
        talks.append(Talk(call, Dictation(call, people), timed, scheduler, chance, said, captions))
    watch = Stopwatch()
    measuring = asyncio.create_task(watch.run())
    await asyncio.gather(*(talk.run(seconds) for talk in talks))
    measuring.cancel()
    return talks, timed, watch


def lines(talks: Sequence[Talk], timed: Timed) -> Iterator[str]:
    heard = {talk.call.id: _words(talk) for talk in talks}
    others = [words for call_id, words in heard.items() if call_id != TALKATIVE]
    skipped = Counter(
        f"{entry.fact.role} {entry.fact.reason}"
        for talk in talks
        for entry in talk.call.journal.entries()
        if isinstance(entry.fact, SegmentSkipped) and entry.fact.reason in {"overload", "too_late"}
    )
    for role in ("customer", "rep"):
        waits = timed.waits[role]
        yield f"  {role:9s} waits p50 {np.percentile(waits, 50):5.2f} s  p95 {np.percentile(waits, 95):5.2f} s"
    worst = max(float(np.percentile(timed.waits[call_id], 95)) for call_id in heard if call_id != TALKATIVE)
    talkative = np.percentile(timed.waits[TALKATIVE], 95)
    yield f"  ordinary calls: worst p95 {worst:5.2f} s; the talkative one {talkative:5.2f} s"
    fair = max(others) / max(1, min(others))
    yield (
        f"  words of ordinary calls, most over least: {fair:4.2f} (target {FAIR_TARGET})"
        f"{'' if fair <= FAIR_TARGET else '  MISSED'}; "
        f"of the talkative one {heard[TALKATIVE] / np.mean(others):4.2f} of theirs"
    )
    captions = talks[0].captions
    kept = captions[True] / captions.total()
    yield f"  captions: {captions[True]} passes, {captions[False]} left out ({kept:.0%} kept)"
    yield f"  never written down: {dict(skipped) or 'none'} of {sum(talk.count for talk in talks)} sentences"


def _words(talk: Talk) -> int:
    facts = (entry.fact for entry in talk.call.journal.entries())
    return sum(len(fact.utterance.text.split()) for fact in facts if isinstance(fact, UtteranceHeard))


def scripted(calls: int, seconds: float) -> None:
    with asyncio.Runner(loop_factory=StillLoop) as runner:
        talks, timed, _ = runner.run(measure(Scripted(), calls, seconds))
    work = sum((0.15 + 0.08 * seconds_of(pcm)) for pcm in breaths()) / len(breaths())
    asked = sum(talk.count for talk in talks) * work / seconds / PLACES
    print(f"{calls} calls, {asked:.0%} of what the engine can do")
    print(*lines(talks, timed), sep="\n", flush=True)


async def _embedded(calls: int, seconds: float) -> tuple[list[Talk], Timed, Stopwatch]:
    engine = MoonshineTranscriber(MoonshineOptions(threads=PLACES))
    try:
        await asyncio.gather(*(engine.transcribe(breaths()[0], language="en", hint="") for _ in range(PLACES)))
        return await measure(engine, calls, seconds)
    finally:
        await engine.close()


def embedded(calls: int, seconds: float) -> None:
    talks, timed, watch = asyncio.run(_embedded(calls, seconds))
    figures = watch.read()
    sound = sum(talk.seconds for talk in talks)
    p95 = float(np.percentile(timed.waits["customer"] + timed.waits["rep"], 95))
    print(
        f"{calls} calls on moonshine, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}: waits p95 {p95:5.2f} s "
        f"(target {WAIT_TARGET}){'' if p95 <= WAIT_TARGET else '  MISSED'}; "
        f"{figures['cores']:.2f} cores, {figures['cores'] * seconds / sound:.2f} s of processor a second of speech, "
        f"captions included; loop lag p50 {figures['lag_p50']:.1f} p99 {figures['lag_p99']:.1f} ms"
    )
    print(*lines(talks, timed), sep="\n", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--calls", type=int, nargs="+", default=[])
    parser.add_argument("--seconds", type=float, default=0.0, help="of talk")
    parser.add_argument("--engine", choices=["scripted", "moonshine", "both"], default="both")
    chosen = parser.parse_args()
    if chosen.engine != "moonshine":
        for calls in chosen.calls or [8, 12, 16, 24, 32]:
            scripted(calls, chosen.seconds or 600.0)
    if chosen.engine != "scripted" and not (chosen.calls and chosen.engine == "both"):
        for calls in chosen.calls or [4, 8, 12]:
            embedded(calls, chosen.seconds or 30.0)


if __name__ == "__main__":
    main()
