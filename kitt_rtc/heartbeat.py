"""How late the event loop is: the first thing to look at when everything seems slow."""

import asyncio
import time
from collections import deque
from dataclasses import dataclass

from kitt_rtc.metrics import Metrics
from kitt_rtc.model.audio import Clock


@dataclass(frozen=True, slots=True)
class HeartbeatOptions:
    every: float = 0.25
    """Seconds between two beats."""
    memory: int = 240
    """Beats that are remembered: a minute of them."""


class Heartbeat:
    """One per server; the app runs `beat` for as long as it lives."""

    def __init__(
        self, metrics: Metrics, options: HeartbeatOptions | None = None, *, clock: Clock = time.monotonic
    ) -> None:
        self._metrics = metrics
        self._options = options or HeartbeatOptions()
        self._clock = clock
        self._lags: deque[float] = deque(maxlen=self._options.memory)

    @property
    def worst(self) -> float:
        """The longest delay of the last minute, in seconds."""
        return max(self._lags, default=0.0)

    async def beat(self) -> None:
        """Measure until cancelled: a beat that comes late was kept waiting by somebody's work on the loop."""
        while True:
            due = self._clock() + self._options.every
            await asyncio.sleep(self._options.every)
            self._lags.append(max(0.0, self._clock() - due))
            self._metrics.loop_lag.set(self.worst)
