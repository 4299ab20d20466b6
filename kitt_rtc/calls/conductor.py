"""The loops of one call, from first leg to last word: listen, write down, advise.

Two task groups, one in the other: the readers outside, the work inside. So a call closes in order: legs leave, the
tail is segmented and written down, the end is recorded, the readers read to it, and nothing is left running.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from kitt_rtc.calls.bridge import Bridge
from kitt_rtc.calls.call import Call
from kitt_rtc.calls.crew import Crew
from kitt_rtc.calls.floor import Floor
from kitt_rtc.calls.intake import Intake
from kitt_rtc.logbook import about
from kitt_rtc.media.track import Tap
from kitt_rtc.model.errors import CallOver
from kitt_rtc.model.facts import SummaryWritten, Trouble, UtteranceHeard
from kitt_rtc.model.insight import Focus, Summary
from kitt_rtc.model.speech import Role, Segment
from kitt_rtc.pipeline.scribe import skipped
from kitt_rtc.ports import Leg, Reader

logger = logging.getLogger(__name__)

SCRIBES = 2
_HUNG_UP_SECONDS = 1.0
"""Once the last telephone has hung up there is nobody to wait for."""


@dataclass(frozen=True, slots=True)
class ConductorOptions:
    min_insight_interval: float = 1.0
    """Least time between two turns of the adviser, in seconds."""
    drain_seconds: float = 5.0
    """For the last words to be written down when a call ends."""
    rejoin_seconds: float = 30.0
    """A call waits this long for somebody whose line was lost."""
    idle_seconds: float = 900.0
    """A call that nobody ever joined ends after this long without anything happening."""


class Conductor:
    """Runs one call."""

    def __init__(
        self,
        call: Call,
        crew: Crew,
        readers: Callable[["Conductor"], Sequence[Reader]],
        options: ConductorOptions | None = None,
    ) -> None:
        self.call = call
        self.crew = crew
        self.floor = Floor()
        self._readers = readers
        self._options = options or ConductorOptions()
        self._bridge = Bridge()
        self._intake = Intake()
        self._turn = asyncio.Lock()
        self._open = asyncio.Event()
        self._work: asyncio.TaskGroup | None = None
        self._listeners: set[asyncio.Task[None]] = set()
        self._hosted: set[asyncio.Task[None]] = set()
        self._last_left: tuple[str, str] | None = None
        """Transport and reason of the leg that left last."""

    async def run(self) -> None:
        """The whole life of the call. Never raises but for cancellation."""
        with about(call=self.call.id):
            await self._live()

    async def _live(self) -> None:
        async with asyncio.TaskGroup() as followers:
            for reader in self._readers(self):
                followers.create_task(self._follow(reader), name=f"{type(reader).__name__} of {self.call.id}")
            reason = "error"
            try:
                await self._converse()
                reason = self.call.reason
            except* Exception:
                logger.exception("call failed", extra={"call": self.call.id})
            finally:
                self.call.over.set()
                self._open.set()
                self.call.close(reason)
                await self._hang_up()

    async def opened(self) -> None:
        """Until legs can be taken in, or the call has ended without."""
        await self._open.wait()

    async def host(self, leg: Leg) -> None:
        """Have a leg in the call until it leaves. Raises CallOver, or BadOffer when the call is full."""
        await self.opened()
        await self._keep(leg, self._take_in(leg))

    def _take_in(self, leg: Leg) -> asyncio.Task[None]:
        """From now on the leg is in the call, heard and hearing; its listener."""
        self.call.admit(leg)
        listener = self._start_listening(leg)
        self._bridge.join(leg)
        return listener

    async def _keep(self, leg: Leg, listener: asyncio.Task[None]) -> None:
        reason = "error"
        try:
            with about(call=self.call.id, leg=leg.id):  # a telephone lives in its request, not in the call's task
                reason = await leg.run()
        except Exception:
            logger.exception("leg failed", extra={"call": self.call.id, "leg": leg.id})
        finally:
            self._bridge.leave(leg)
            leg.microphone.end()
            leg.earpiece.close()
            self._last_left = (leg.transport, reason)
            self.call.release(leg, reason)
            await _all_done([listener])

    def invite(self, leg: Leg) -> None:
        """The same, in the call's own group: for legs that outlive the request that brought them."""
        if self._work is None or self.call.over.is_set():
            raise CallOver("the call is over")
        # Taken in here, not in the task: a refusal is the asker's, and must not end the call.
        task = self._work.create_task(self._keep(leg, self._take_in(leg)), name=f"leg {leg.id}")
        self._hosted.add(task)
        task.add_done_callback(self._hosted.discard)

    async def turn(self) -> None:
        """One turn of the adviser, now, if anything was said that it has not considered."""
        async with self._turn:
            if self.call.conversation.pending:
                await self.call.attempt("adviser", self.crew.adviser.consider(self.call.conversation, self.call.clock))

    async def take(self, segment: Segment) -> None:
        """Write one segment down now, past the intake: for uploads, which wait for nobody's turn."""
        if await self._objected(segment):
            return
        await self._write(segment)

    async def summarize(self, focus: Focus) -> Summary:
        """The call so far on a page. Raises EngineError."""
        began = time.monotonic()
        said = [entry.fact.utterance for entry in self.call.journal.entries() if isinstance(entry.fact, UtteranceHeard)]
        summary = await self.crew.summarizer.write(self.call.conversation, said, focus)
        if not self.call.journal.closed:
            self.call.record(SummaryWritten(summary, round(time.monotonic() - began, 3)))
        return summary

    # The loops.

    async def _converse(self) -> None:
        async with asyncio.TaskGroup() as work:
            self._work = work
            self._open.set()
            scribes = [work.create_task(self._write_down()) for _ in range(SCRIBES)]
            others = [work.create_task(self._advise()), work.create_task(self._watch_absence())]
            await self.call.over.wait()
            await self._drain(scribes)
            for task in others:
                task.cancel()

    async def _listen(self, leg: Leg, voice: Tap) -> None:
        segmenter = self.crew.segmenter()
        role = leg.speaker.role if leg.speaker else Role.UNKNOWN
        async for frame in voice:
            segment = segmenter.feed(frame)
            self.floor.note(leg.id, role, speaking=segmenter.speaking)
            if segment is not None:
                await self._admit(leg, segment)
        self.floor.note(leg.id, role, speaking=False)
        last = segmenter.flush()
        if last is not None:
            await self._admit(leg, last)

    async def _write_down(self) -> None:
        async for segment in self._intake:
            await self._write(segment)

    async def _advise(self) -> None:
        async for _ in self.call.news(every=self._options.min_insight_interval):
            await self.turn()

    async def _watch_absence(self) -> None:
        """End the call when nobody has been in it for long enough."""
        while True:
            self.call.moved.clear()
            patience, reason = self._patience()
            try:
                async with asyncio.timeout(patience):
                    await self.call.moved.wait()
            except TimeoutError:
                self.call.end(reason)
                return

    # Their parts.

    def _patience(self) -> tuple[float | None, str]:
        """How long nothing may happen before the call ends, in seconds, and why it then ends."""
        if self.call.legs:
            return None, ""
        if self._last_left is None:
            return self._options.idle_seconds, "idle"
        hung_up = self._last_left == ("twilio", "hung_up")  # a page that was closed may be a page that is reloaded
        return (_HUNG_UP_SECONDS if hung_up else self._options.rejoin_seconds), "everyone_left"

    def _start_listening(self, leg: Leg) -> asyncio.Task[None]:
        assert self._work is not None
        voice = leg.microphone.tap()  # now, so that not even the first word is missed
        listener = self._work.create_task(self._listen(leg, voice), name=f"listener of {leg.id}")
        self._listeners.add(listener)
        listener.add_done_callback(self._listeners.discard)
        return listener

    async def _admit(self, leg: Leg, segment: Segment) -> None:
        named = await self.crew.diarizer.name(segment, leg.speaker, self.call.conversation.roster)
        if await self._objected(named):
            return
        shed = self._intake.put(named, rank=self.crew.diarizer.rank(named))
        if shed is not None:
            self.call.record(skipped(shed, "overload"))

    async def _objected(self, segment: Segment) -> bool:
        objection = self.crew.diarizer.objection(segment)
        if objection is not None:
            self.call.record(skipped(segment, objection))
        return objection is not None

    async def _write(self, segment: Segment) -> None:
        heard = await self.call.attempt("scribe", self.crew.scribe.write(segment, self.call.conversation))
        if not heard:
            self.call.record(skipped(segment, "failed"))

    async def _follow(self, reader: Reader) -> None:
        """A reader that fails stops reading; the call and the other readers go on."""
        try:
            await reader.read(self.call.journal)
        except Exception:
            logger.exception("reader failed", extra={"call": self.call.id, "reader": type(reader).__name__})

    # The closing order: legs, listeners, intake, scribes.

    async def _hang_up(self) -> None:
        await asyncio.gather(*(leg.hang_up() for leg in self.call.legs.values()))

    async def _drain(self, scribes: Sequence[asyncio.Task[None]]) -> None:
        try:
            async with asyncio.timeout(self._options.drain_seconds):
                await self._hang_up()
                await _all_done(self._hosted)
                await _all_done(self._listeners)
                self._intake.close()
                await _all_done(scribes)
        except TimeoutError:
            self.call.record(
                Trouble("closing", "drain_timeout", "The last words were not written down in time; see DRAIN_SECONDS.")
            )
            for task in (*self._hosted, *self._listeners, *scribes):
                task.cancel()


async def _all_done(tasks: Collection[asyncio.Task[None]]) -> None:
    """Wait without taking anything from the group that owns them: neither their errors nor their cancelling."""
    if tasks:
        await asyncio.wait(tasks)
