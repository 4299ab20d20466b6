"""What may come up a wire that otherwise only goes down, and the box it waits in.

Whatever changes a call goes through HTTP; these few words do not.
"""

import asyncio
import json
import re
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import dataclass

from kitt_rtc.model.errors import BadMessage

MAX_COMMAND_BYTES = 1_024
RATINGS = frozenset({"helpful", "wrong", "not_now"})
MAX_SNOOZE_SECONDS = 3_600
"""Who wants none for longer wants no coach."""
_INBOX = 32
_MAX_CURSOR = 2**31
_MOST_SECONDS = 1e9
"""More than thirty years: what is no number is not less than this either."""
_INSIGHT_ID = re.compile(r"[\w.:-]{1,64}")


@dataclass(frozen=True, slots=True)
class RateInsight:
    """`{"type": "rate_insight", "insight_id": …, "rating": …}`."""

    insight_id: str
    rating: str


@dataclass(frozen=True, slots=True)
class Hush:
    """`{"type": "hush"}`: stop speaking aloud."""


@dataclass(frozen=True, slots=True)
class Painted:
    """`{"type": "painted", "insight_id": …, "arrived": …, "at": …, "uncertainty": …}`: a page has shown a card."""

    insight_id: str
    arrived: float
    """When the card was at the page, in seconds since the call began, by the call's clock as the page knows it."""
    at: float
    """When it was on the screen; the same clock."""
    uncertainty: float
    """Seconds by which both may be off."""


@dataclass(frozen=True, slots=True)
class AskClock:
    """`{"type": "clock", "sent": …}`: what time is it in the call? Answered by the wire itself, at once."""

    sent: float
    """Seconds of the page's own clock, given back as they are."""


@dataclass(frozen=True, slots=True)
class Snooze:
    """`{"type": "snooze", "seconds": N}`: no cards for so long; 0: the coach speaks again."""

    seconds: int


@dataclass(frozen=True, slots=True)
class Resume:
    """`{"type": "resume", "after": N}`, before anything else: the far end has the entries up to N."""

    after: int


Order = RateInsight | Hush | Painted | Snooze
"""What is obeyed in the call."""
Command = Order | AskClock | Resume


def parse_command(text: str | bytes) -> Command:
    """The command in a message. Raises BadMessage for anything else, fields too many included."""
    if not isinstance(text, str) or len(text) > MAX_COMMAND_BYTES:
        raise BadMessage("not a command")
    try:
        match json.loads(text):
            case {"type": "rate_insight", "insight_id": str(insight_id), "rating": str(rating), **rest} if not rest:
                if rating in RATINGS and _INSIGHT_ID.fullmatch(insight_id):
                    return RateInsight(insight_id, rating)
            case {"type": "hush", **rest} if not rest:
                return Hush()
            case {
                "type": "painted",
                "insight_id": str(insight_id),
                "arrived": arrived,
                "at": at,
                "uncertainty": off,
                **rest,
            }:
                if not rest and _INSIGHT_ID.fullmatch(insight_id) and all(map(_is_seconds, (arrived, at, off))):
                    return Painted(insight_id, float(arrived), float(at), float(off))
            case {"type": "clock", "sent": sent, **rest} if not rest and _is_seconds(sent):
                return AskClock(float(sent))
            case {"type": "snooze", "seconds": int(seconds), **rest} if not rest and not isinstance(seconds, bool):
                if 0 <= seconds <= MAX_SNOOZE_SECONDS:
                    return Snooze(seconds)
            case {"type": "resume", "after": int(after), **rest} if not rest and not isinstance(after, bool):
                if 0 <= after < _MAX_CURSOR:
                    return Resume(after)
    except (ValueError, RecursionError) as error:
        raise BadMessage("not a command") from error
    raise BadMessage("not a command")


def _is_seconds(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _MOST_SECONDS


class Inbox:
    """Commands that wait to be obeyed: `async for command in inbox`. When it is full, what comes is dropped."""

    def __init__(self, capacity: int = _INBOX) -> None:
        self.dropped = 0
        """Commands that found the box full."""
        self._waiting: deque[Order] = deque()
        self._capacity = capacity
        self._bell = asyncio.Event()
        self._closed = False

    def offer(self, command: Order) -> None:
        if self._closed or len(self._waiting) >= self._capacity:
            self.dropped += 1
            return
        self._waiting.append(command)
        self._bell.set()

    def close(self) -> None:
        """No more commands: readers take what waits and stop."""
        self._closed = True
        self._bell.set()

    async def __aiter__(self) -> AsyncIterator[Order]:
        while True:
            while self._waiting:
                yield self._waiting.popleft()
            if self._closed:
                return
            self._bell.clear()
            await self._bell.wait()
