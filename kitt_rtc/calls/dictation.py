"""Segments are written down, each when the house's scheduler has a turn for it, and nothing that need not be.

The law: every segment leaves a fact, either its words or why there are none.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from kitt_rtc.calls.call import Call
from kitt_rtc.calls.company import Company
from kitt_rtc.calls.crew import Crew
from kitt_rtc.calls.ledger import timed
from kitt_rtc.calls.scheduler import TurnLost
from kitt_rtc.model.caption import caption_id
from kitt_rtc.model.facts import Fact
from kitt_rtc.model.speech import Segment
from kitt_rtc.pipeline.scribe import skipped
from kitt_rtc.tape.reel import taped_on


class Dictation:
    """Of one call."""

    def __init__(self, call: Call, crew: Crew, company: Company) -> None:
        self._call = call
        self._crew = crew
        self._company = company
        self._work: asyncio.TaskGroup | None = None
        self._closed = asyncio.Event()
        self._owed: list[float] = []
        """Since when each sentence that has ended is on its way to here, by the loop's clock."""

    async def run(self) -> None:
        """Until `close`, and all that was admitted is written down."""
        async with asyncio.TaskGroup() as work:
            self._work = work
            await self._closed.wait()

    @contextmanager
    def expecting(self) -> Iterator[None]:
        """While it is being found out who has spoken."""
        since = asyncio.get_running_loop().time()
        self._owed.append(since)
        try:
            yield
        finally:
            self._owed.remove(since)

    @property
    def owing(self) -> float:
        """Seconds since the oldest sentence ended that has not come here yet."""
        return max((asyncio.get_running_loop().time() - since for since in self._owed), default=0.0)

    def admit(self, segment: Segment) -> None:
        """A segment whose speaker is known waits its turn; when too many wait, the least important is shed."""
        assert self._work is not None
        self._work.create_task(self._write(segment, live=True), name=f"scribe of {segment.id}")

    async def take(self, segment: Segment) -> None:
        """Write one down, however long it waits: for uploads."""
        await self._write(segment, live=False)

    def skip(self, segment: Segment, reason: str) -> None:
        """Nothing comes of this one, for this reason of `SegmentSkipped`; its caption goes."""
        self._call.record(skipped(segment, reason))
        self._call.captions.end(caption_id(segment.id), said=False)

    def close(self) -> None:
        """Nothing more comes."""
        self._closed.set()

    async def _write(self, segment: Segment, *, live: bool) -> None:
        with self.expecting():
            parts = await self._company.tell_apart(segment)
        for part in parts:
            await self._write_voice(part, live=live)
        self._company.settle()

    async def _write_voice(self, segment: Segment, *, live: bool) -> None:
        crew, call = self._crew, self._call
        reason = crew.diarizer.objection(segment)
        if reason is None:
            turn = crew.scheduler.turn(call.id, rank=crew.diarizer.rank(segment), seconds=segment.seconds, live=live)
            try:
                async with turn:
                    heard = await call.attempt("scribe", self._written(segment))
            except TurnLost as lost:
                reason = lost.reason
            else:
                reason = None if heard else "failed"
        if reason is not None:
            call.record(skipped(segment, reason))
        call.captions.end(caption_id(segment.id), said=False)  # no caption is left of an utterance
        for switch in crew.scribe.switched(segment, call.conversation):  # as it is now, not as it was asked
            call.record(switch)

    async def _written(self, segment: Segment) -> Sequence[Fact]:
        granted = self._call.clock()
        reel = None if self._call.conversation.recording == "paused" else self._call.reel
        with taped_on(reel):  # here, for a telephone's listener lives in its request, not in the call's task
            facts = await self._crew.scribe.write(segment, self._call.conversation)
        return [timed(fact, segment, granted, self._call.clock()) for fact in facts]
