"""Who waits for an engine, over all calls, and who is next.

The law: technicians and clients first (contract T22); among equals the call that has been served least; within a call
the order spoken. Nobody waits for ever: of those who have waited long, the least important have one turn in five.
Bounded: what does not fit is shed, the least important first, of the call that has most waiting, its oldest.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

OVERLOAD = "overload"
"""The word of `SegmentSkipped.reason` for what was shed."""


@dataclass(eq=False, slots=True)
class Turn:
    """One piece of speech on its way to an engine."""

    call_id: str
    rank: int
    """0 is served first."""
    seconds: float
    """Length of the sound: what the engine's work is reckoned by."""
    since: float
    """When it came, by the loop's clock."""
    fate: asyncio.Future[str]
    """Empty once it has a place; the reason why it never will have one otherwise."""


@dataclass(frozen=True, slots=True)
class WaitingOptions:
    most: int = 256
    """Pieces of speech that wait, all calls together."""
    most_of_a_call: int = 16
    long_seconds: float = 4.0
    """Of those who have waited so long, the least important have every `share`th turn."""
    share: int = 5


PLAIN_WAITING = WaitingOptions()


class WaitingRoom:
    """Of one house. Looked through at every turn: a few hundred places are a matter of microseconds."""

    def __init__(self, options: WaitingOptions = PLAIN_WAITING) -> None:
        self._options = options
        self._waiting: list[Turn] = []
        """In the order they came."""
        self._served: defaultdict[str, float] = defaultdict(float)
        """Seconds of sound that each call has had written down, as far as it is ahead of the others."""
        self._floor = 0.0
        """Whoever comes anew has been served so much: silence earns no credit."""
        self._passed_over = 0
        """Turns in a row for which somebody had waited long."""

    def __len__(self) -> int:
        return len(self._waiting)

    def __iter__(self) -> Iterator[Turn]:
        return iter(self._waiting)

    def add(self, turn: Turn) -> Turn | None:
        """Have it wait. Returns the one that had to go for it, when there was no room."""
        if turn.call_id not in self._by_call():
            self._served[turn.call_id] = max(self._served[turn.call_id], self._floor)
        self._waiting.append(turn)
        shed = self._surplus(turn.call_id)
        if shed is not None:
            self._waiting.remove(shed)
        return shed

    def take(self, now: float) -> Turn | None:
        """The next one, who then waits no more; `now` by the loop's clock."""
        if not self._waiting:
            return None
        turn = self._next(now)
        self._waiting.remove(turn)
        self._floor = max(self._floor, self._served[turn.call_id])
        self._served[turn.call_id] += turn.seconds
        self._forget()
        return turn

    def leave(self, turn: Turn) -> None:
        """It waits no more. Harmless when it does not."""
        if turn in self._waiting:
            self._waiting.remove(turn)

    def _by_call(self) -> Counter[str]:
        """How many wait of each call."""
        return Counter(one.call_id for one in self._waiting)

    def _next(self, now: float) -> Turn:
        long = [one for one in self._waiting if now - one.since >= self._options.long_seconds]
        self._passed_over = self._passed_over + 1 if long else 0
        if self._passed_over >= self._options.share:
            self._passed_over = 0
            return min(long, key=lambda one: (-one.rank, self._served[one.call_id], one.since))
        return min(self._waiting, key=lambda one: (one.rank, self._served[one.call_id], one.since))

    def _surplus(self, call_id: str) -> Turn | None:
        """Who has to go, when there are too many of this call, or of all."""
        waiting = self._by_call()
        if waiting[call_id] > self._options.most_of_a_call:
            candidates = [one for one in self._waiting if one.call_id == call_id]
        elif len(self._waiting) > self._options.most:
            candidates = self._waiting
        else:
            return None
        return max(candidates, key=lambda one: (one.rank, waiting[one.call_id], -one.since))

    def _forget(self) -> None:
        """Calls that are not ahead of the others are as good as new."""
        present = self._by_call()
        for call_id in [one for one, served in self._served.items() if served <= self._floor and not present[one]]:
            del self._served[call_id]
