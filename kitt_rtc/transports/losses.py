"""How much of a voice was lost lately, from two counters that only grow."""

from collections import deque

WINDOW_SECONDS = 10.0
_STEP_SECONDS = 1.0


class Losses:
    """What came and what was lost, over the last ten seconds."""

    def __init__(self) -> None:
        self._marks: deque[tuple[float, int, int]] = deque([(0.0, 0, 0)])
        """When, and both counters then: one a second."""
        self._came = self._lost = 0

    def note(self, at: float, *, came: int, lost: int) -> None:
        """Both counters as they stand; `at` is seconds by any clock that does not go back."""
        self._came, self._lost = came, lost
        if at - self._marks[-1][0] >= _STEP_SECONDS:
            self._marks.append((at, came, lost))
        while len(self._marks) > 1 and at - self._marks[1][0] >= WINDOW_SECONDS:
            self._marks.popleft()

    @property
    def part(self) -> float:
        """The lost part of all that was sent, 0 to 1."""
        _, came, lost = self._marks[0]
        came, lost = self._came - came, self._lost - lost
        return round(min(1.0, max(0.0, lost / (came + lost))), 4) if came + lost > 0 else 0.0
