"""What a process uses: processor time, memory, what it holds open, and how late its loop is."""

import asyncio
import gc
import os
import threading
import time
from dataclasses import dataclass, field

import numpy as np

_LAG_SECONDS = 0.010


def pss() -> int:
    """Memory of this process in kB; what it shares with others is counted in parts."""
    with open("/proc/self/smaps_rollup", encoding="ascii") as rollup:
        return next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))


def sockets() -> int:
    """How many this process has open."""
    found = 0
    for number in os.listdir("/proc/self/fd"):
        try:
            found += os.readlink(f"/proc/self/fd/{number}").startswith("socket:")
        except FileNotFoundError:
            continue
    return found


@dataclass(frozen=True, slots=True)
class Holdings:
    """What a process holds at a moment."""

    kilobytes: int
    sockets: int
    tasks: int
    threads: int
    objects: int

    @classmethod
    def now(cls) -> "Holdings":
        """To be asked inside the loop."""
        tasks = len(asyncio.all_tasks())
        return cls(pss(), sockets(), tasks, threading.active_count(), len(gc.get_objects()))


@dataclass(slots=True)
class Stopwatch:
    """Processor time and loop lag between two moments."""

    _lags: list[float] = field(default_factory=list)
    _began: float = field(default_factory=time.perf_counter)
    _used: float = field(default_factory=time.process_time)

    async def run(self) -> None:
        """Measure the lag until cancelled."""
        while True:
            due = time.perf_counter() + _LAG_SECONDS
            await asyncio.sleep(_LAG_SECONDS)
            self._lags.append(time.perf_counter() - due)

    def read(self) -> dict[str, float]:
        """`cores`: user and system time of all threads by time; `lag_…`: milliseconds."""
        cores = (time.process_time() - self._used) / (time.perf_counter() - self._began)
        p50, p99 = np.percentile(self._lags, [50, 99]) * 1_000
        return {"cores": cores, "lag_p50": float(p50), "lag_p99": float(p99)}
