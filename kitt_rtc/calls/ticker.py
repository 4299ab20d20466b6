"""The caption of one voice, beside the journal: what somebody is saying, while they say it.

The law: captions give way. One pass over the open utterance is under way at most, only where an engine is spare, and
the longer a pass took, the more must be said before the next: a voice costs no more than a part of one core. A pass
that is not run is counted and forgotten; an engine that fails is told of by the utterance.
"""

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from kitt_rtc.calls.call import Call
from kitt_rtc.model.audio import FRAME_SECONDS
from kitt_rtc.model.caption import caption_id
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.speech import Segment
from kitt_rtc.pipeline.captioner import Captioner
from kitt_rtc.pipeline.segmenter import Segmenter
from kitt_rtc.ports import Leg

SHOWN, EMPTY, DROPPED, FAILED, LATE = "shown", "empty", "dropped", "failed", "late"
"""What became of a pass: it gave words, or none; no engine was spare; the engine failed; the utterance had closed."""

_NEWS_SECONDS = 0.1
"""Less speech than this since the last pass has no word in it."""


@dataclass(frozen=True, slots=True)
class TickerOptions:
    """In seconds of sound, but for `share`."""

    first: float = 0.4
    """Speech before the first pass."""
    step: float = 0.5
    """Least speech from one pass to the next: with less, two passes agree on half a word."""
    share: float = 3.0
    """A pass that took a second is followed by this many seconds of speech without one."""
    look: float = 0.1
    """From one look at what is open to the next: a look copies the sound."""
    at_pause: bool = False
    """One pass more when the voice falls silent, so that the caption is whole before the pause ends the sentence."""


class Places(Protocol):
    """Who may use an engine."""

    def caption(self) -> AbstractContextManager[bool]:
        """Hold a place for one pass, if one is to spare: it is told whether, and never waits."""


@dataclass(frozen=True, slots=True)
class Captioning:
    """What the captions of all calls share."""

    captioner: Captioner
    places: Places
    count: Callable[[str], None] = lambda outcome: None
    """Told what became of each pass."""
    options: TickerOptions = TickerOptions()


class Ticker:
    """Of one voice: told of every frame, and runs its passes in a task of its own. Made by `ticking`."""

    def __init__(self, call: Call, leg: Leg, captioning: Captioning) -> None:
        self._call = call
        self._leg = leg
        self._with = captioning
        self._unseen = 0.0
        """Seconds of sound since the last look."""
        self._utterance = ""
        """Segment id of what was open then; empty when nothing was."""
        self._due = 0.0
        """Seconds of speech of that utterance at which the next pass is run."""
        self._heard = 0.0
        """Seconds of speech of it that were looked at."""
        self._passes: asyncio.Queue[tuple[Segment, bool]] = asyncio.Queue(1)
        self._busy = False

    def note(self, segmenter: Segmenter, closed: Segment | None) -> None:
        """The segmenter has taken the next frame, and `closed` this segment: its caption stays until it is written."""
        if closed is not None and closed.id == self._utterance:
            self._utterance = ""
        self._unseen += FRAME_SECONDS
        if self._unseen >= self._with.options.look:
            self._unseen = 0.0
            self._look(segmenter.open if segmenter.speaking else None, silent=not segmenter.voiced)

    def finish(self, last: Segment | None) -> None:
        """The voice has left; `last` is the segment that was cut short, if any."""
        if last is None or last.id != self._utterance:
            self._open("")
        self._utterance = ""

    async def run(self) -> None:
        """Run the passes, until cancelled."""
        while True:
            segment, paused = await self._passes.get()
            with self._with.places.caption() as granted:
                if granted:
                    await self._pass(segment, paused=paused)
            if not granted:
                self._with.count(DROPPED)
            self._busy = False

    def _look(self, segment: Segment | None, *, silent: bool) -> None:
        self._open("" if segment is None else segment.id)
        if segment is None or self._busy:
            return
        named, spoken = replace(segment, speaker=self._leg.speaker), segment.speech_seconds or 0.0
        paused = silent and self._with.options.at_pause
        if paused and spoken < self._heard + _NEWS_SECONDS:
            self._pause(segment)
            return
        if (spoken < self._due and not paused) or not self._with.captioner.wanted(named, self._call.conversation):
            return
        self._due, self._heard = spoken + self._with.options.step, spoken
        self._busy = True
        self._passes.put_nowait((named, paused))

    def _pause(self, segment: Segment) -> None:
        """What was last seen of it is all that was said."""
        caption = self._call.captions.open.get(caption_id(segment.id))
        if caption is not None and not caption.paused:
            self._call.captions.show(replace(caption, paused=True))

    def _open(self, utterance: str) -> None:
        """This one is open now; another one that was, and closed as no segment, was no speech."""
        if utterance == self._utterance:
            return
        if self._utterance:
            self._call.captions.end(caption_id(self._utterance), said=False)
        self._utterance, self._due, self._heard = utterance, self._with.options.first, self._with.options.first

    async def _pass(self, segment: Segment, *, paused: bool) -> None:
        began = asyncio.get_running_loop().time()
        captions = self._call.captions
        before = captions.open.get(caption_id(segment.id))
        try:
            caption = await self._with.captioner.look(
                segment, self._call.conversation, leg_id=self._leg.id, before=before
            )
        except EngineError:
            self._with.count(FAILED)
            self._wait(segment, math.inf)
            return
        if segment.id != self._utterance:
            self._with.count(LATE)
            return
        self._wait(segment, self._with.options.share * (asyncio.get_running_loop().time() - began))
        words = bool(caption.committed or caption.rest)
        self._with.count(SHOWN if words else EMPTY)
        if words or before is not None:
            captions.show(replace(caption, paused=paused))

    def _wait(self, segment: Segment, seconds: float) -> None:
        """So much more must be said before the next pass over this utterance."""
        if segment.id == self._utterance:
            self._due = max(self._due, (segment.speech_seconds or 0.0) + seconds)


@asynccontextmanager
async def ticking(call: Call, leg: Leg, captioning: Captioning | None) -> AsyncIterator[Ticker | None]:
    """The ticker of a voice, for as long as it is listened to; None where there are no captions."""
    if captioning is None:
        yield None
        return
    ticker = Ticker(call, leg, captioning)
    async with asyncio.TaskGroup() as group:
        passes = group.create_task(ticker.run(), name=f"captions of {leg.id}")
        yield ticker
        passes.cancel()
