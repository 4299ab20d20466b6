"""Who is at a desk and waits for calls, and how they are rung.

State only: no task, no socket. The law: the first to accept has the call, and in the same breath everybody else who was
rung is told why it stops.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from kitt_rtc.model.errors import CallOver, TooManyRequests
from kitt_rtc.model.speech import Role, Speaker

MAX_SEATS = 200
MAX_UNREAD = 64
"""Notices that one desk may leave unread; with one more its page is told to come again."""
MAX_WISHES = 4
"""Wishes of one call that may wait."""


# What a desk is told.


@dataclass(frozen=True, slots=True)
class Ring:
    """Somebody waits."""

    call_id: str
    playbook: str
    language: str
    caller: str = ""
    """The number they call from, masked; empty where it is not known."""
    note: str = ""
    """What whoever takes it should know."""
    seconds: float = 30.0
    """How long it rings."""


@dataclass(frozen=True, slots=True)
class Stop:
    call_id: str
    reason: str
    """"taken" by somebody else, "gone" (whoever waited has left), or "timeout"."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The call is yours: come in."""

    call_id: str
    playbook: str
    language: str


Notice = Ring | Stop | Accepted


# What a call may wish for.


@dataclass(frozen=True, slots=True)
class Welcome:
    """Somebody has rung the house."""

    caller: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """A person is wanted in the call."""


@dataclass(frozen=True, slots=True)
class HandOver:
    """Somebody leaves the call to another."""

    leg_id: str
    """Of the one who leaves."""
    by: Speaker
    to: Speaker
    note: str
    call_sid: str = ""
    """Of the telephone that rings for it; empty: the other is rung at a desk."""
    after: int = 0
    """The call's last fact before anybody was rung."""


