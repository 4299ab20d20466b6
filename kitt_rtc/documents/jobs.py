"""Documents that come in through the doors: jobs that wait in line, run one after another, and tell how far they are.

The law: one job at a time, for a search must not wait behind two; a job that fails says why and the next one begins.
"""

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from kitt_rtc.documents.ingest import Given, Progress, Report, take_in
from kitt_rtc.model.errors import EngineError, TooManyRequests
from kitt_rtc.ports import KnowledgeShelf

logger = logging.getLogger(__name__)

MOST_WAITING = 64
_MOST_REMEMBERED = 100
"""Jobs that are over; the oldest are forgotten."""


@dataclass(slots=True)
class Job:
    """Some documents on their way in."""

    id: str
    documents: int
    state: str = "waiting"
    """ "waiting", "running", "done" or "failed"."""
    progress: Progress = field(default_factory=lambda: Progress("", "", 0, 0))
    report: Report = field(default_factory=Report)
    """What it did, once it is done."""
    trouble: str = ""
    """Why it failed."""

    def told(self, progress: Progress) -> None:
        self.progress = progress


class Intake:
    """The line of jobs. Its one task is `run`, which whoever opened the house awaits."""

    def __init__(self, shelf: KnowledgeShelf) -> None:
        self._shelf = shelf
        self._jobs: deque[Job] = deque(maxlen=_MOST_REMEMBERED)
        self._line: asyncio.Queue[tuple[Job, Sequence[Given]]] = asyncio.Queue(MOST_WAITING)

    def take(self, given: Sequence[Given]) -> Job:
        """Put a job in line. Raises TooManyRequests when the line is full."""
        job = Job(secrets.token_hex(8), len(given), progress=Progress("", "", 0, len(given)))
        try:
            self._line.put_nowait((job, given))
        except asyncio.QueueFull:
            raise TooManyRequests(
                f"{MOST_WAITING} jobs wait for the knowledge base already", retry_seconds=5.0
            ) from None
        self._jobs.append(job)
        return job

    def jobs(self) -> list[Job]:
        """Newest first."""
        return list(reversed(self._jobs))

    def find(self, job_id: str) -> Job | None:
        return next((job for job in self._jobs if job.id == job_id), None)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            job, given = await self._line.get()
            job.state = "running"
            try:
                job.report = await take_in(given, self._shelf, progress=job.told)
            except EngineError as error:
                logger.warning("documents not taken in", extra={"job": job.id, "code": error.code})
                job.state, job.trouble = "failed", error.message
            else:
                job.state = "done"
