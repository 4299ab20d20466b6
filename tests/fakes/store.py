"""A store in memory that keeps the contract, and fails when it is told to."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from kitt_rtc.model.errors import EngineError, EngineRefused
from kitt_rtc.model.facts import CallEnded, CallStarted, Entry, InsightGiven, SummaryWritten, UtteranceHeard
from kitt_rtc.model.words import fold
from kitt_rtc.ports import CallRow


@dataclass
class ListStore:
    """Fits `ports.Store`."""

    stories: dict[str, list[Entry]] = field(default_factory=dict)
    faults: list[EngineError | None] = field(default_factory=list)
    """One for each coming append; None lets it through."""
    forgetting: EngineError | None = None
    """What `forget` fails with."""
    batches: list[int] = field(default_factory=list)
    """Entries of each append that was tried."""
    attempted: asyncio.Event = field(default_factory=asyncio.Event)
    alive_at: float = 0.0
    open: asyncio.Event = field(default_factory=asyncio.Event)
    """Appends wait for it."""

    def __post_init__(self) -> None:
        self.open.set()

    async def append(self, call_id: str, entries: Sequence[Entry]) -> None:
        self.batches.append(len(entries))
        self.attempted.set()
        await self.open.wait()
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        known = {entry.seq: entry for entry in self.stories.get(call_id, [])}
        for entry in entries:
            if known.setdefault(entry.seq, entry) != entry:
                raise EngineRefused("list", "another fact stands there")
        if entries:
            self.stories[call_id] = sorted(known.values(), key=lambda entry: entry.seq)

    async def entries(self, call_id: str, *, after: int = 0) -> list[Entry]:
        return [entry for entry in self.stories.get(call_id, []) if entry.seq > after]

    async def calls(self, *, search: str = "", limit: int = 50, offset: int = 0) -> tuple[list[CallRow], int]:
        found = [_row(call_id, story) for call_id, story in self.stories.items() if _tells(call_id, story, search)]
        found.sort(key=lambda row: (row.started_at, row.call_id), reverse=True)
        return found[offset : offset + limit], len(found)

    async def open_calls(self) -> list[str]:
        rows = [_row(call_id, story) for call_id, story in self.stories.items()]
        return [row.call_id for row in sorted(rows, key=lambda row: row.started_at) if row.ended_at is None]

    async def live(self) -> None:
        self.alive_at = time.time()

    async def close_orphans(self, *, alive: Sequence[str] = ()) -> list[str]:
        open_ones = [
            call_id
            for call_id, story in self.stories.items()
            if _row(call_id, story).ended_at is None and call_id not in alive
        ]
        for call_id in open_ones:
            last = self.stories[call_id][-1]
            self.stories[call_id].append(Entry(last.seq + 1, last.at, CallEnded("interrupted", last.at)))
        return open_ones

    async def forget(self, *, before: float) -> int:
        if self.forgetting is not None:
            raise self.forgetting
        rows = [_row(call_id, story) for call_id, story in self.stories.items()]
        old = [row.call_id for row in rows if row.ended_at is not None and row.ended_at < before]
        for call_id in old:
            del self.stories[call_id]
        return len(old)

    async def erase(self, call_id: str) -> bool:
        if self.forgetting is not None:
            raise self.forgetting
        return self.stories.pop(call_id, None) is not None


def _row(call_id: str, story: Sequence[Entry]) -> CallRow:
    started = next((entry.fact for entry in story if isinstance(entry.fact, CallStarted)), CallStarted("", "", "", 0))
    over = next((entry for entry in story if isinstance(entry.fact, CallEnded)), None)
    ended_at = started.started_at + over.at if over else None
    reason = over.fact.reason if over and isinstance(over.fact, CallEnded) else None
    return CallRow(call_id, started.playbook, started.language, started.started_at, ended_at, reason)


def _tells(call_id: str, story: Sequence[Entry], search: str) -> bool:
    if search.strip().lower() in call_id.lower():
        return True
    return bool(fold(search)) and any(fold(search) in fold(_words(entry)) for entry in story)


def _words(entry: Entry) -> str:
    match entry.fact:
        case UtteranceHeard(utterance=utterance):
            return f"{utterance.speaker.name} {utterance.text}"
        case InsightGiven(insight=insight):
            return f"{insight.title} {insight.content}"
        case SummaryWritten(summary=summary):
            return summary.text
        case _:
            return ""
