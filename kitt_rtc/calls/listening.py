"""Who is listened to, so that it can be written down: everybody, and nobody while somebody is on hold.

The law: what was said before a hold is heard to its end, and nothing of what is said while it lasts. A voice is told
apart where it is tapped, not by a clock: a listener that is behind still hears all that was said in time, and no more.
"""

import asyncio
from collections.abc import Callable, Collection, Iterable

from kitt_rtc.media.track import Tap
from kitt_rtc.ports import Leg


class Listening:
    """One listener for each voice and stretch: a hold ends them all, and its end begins new ones."""

    def __init__(self, start: Callable[[Leg, Tap], asyncio.Task[None]]) -> None:
        """`start` makes the task that listens to a tap until it ends."""
        self._start = start
        self._taps: dict[str, tuple[Leg, Tap]] = {}
        """By leg id; empty during a pause."""
        self._tasks: dict[asyncio.Task[None], str] = {}
        self._paused = False

    @property
    def tasks(self) -> Collection[asyncio.Task[None]]:
        """Listeners that still have something to hear."""
        return tuple(self._tasks)

    def begin(self, leg: Leg) -> None:
        """Listen to a leg from now on, so that not even its first word is missed; in a pause, from its end on."""
        if self._paused or leg.id in self._taps:
            return
        tap = leg.microphone.tap()
        self._taps[leg.id] = leg, tap
        task = self._start(leg, tap)
        self._tasks[task] = leg.id
        task.add_done_callback(self._tasks.pop)

    async def finish(self, leg: Leg) -> None:
        """The leg has left: wait until its last words are on their way to be written down."""
        self._taps.pop(leg.id, None)
        waiting = [task for task, leg_id in self._tasks.items() if leg_id == leg.id]
        if waiting:
            await asyncio.wait(waiting)

    def pause(self) -> None:
        """Listen to nobody: sentences that are open end here."""
        self._paused = True
        for leg, tap in self._taps.values():
            leg.microphone.detach(tap)
            tap.end()
        self._taps.clear()

    def go_on(self, legs: Iterable[Leg]) -> None:
        """Listen to these again. Harmless when nothing was paused."""
        self._paused = False
        for leg in legs:
            self.begin(leg)
