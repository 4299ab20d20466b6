"""The loops of one call, from first leg to last word: listen, write down, advise.

Two task groups, one in the other: the readers outside, the work inside. So a call closes in order: legs leave, the
tail is segmented and written down, the end is recorded, the readers read to it, and nothing is left running.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from kitt_rtc.calls import languages
from kitt_rtc.calls.aside import Aside
from kitt_rtc.calls.attention import Attention
from kitt_rtc.calls.bridge import KEYS, Bridge
from kitt_rtc.calls.call import Call
from kitt_rtc.calls.company import Company
from kitt_rtc.calls.crew import Crew
from kitt_rtc.calls.dictation import Dictation
from kitt_rtc.calls.floor import Floor
from kitt_rtc.calls.follow_watch import FollowWatch
from kitt_rtc.calls.hearing_watch import Hearing, changes
from kitt_rtc.calls.line_watch import WATCH_SECONDS, LineWatch
from kitt_rtc.calls.listener import Listener
from kitt_rtc.calls.listening import Listening
from kitt_rtc.calls.recorder import Recorder, RecorderOptions
from kitt_rtc.calls.taper import Taper
from kitt_rtc.logbook import about
from kitt_rtc.media import tones
from kitt_rtc.media.track import Tap
from kitt_rtc.model.audio import FRAME_BYTES, AudioFrame
from kitt_rtc.model.errors import CallOver, LegNotFound, NotForThem
from kitt_rtc.model.facts import Fact, KeysPressed, LegHeld, SummaryWritten, Trouble
from kitt_rtc.model.figures import spoken
from kitt_rtc.model.insight import Focus, Summary
from kitt_rtc.model.speech import Role, Segment
from kitt_rtc.pipeline.adviser import Offer, Proposal
from kitt_rtc.pipeline.pauses import Pauses
from kitt_rtc.ports import Leg, Reader
from kitt_rtc.tape.reel import taped_on

logger = logging.getLogger(__name__)

_HUNG_UP_SECONDS = 1.0
"""Once the last telephone has hung up there is nobody to wait for."""
_LAST_SOUND_SECONDS = 2.0
"""For the end of a recording to be written."""


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
    record_calls: bool = False
    """Is every call recorded, without anybody asking for it?"""


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
        self.recorder = Recorder(call, crew.recordings, RecorderOptions(always=self._options.record_calls))
        self._taper = Taper(call, crew.taping)
        self._bridge = Bridge()
        self.company = Company(call, crew.diarizer)
        self._dictation = Dictation(call, crew, self.company)
        self._pauses: dict[str, Pauses] = {}
        """By speaker, or by leg where there is none: they outlive a hold, and a line that is lost."""
        self.attention = Attention(call, crew.adviser, self.floor, crew.budget)
        self._aside = Aside(call, crew, self.attention.may_show)
        self._turn = asyncio.Lock()
        self._open = asyncio.Event()
        self._work: asyncio.TaskGroup | None = None
        self._listening = Listening(self.listen)
        self._hosted: set[asyncio.Task[None]] = set()
        self._dismissed: dict[str, str] = {}
        """Why those leave who were asked to, by leg."""
        self._last_left = ("", "interrupted") if call.journal.inherited and any(call.conversation.roster) else None
        """Transport and reason of the leg that left last; somebody was in a call that goes on after a restart."""

    async def run(self) -> None:
        """The whole life of the call. Never raises but for cancellation."""
        with about(call=self.call.id), self._aside.advice(), taped_on(self.call.reel):
            await self._live()

    async def _live(self) -> None:
        async with asyncio.TaskGroup() as followers:
            for reader in self._readers(self):
                followers.create_task(self._follow(reader), name=f"{type(reader).__name__} of {self.call.id}")
            followers.create_task(self._follow(self._taper), name=f"taper of {self.call.id}")
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
                self._taper.finish()
                await self._hang_up()

    async def opened(self) -> None:
        """Until legs can be taken in, or the call has ended without."""
        await self._open.wait()

    async def host(self, leg: Leg, language: str = "") -> None:
        """Have a leg in the call until it leaves. Raises CallOver, or BadOffer when the call is full.

        `language`: what this person speaks; empty: the call's. Who comes back goes on in the one they spoke.
        """
        await self.opened()
        self._take_in(leg, language)
        await self._keep(leg)

    def _take_in(self, leg: Leg, language: str) -> None:
        """From now on the leg is in the call, heard and hearing."""
        is_new = leg.speaker is not None and self.call.conversation.roster.find(leg.speaker.id) is None
        self.call.admit(leg)
        if is_new and leg.speaker is not None:
            languages.declare(self.call, self.crew, leg.speaker, language)
        self.company.join(leg)
        self._listening.begin(leg)
        self._bridge.join(leg)
        self.recorder.join(leg)

    async def _keep(self, leg: Leg) -> None:
        reason = "error"
        try:
            with about(call=self.call.id, leg=leg.id):  # a telephone lives in its request, not in the call's task
                reason = await leg.run()
        except Exception:  # whatever a wire does wrong ends this leg; the call and its other legs go on
            logger.exception("leg failed", extra={"call": self.call.id, "leg": leg.id})
        finally:
            self._bridge.leave(leg)
            leg.microphone.end()
            leg.earpiece.close()
            reason = self._dismissed.pop(leg.id, reason)
            self._last_left = (leg.transport, reason)
            self.call.release(leg, reason)
            self._mind_holds()
            await self._listening.finish(leg)

    async def dismiss(self, leg_id: str, reason: str) -> None:
        """Have somebody leave, for this reason of `LegLeft`. Who has left already is no matter."""
        leg = self.call.legs.get(leg_id)
        if leg is not None:
            self._dismissed[leg_id] = reason
            await leg.hang_up()

    def invite(self, leg: Leg, language: str = "") -> None:
        """The same, in the call's own group: for legs that outlive the request that brought them."""
        if self._work is None or self.call.over.is_set():
            raise CallOver("the call is over")
        self._take_in(leg, language)  # here, not in the task: a refusal is the asker's, and must not end the call
        task = self._work.create_task(self._keep(leg), name=f"leg {leg.id}")
        self._hosted.add(task)
        task.add_done_callback(self._hosted.discard)

    def hold(self, leg_id: str, *, held: bool, by: str = "") -> None:
        """Put a leg on hold, or take it back; what is so already is not told again. `by` is a speaker's id.

        Raises LegNotFound, NotForThem, CallOver.
        """
        leg = self._leg(leg_id)
        if leg.speaker is not None and leg.speaker.role is Role.SUPERVISOR:
            raise NotForThem("a supervisor only listens, and cannot be put on hold")
        if held == (leg_id in self.call.conversation.legs_held):
            return
        self.call.record(LegHeld(leg_id, held, by))
        if held:
            self._bridge.hold(leg)
        else:
            self._bridge.take_back(leg)
        self._mind_holds()

    async def press(self, leg_id: str, keys: str) -> None:
        """Keys of a telephone as tones into this leg's ear, whatever else it hears. Raises LegNotFound, CallOver."""
        leg = self._leg(leg_id)
        self.call.record(KeysPressed(leg_id, keys, sent=True))
        tune = tones.keys(keys)
        for start in range(0, len(tune), FRAME_BYTES):
            await leg.earpiece.say(AudioFrame(tune[start : start + FRAME_BYTES], self.call.clock()), source=KEYS)

    async def left(self, leg: Leg) -> None:
        """Until this leg is in the call no more."""
        while self.call.legs.get(leg.id) is leg:
            self.call.moved.clear()
            await self.call.moved.wait()

    async def turn(self, *, asked: bool = False) -> None:
        """One turn of the adviser, now, if anything was said that it has not considered, and this is no quiet time.

        `asked`: somebody waits for what comes of it. Otherwise a card is shown when its moment comes.
        """
        async with self._turn:
            if self.call.conversation.pending and not self.call.conversation.quiet_reason:
                with self._aside.turn(), taped_on(self.call.reel):
                    offered: list[Proposal] = []
                    offer = offered.append if asked else self._offer
                    await self.call.attempt("adviser", self._consider(offer))
                    if offered and not self.call.conversation.quiet_reason:
                        self._aside.offer()
                        await self.attention.answer(*offered)

    async def take(self, segment: Segment) -> None:
        """Write one segment down now, for an upload."""
        await self._dictation.take(segment)

    async def summarize(self, focus: Focus) -> Summary:
        """The call so far on a page. Raises EngineError."""
        began = time.monotonic()
        said = spoken(self.call.journal.entries())
        with self._aside.wish(), taped_on(self.call.reel):
            summary = await self.crew.summarizer.write(self.call.conversation, said, focus)
        if not self.call.journal.closed:
            self.call.record(SummaryWritten(summary, round(time.monotonic() - began, 3)))
        return summary

    # The loops.

    async def _converse(self) -> None:
        async with asyncio.TaskGroup() as work:
            self._work = work
            recording = work.create_task(self.recorder.run(), name=f"recorder of {self.call.id}")
            self._open.set()
            scribes = work.create_task(self._dictation.run(), name=f"scribes of {self.call.id}")
            others = [
                work.create_task(follow)
                for follow in (
                    self._advise(),
                    self.attention.run(),
                    self._aside.run(),
                    FollowWatch(self.call, self.crew.following).run(),
                    self._watch_absence(),
                    self._watch_quality(),
                )
            ]
            await self.call.over.wait()
            await self._drain(scribes)
            self.recorder.finish()
            await asyncio.wait([recording], timeout=_LAST_SOUND_SECONDS)
            for task in (*others, recording):
                task.cancel()

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

    async def _watch_quality(self) -> None:
        """Say so when somebody's line has become bad, or words come late; and when they do not any more."""
        watch, loop = LineWatch(), asyncio.get_running_loop()
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            for trouble in watch.look(self.call.legs.values(), loop.time()):
                self.call.record(trouble)
            for fact in changes(self._hearing(), self.call.conversation.troubles):
                self.call.record(fact)

    # Their parts.

    def _hearing(self) -> Hearing:
        return Hearing(
            load=self.crew.scheduler.load(self.call.id),
            owing=self._dictation.owing,
            stand_in=self.crew.scribe.stand_in(self.call.conversation.language),
        )

    def _patience(self) -> tuple[float | None, str]:
        """How long nothing may happen before the call ends, in seconds, and why it then ends."""
        if self.call.legs:
            return None, ""
        if self._last_left is None:
            return self._options.idle_seconds, "idle"
        if self._last_left[1] == "interrupted":
            return self._options.rejoin_seconds, "interrupted"
        hung_up = self._last_left == ("twilio", "hung_up")  # a page that was closed may be a page that is reloaded
        return (_HUNG_UP_SECONDS if hung_up else self._options.rejoin_seconds), "everyone_left"

    def _leg(self, leg_id: str) -> Leg:
        leg = self.call.legs.get(leg_id)
        if leg is None:
            raise LegNotFound
        return leg

    def listen(self, leg: Leg, voice: Tap) -> asyncio.Task[None]:
        """Have this voice of a leg written down, until it ends."""
        assert self._work is not None
        pauses = self._pauses.setdefault(leg.speaker.id if leg.speaker else leg.id, Pauses())
        listener = Listener(self.call, self.crew, self.floor, self._dictation, leg, pauses=pauses)
        return self._work.create_task(listener.listen(voice), name=f"listener of {leg.id}")

    def _mind_holds(self) -> None:
        """Write nothing down while anybody is on hold."""
        if self.call.conversation.legs_held:
            self._listening.pause()
        elif not self.call.over.is_set():
            self._listening.go_on(self.call.legs.values())

    async def _consider(self, offer: Offer) -> Sequence[Fact]:
        """What the adviser makes of it. A quiet time that began meanwhile undoes it: it is considered after that."""
        facts = await self.crew.adviser.consider(self.call.conversation, self.call.clock, offer)
        return () if self.call.conversation.quiet_reason else facts

    def _offer(self, proposal: Proposal) -> None:
        if not self.call.conversation.quiet_reason:
            self._aside.offer()
            self.attention.offer(proposal)

    async def _follow(self, reader: Reader) -> None:
        """A reader that fails stops reading; the call and the other readers go on."""
        try:
            await reader.read(self.call.journal)
        except Exception:  # a reader may be anybody's: its mistake must not end the call it reads
            logger.exception("reader failed", extra={"call": self.call.id, "reader": type(reader).__name__})

    # The closing order: legs, listeners, scribes.

    async def _hang_up(self) -> None:
        await asyncio.gather(*(leg.hang_up() for leg in self.call.legs.values()))

    async def _drain(self, scribes: asyncio.Task[None]) -> None:
        try:
            async with asyncio.timeout(self._options.drain_seconds):
                await self._hang_up()
                await _all_done(self._hosted)
                await _all_done(self._listening.tasks)
                self._dictation.close()
                await _all_done([scribes])
        except TimeoutError:
            self.call.record(
                Trouble("closing", "drain_timeout", "The last words were not written down in time; see DRAIN_SECONDS.")
            )
            for task in (*self._hosted, *self._listening.tasks, scribes):
                task.cancel()


async def _all_done(tasks: Collection[asyncio.Task[None]]) -> None:
    """Wait without taking anything from the group that owns them: neither their errors nor their cancelling."""
    if tasks:
        await asyncio.wait(tasks)