Wish = Welcome | Help | HandOver


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to ring: everybody of a role, or one person."""

    role: Role
    speaker_id: str = ""

    def fits(self, speaker: Speaker) -> bool:
        return speaker.id == self.speaker_id if self.speaker_id else speaker.role is self.role


@dataclass(frozen=True, slots=True)
class Outcome:
    rung: tuple[str, ...]
    """Speaker ids."""
    accepted_by: Speaker | None
    seconds: float


class Seat:
    """A page at a desk. Changed by `Reception` alone."""

    def __init__(self, speaker: Speaker) -> None:
        self.speaker = speaker
        self.available = True
        self.call_id = ""
        """The call that was accepted here, while that person is in it."""
        self.left = ""
        """Why there is nothing more to tell: "slow" or "closed"; empty while there may be."""
        self._unread: asyncio.Queue[Notice | None] = asyncio.Queue(MAX_UNREAD)

    async def notices(self) -> AsyncIterator[Notice]:
        """What there is to tell, as it comes, until the seat is left."""
        while (notice := await self._unread.get()) is not None:
            yield notice

    def tell(self, notice: Notice) -> None:
        """Never waits. Who reads nothing is told to leave."""
        if self._unread.full():
            self.leave("slow")
        elif not self.left:
            self._unread.put_nowait(notice)

    def leave(self, reason: str) -> None:
        """Nothing more is told; with "closed", what is unread is still read."""
        if self.left:
            return
        self.left = reason
        while (reason == "slow" and not self._unread.empty()) or self._unread.full():
            self._unread.get_nowait()
        self._unread.put_nowait(None)


@dataclass(slots=True, eq=False)
class _Offer:
    ring: Ring
    wanted: Wanted
    ringing: list[Seat] = field(default_factory=list)
    rung: dict[str, None] = field(default_factory=dict)
    accepted: Seat | None = None
    settled: asyncio.Event = field(default_factory=asyncio.Event)

    def call(self, seat: Seat) -> None:
        self.ringing.append(seat)
        self.rung[seat.speaker.id] = None
        seat.tell(self.ring)

    def drop(self, seat: Seat) -> None:
        """This desk does not take it. Without any other there is nothing to wait for."""
        if seat in self.ringing:
            self.ringing.remove(seat)
        if not self.ringing:
            self.settled.set()

    def stop(self, reason: str) -> None:
        while self.ringing:
            self.ringing.pop().tell(Stop(self.ring.call_id, reason))


class Reception:
    """The house's desks, the calls that ring there, and what live calls wish for."""

    def __init__(self) -> None:
        self._seats: list[Seat] = []
        self._staffed: set[Role] = set()
        self._offers: dict[str, _Offer] = {}
        self._wishes: dict[str, asyncio.Queue[Wish]] = {}

    # Desks.

    def sit(self, speaker: Speaker) -> Seat:
        """Somebody waits for calls from now on. Raises TooManyRequests."""
        if len(self._seats) >= MAX_SEATS:
            raise TooManyRequests(f"{MAX_SEATS} desks are taken")
        seat = Seat(speaker)
        self._seats.append(seat)
        self._staffed.add(speaker.role)
        self._join_in(seat)
        return seat

    def rise(self, seat: Seat) -> None:
        """The page has gone. Rising twice is rising once."""
        if seat in self._seats:
            self._seats.remove(seat)
        for offer in list(self._offers.values()):
            offer.drop(seat)

    def make_available(self, seat: Seat, available: bool) -> None:
        seat.available = available
        if available:
            seat.call_id = ""
            self._join_in(seat)
        else:
            for call_id in list(self._offers):
                self.decline(seat, call_id)

    def waiting(self, wanted: Wanted) -> Sequence[Seat]:
        """Desks that may be rung now."""
        return [seat for seat in self._seats if seat.available and not seat.call_id and wanted.fits(seat.speaker)]

    def staffed(self, role: Role) -> bool:
        """Has anybody of this role waited at a desk, ever since the house was opened?"""
        return role in self._staffed

    def free(self, call_id: str, speaker_id: str = "") -> None:
        """This person, or everybody, has left the call: their desks may be rung again."""
        for seat in self._seats:
            if seat.call_id == call_id and speaker_id in ("", seat.speaker.id):
                seat.call_id = ""
                self._join_in(seat)

    def close(self) -> None:
        """The house closes: nobody is rung any more."""
        for offer in self._offers.values():
            offer.stop("gone")
            offer.settled.set()
        for seat in self._seats:
            seat.leave("closed")

    # Ringing.

    async def offer(self, ring: Ring, wanted: Wanted) -> Outcome:
        """Ring everybody who is wanted, until one accepts, all have declined, the caller has left, or it was enough."""
        offer = _Offer(ring, wanted)
        seats = self.waiting(wanted)
        if not seats or ring.call_id in self._offers:
            return Outcome((), None, 0.0)
        self._offers[ring.call_id] = offer
        began, reason = time.monotonic(), "gone"
        for seat in seats:
            offer.call(seat)
        try:
            async with asyncio.timeout(ring.seconds):
                await offer.settled.wait()
        except TimeoutError:
            reason = "timeout"
        finally:
            del self._offers[ring.call_id]
            offer.stop(reason)
        taker = offer.accepted.speaker if offer.accepted else None
        return Outcome(tuple(offer.rung), taker, round(time.monotonic() - began, 3))

    def withdraw(self, call_id: str) -> None:
        """Whoever waited has left."""
        offer = self._offers.get(call_id)
        if offer is not None:
            offer.stop("gone")
            offer.settled.set()

    def accept(self, seat: Seat, call_id: str) -> None:
        """The first to accept has the call; who comes later is told that it is gone."""
        offer = self._offers.get(call_id)
        if offer is None or seat not in offer.ringing or offer.accepted is not None:
            seat.tell(Stop(call_id, "gone"))
            return
        offer.accepted, seat.call_id = seat, call_id
        offer.ringing.remove(seat)
        seat.tell(Accepted(call_id, offer.ring.playbook, offer.ring.language))
        offer.stop("taken")
        offer.settled.set()

    def decline(self, seat: Seat, call_id: str) -> None:
        """Not this one. What does not ring here is no matter."""
        offer = self._offers.get(call_id)
        if offer is not None and seat in offer.ringing:
            offer.drop(seat)

    def _join_in(self, seat: Seat) -> None:
        """What rings already rings here too."""
        for offer in self._offers.values():
            if seat not in offer.ringing and offer.accepted is None and seat in self.waiting(offer.wanted):
                offer.call(seat)

    # Wishes.

    def begin(self, call_id: str) -> asyncio.Queue[Wish]:
        """Where a live call's wishes come in, until `forget`."""
        return self._wishes.setdefault(call_id, asyncio.Queue(MAX_WISHES))

    def wish(self, call_id: str, wish: Wish) -> None:
        """Raises CallOver where nobody minds the call any more, TooManyRequests when much waits already."""
        wishes = self._wishes.get(call_id)
        if wishes is None:
            raise CallOver("the call is over")
        if wishes.full():
            raise TooManyRequests("people are being rung for this call already", retry_seconds=5.0)
        wishes.put_nowait(wish)

    def forget(self, call_id: str) -> None:
        """The call is over."""
        self._wishes.pop(call_id, None)
        self.withdraw(call_id)
        self.free(call_id)
