"""A page's few commands, obeyed in its call; and a browser's leg together with the page that it belongs to."""

import asyncio
import math

from kitt_rtc.calls import ledger
from kitt_rtc.calls.call import Call
from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.media.track import MediaTrack
from kitt_rtc.model.facts import CoachSnoozed, InsightRated
from kitt_rtc.model.quality import LineQuality
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.readers.narrator import SOURCE
from kitt_rtc.transports.commands import Hush, Order, Painted, RateInsight, Snooze
from kitt_rtc.transports.webrtc.peer import Peer
from kitt_rtc.transports.webrtc.pulse import PeerState


def obey(call: Call, command: Order, *, by: str) -> None:
    """Do what a page asks for. What makes no sense, or says the same again, changes nothing."""
    match command:
        case RateInsight(insight_id, rating):
            rated = InsightRated(insight_id, rating, by)
            if not call.journal.closed and _given(call, insight_id) and _latest(call, insight_id, by) != rated:
                call.record(rated)
        case Painted(insight_id, arrived, at, uncertainty) if not call.journal.closed:
            shown = ledger.painted(
                call.journal, insight_id, arrived=arrived, at=at, uncertainty=uncertainty, by=by or Role.UNKNOWN.value
            )
            if shown is not None:
                call.record(shown)
        case Snooze(seconds):
            snooze(call, seconds, by=by)
        case Hush():
            for leg in call.legs.values():
                leg.earpiece.hush(SOURCE)


def snooze(call: Call, seconds: float, *, by: str) -> None:
    """No cards for so long; 0: the coach speaks again. That it speaks already is not told again."""
    now = call.clock()
    if not call.journal.closed and (seconds or call.conversation.snoozed_until > now):
        until = math.floor((now + seconds) * 1_000) / 1_000  # rounded up, it could end after now
        call.record(CoachSnoozed(until, by))


def _given(call: Call, insight_id: str) -> bool:
    return any(given.insight.id == insight_id for given in call.conversation.given)


def _latest(call: Call, insight_id: str, by: str) -> InsightRated | None:
    """What this person said of this insight last."""
    for entry in reversed(call.journal.entries()):
        fact = entry.fact
        if isinstance(fact, InsightRated) and fact.insight_id == insight_id and fact.by == by:
            return fact
    return None


class Desk:
    """A browser's leg whose page is obeyed. Fits `Leg`; nothing but `run` is its own."""

    def __init__(self, peer: Peer, call: Call) -> None:
        self._peer = peer
        self._call = call

    @property
    def id(self) -> str:
        return self._peer.id

    @property
    def transport(self) -> str:
        return self._peer.transport

    @property
    def speaker(self) -> Speaker | None:
        return self._peer.speaker

    @property
    def voices(self) -> int:
        return self._peer.voices

    @property
    def microphone(self) -> MediaTrack:
        return self._peer.microphone

    @property
    def earpiece(self) -> Earpiece:
        return self._peer.earpiece

    @property
    def quality(self) -> LineQuality | None:
        return self._peer.quality

    @property
    def state(self) -> PeerState:
        """How the connection is at this moment."""
        return self._peer.state

    async def run(self) -> str:
        """Carry sound until the browser leaves; the commands end with it."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._obey(), name=f"desk of {self.id}")
            return await self._peer.run()

    async def hang_up(self) -> None:
        await self._peer.hang_up()

    async def _obey(self) -> None:
        by = self.speaker.id if self.speaker is not None else ""
        async for command in self._peer.commands:
            obey(self._call, command, by=by)
