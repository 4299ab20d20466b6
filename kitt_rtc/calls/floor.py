"""Who is speaking now, and who spoke just before.

Told by those who listen to a voice, about a tenth of a second after it begins; asked by whoever must not speak over it.
The law: it waits for nobody, and a bell tells those who wait. A sign of listening ("mm") while somebody else has the
floor does not take it: who waits for silence does not wait for that.
"""

import asyncio
from collections import deque
from collections.abc import Collection, Sequence
from itertools import pairwise

from kitt_rtc.model.speech import Amid, Role, Stretch

_GAP_SECONDS = 0.3
"""A silence longer than this parts two stretches of a voice."""
_REMEMBERED = 8
"""Stretches of each voice."""
_HOLDS_SECONDS = 0.6
"""Who has spoken for so long holds the floor."""
_BREATH_SECONDS = 0.7
"""Who falls silent for no longer than this before somebody else speaks has made room for a word, and no more."""
_SURE_END_SECONDS = 0.8
"""No pause within a sentence is taken to last longer."""
_FRESH_SECONDS = 3.0
"""What was asked longer ago is answered or forgotten."""
_SIGN_SECONDS = 0.8
"""A sign of listening is shorter."""


class Floor:
    """Of one call."""

    def __init__(self) -> None:
        self._speaking: dict[str, Role] = {}
        """Roles by leg."""
        self._quiet_since: dict[Role, float] = {}
        """By the loop's clock."""
        self._heard: dict[str, deque[Stretch]] = {}
        """By leg, the latest last."""
        self._bell = asyncio.Event()

    def note(self, leg_id: str, role: Role, *, speaking: bool) -> None:
        """Somebody speaks, or does not. Cheap when that is known already: it is told with every frame."""
        if speaking == (leg_id in self._speaking):
            return
        if speaking:
            self._speaking[leg_id] = role
        else:
            del self._speaking[leg_id]
            if not self._only_listened(leg_id):
                self._quiet_since[role] = asyncio.get_running_loop().time()
        self._bell.set()
        self._bell = asyncio.Event()

    def hear(self, leg_id: str, start: float, end: float) -> None:
        """This voice was heard from when to when, in seconds since the call began."""
        stretches = self._heard.setdefault(leg_id, deque(maxlen=_REMEMBERED))
        if stretches and start - stretches[-1].end <= _GAP_SECONDS:
            start = stretches.pop().start
        stretches.append(Stretch(start, end))

    def forget(self, leg_id: str) -> None:
        """Nobody listens to this voice any more. Harmless when repeated."""
        self._heard.pop(leg_id, None)

    def other(self, leg_id: str) -> Stretch | None:
        """What anybody else said last."""
        return max((heard[-1] for heard in self._others(leg_id)), key=lambda last: last.end, default=None)

    def amid(self, leg_id: str, start: float, end: float) -> Amid | None:
        """How this stretch of a leg lay in the words of somebody else who held the floor; None when nobody did."""
        found = [_around(heard, start, end) for heard in self._others(leg_id)]
        return next((amid for amid in found if amid is not None), None)

    def taken_by(self, *roles: Role) -> bool:
        """Does somebody of these roles speak?"""
        return any(role in roles for role in self._speaking.values())

    async def taken(self, *roles: Role) -> None:
        """Until somebody of these roles speaks."""
        while not self.taken_by(*roles):
            await self._bell.wait()

    async def free(self, *roles: Role, seconds: float) -> None:
        """Until nobody of these roles has spoken for so long."""
        while (wait := self.free_in(*roles, seconds=seconds)) is None or wait > 0.0:
            try:
                async with asyncio.timeout(wait):
                    await self._bell.wait()
            except TimeoutError:
                continue

    async def changed(self) -> None:
        """Until somebody begins or ceases to speak."""
        await self._bell.wait()

    def free_in(self, *roles: Role, seconds: float) -> float | None:
        """In so many seconds nobody of these roles will have spoken for so long, not above zero: now; None while
        somebody speaks.
        """
        if self.taken_by(*roles):
            return None
        since = max((at for role, at in self._quiet_since.items() if role in roles), default=float("-inf"))
        return since + seconds - asyncio.get_running_loop().time()

    def _others(self, leg_id: str) -> list[deque[Stretch]]:
        return [heard for leg, heard in self._heard.items() if leg != leg_id]

    def _only_listened(self, leg_id: str) -> bool:
        heard = self._heard.get(leg_id)
        if not heard or heard[-1].seconds > _SIGN_SECONDS:
            return False
        return self.amid(leg_id, heard[-1].start, heard[-1].end) is not None


def _around(heard: Collection[Stretch], start: float, end: float) -> Amid | None:
    before = [stretch for stretch in heard if stretch.start < start]
    if not before or before[-1].seconds < _HOLDS_SECONDS or before[-1].end < start - _BREATH_SECONDS:
        return None
    if before[-1].end >= end:
        return Amid(_sentence_ended(before, start))
    went_on = any(stretch.end >= end and stretch.start <= end + _BREATH_SECONDS for stretch in heard)
    return Amid(before[-1].end) if went_on else None


def _sentence_ended(before: Sequence[Stretch], at: float) -> float | None:
    """Where these ended a sentence for certain, not long before this moment."""
    ends = [end.end for end, next_one in pairwise(before) if next_one.start - end.end >= _SURE_END_SECONDS]
    return ends[-1] if ends and at - ends[-1] <= _FRESH_SECONDS else None
