"""Segments are written down: by rank, two at a time, and nothing that need not be.

The law: every segment leaves a fact, either its words or why there are none.
"""

import asyncio

from kitt_rtc.calls.call import Call
from kitt_rtc.calls.crew import Crew
from kitt_rtc.calls.intake import Intake
from kitt_rtc.model.speech import Segment
from kitt_rtc.pipeline.scribe import skipped

SCRIBES = 2


class Dictation:
    """Of one call."""

    def __init__(self, call: Call, crew: Crew) -> None:
        self._call = call
        self._crew = crew
        self._intake = Intake()

    async def run(self) -> None:
        """Until `close`, and all that was admitted is written down."""
        async with asyncio.TaskGroup() as scribes:
            for _ in range(SCRIBES):
                scribes.create_task(self._write_down())

    def admit(self, segment: Segment) -> None:
        """A segment whose speaker is known waits its turn; when too many wait, the least important is shed."""
        if self._objected(segment):
            return
        shed = self._intake.put(segment, rank=self._crew.diarizer.rank(segment))
        if shed is not None:
            self._call.record(skipped(shed, "overload"))

    async def take(self, segment: Segment) -> None:
        """Write one down now, past the intake: for uploads, which wait for nobody's turn."""
        if not self._objected(segment):
            await self._write(segment)

    def close(self) -> None:
        """Nothing more comes."""
        self._intake.close()

    async def _write_down(self) -> None:
        async for segment in self._intake:
            await self._write(segment)

    def _objected(self, segment: Segment) -> bool:
        objection = self._crew.diarizer.objection(segment)
        if objection is not None:
            self._call.record(skipped(segment, objection))
        return objection is not None

    async def _write(self, segment: Segment) -> None:
        heard = await self._call.attempt("scribe", self._crew.scribe.write(segment, self._call.conversation))
        if not heard:
            self._call.record(skipped(segment, "failed"))
