"""Tapes in memory, and disks that fail or hang."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from kitt_rtc.model.errors import EngineError
from kitt_rtc.tape.records import Record


@dataclass
class ListTapes:
    """Fits `ports.Tapes` and `ports.Spool`."""

    records: list[Record] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)
    fault: EngineError | None = None
    """What every writing fails with from now on."""
    open_door: asyncio.Event = field(default_factory=asyncio.Event)
    """Writings wait for it."""

    def __post_init__(self) -> None:
        self.open_door.set()

    async def open(self, call_id: str) -> "ListTapes":
        self.opened.append(call_id)
        return self

    async def write(self, records: Sequence[Record]) -> None:
        await self.open_door.wait()
        if self.fault is not None:
            raise self.fault
        self.records += records

    async def erase(self, call_id: str) -> bool:
        return call_id in self.opened

    async def forget(self, *, before: float) -> int:
        return 0
