"""How long somebody is silent within a sentence: learnt from their own silences, so that the end of one is known
sooner of a quick speaker, and a slow one is not cut short.

The law: silences are of two kinds, within a sentence and between two. Where one cannot be told from the other, nothing
is learnt. It belongs to the person, and outlives their segments, a hold, and a line that was lost.
"""

import math
from collections import deque
from collections.abc import Sequence

LEAST, MOST = 0.25, 0.8
"""Between these, in seconds, lies the silence that ends a sentence."""
_SHORTEST = 0.1
"""A shorter silence is a part of a word."""
_SAME_FROM = 1.2
"""From here on one silence between two sentences is like another."""
_LONGEST = 3.2
"""In a longer one somebody else had the word: it tells nothing of this speaker."""
_REMEMBERED = 48
_FEWEST = 8
"""Before so many silences nothing is known."""
_APART = 0.65
"""Both kinds differ by nearly a factor of two (e to this power), or they are one."""
_SHARE = 0.9
"""Of the silences within a sentence, so many are to be shorter than the limit."""
_MARGIN = 0.05
_TRUST_IN_START = 6
"""The value to start from weighs as much as so many silences."""


class Pauses:
    """Of one person in one call."""

    def __init__(self) -> None:
        self._heard: deque[float] = deque(maxlen=_REMEMBERED)
        self._usual: tuple[float, int] | None = None
        """What most of their silences within a sentence do not exceed, and how many those were."""

    def note(self, silence: float) -> None:
        """So many seconds were between two pieces of their speech."""
        if _SHORTEST <= silence <= _LONGEST:
            self._heard.append(min(silence, _SAME_FROM))
            self._usual = _usual(sorted(self._heard))

    def limit(self, start: float) -> float:
        """Seconds of silence that end a sentence; `start` is what holds for somebody nobody knows yet."""
        if self._usual is None:
            return start
        usual, count = self._usual
        learnt = (start * _TRUST_IN_START + (usual + _MARGIN) * count) / (_TRUST_IN_START + count)
        return min(max(learnt, min(LEAST, start)), max(MOST, start))


def _usual(silences: Sequence[float]) -> tuple[float, int] | None:
    """Of silences in order: the one that most of the shorter kind do not exceed, and how many that kind has."""
    if len(silences) < _FEWEST:
        return None
    within = _shorter_kind([math.log(silence) for silence in silences])
    return (silences[round(_SHARE * (within - 1))], within) if within else None


def _shorter_kind(logs: Sequence[float]) -> int:
    """How many of these, from the first, are of the shorter kind; 0 when they are all of one. Otsu's rule: the cut
    that leaves the least variance within the two kinds."""
    total, below = sum(logs), 0.0
    best, within, apart = 0.0, 0, 0.0
    for count, log in enumerate(logs[:-1], start=1):
        below += log
        distance = (total - below) / (len(logs) - count) - below / count
        spread = count * (len(logs) - count) * distance**2
        if spread > best:
            best, within, apart = spread, count, distance
    return within if apart >= _APART else 0
