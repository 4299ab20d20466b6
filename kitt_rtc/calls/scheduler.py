"""One scheduler for all calls of a house: a piece of speech is written down when an engine has a place for it.

The law: utterances pass before captions, and a caption never waits. Whoever waits can be cancelled at once, leaves no
hole, has a deadline, and learns why nothing came of it.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field

from kitt_rtc.calls.waiting import OVERLOAD, Turn, WaitingOptions, WaitingRoom
from kitt_rtc.metrics import Metrics

TOO_LATE = "too_late"
"""The word of `SegmentSkipped.reason` for words that would come when nobody asks for them any more."""


class TurnLost(Exception):
    """Nothing comes of this turn; `reason` is a word of `SegmentSkipped.reason`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class SchedulerOptions:
    patience: float = 20.0
    """Longest wait for a place, in seconds: words that come later help nobody in a live call."""
    waiting: WaitingOptions = field(default_factory=WaitingOptions)


@dataclass(frozen=True, slots=True)
class Load:
    """How one call stands with the engine at this moment, and how the house does."""

    waited: float = 0.0
    """Seconds that its oldest waiting piece of speech has waited."""
    held: float = 0.0
    """Seconds that its longest turn has lasted."""
    crowd: int = 0
    """Pieces of speech that wait, all calls together."""
    places: int = 1
    """How many are written down at once."""


class Scheduler:
    """Of one house, shared by all its crews."""

    def __init__(
        self, places: Callable[[], int], options: SchedulerOptions | None = None, metrics: Metrics | None = None
    ) -> None:
        """`places`: how many pieces of speech the engine can do at once, now; it may change, as the engine may."""
        self._places = places
        self._options = options or SchedulerOptions()
        self._metrics = metrics or Metrics()
        self._room = WaitingRoom(self._options.waiting)
        self._held: dict[Turn, float] = {}
        """Who has a place, and since when."""
        self._captions = 0

    @asynccontextmanager
    async def turn(self, call_id: str, *, rank: int, seconds: float, live: bool = True) -> AsyncIterator[None]:
        """Hold a place while a piece of speech of so many seconds is written down. Raises TurnLost.

        `live`: words that come too late are worthless; those of an upload are not.
        """
        turn = Turn(call_id, rank, seconds, self._now(), asyncio.get_running_loop().create_future())
        try:
            await self._granted(turn, self._options.patience if live else None)
            yield
        finally:
            self._room.leave(turn)
            self._held.pop(turn, None)
            self._fill()

    @contextmanager
    def caption(self) -> Iterator[bool]:
        """Hold a place for a pass of live captions, if one is to spare: it is told whether, and never waits."""
        granted = self.spare()
        self._captions += granted
        try:
            yield granted
        finally:
            self._captions -= granted
            self._fill()

    def spare(self) -> bool:
        """Is a place free that nobody waits for? Captions never hold all of several places."""
        return not self._room and self._free() > 0 and self._captions < max(1, self._most() - 1)

    def load(self, call_id: str) -> Load:
        """How this call stands."""
        now = self._now()
        return Load(
            waited=max((now - turn.since for turn in self._room if turn.call_id == call_id), default=0.0),
            held=max((now - since for turn, since in self._held.items() if turn.call_id == call_id), default=0.0),
            crowd=len(self._room),
            places=self._most(),
        )

    async def _granted(self, turn: Turn, patience: float | None) -> None:
        shed = self._room.add(turn)
        if shed is not None and not shed.fate.done():
            shed.fate.set_result(OVERLOAD)
        self._fill()
        try:
            async with asyncio.timeout(patience):
                reason = await turn.fate
        except TimeoutError:
            reason = TOO_LATE
        if reason:
            self._metrics.turns_lost.labels(reason).inc()
            raise TurnLost(reason)
        self._metrics.turn_wait_seconds.labels(_rank(turn.rank)).observe(self._now() - turn.since)

    def _fill(self) -> None:
        """Give free places to whoever is next."""
        now = self._now()
        while self._free() > 0 and (turn := self._room.take(now)) is not None:
            if not turn.fate.done():  # who has been cancelled is still here until it is their turn to run
                self._held[turn] = now
                turn.fate.set_result("")
        waiting = Counter(_rank(turn.rank) for turn in self._room)
        for name in ("first", "later"):
            self._metrics.turns_waiting.labels(name).set(waiting[name])

    def _free(self) -> int:
        return self._most() - len(self._held) - self._captions

    def _most(self) -> int:
        return max(1, self._places())

    def _now(self) -> float:
        return asyncio.get_running_loop().time()


def _rank(rank: int) -> str:
    """As a label."""
    return "first" if rank == 0 else "later"
