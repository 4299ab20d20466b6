"""Which telephone belongs to which call: orders, lines, their tickets and how far each has got.

Pure state. Law: a line only ever moves forward, whatever comes late, twice or out of order (contract E15); a ticket
opens one stream of one line, once, and soon.
"""

import hmac
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from kitt_rtc.model.errors import CallNotFound
from kitt_rtc.model.facts import CallStarted, Entry, LegJoined, PhoneStatusChanged
from kitt_rtc.model.speech import Speaker

TICKET_SECONDS = 120.0
MAX_LINES = 2_000
"""Lines remembered, ended ones first to go."""
MAX_STREAMS = 100
"""How often one telephone may come back."""
_LADDER = ("queued", "initiated", "ringing", "in-progress")
ENDED = frozenset({"completed", "busy", "failed", "no-answer", "canceled"})
"""The telephone network's words for a call that is over."""


@dataclass(slots=True)
class PhoneLine:
    """A telephone and its call. Changed by `PhoneLines` alone."""

    order_id: str
    """Unguessable; travels in the addresses the network calls, and finds the line before its CallSid is known."""
    call_id: str
    speaker: Speaker
    language: str
    owns_call: bool
    """The call was begun for this telephone, and ends with it."""
    ordered_at: float
    """Seconds since 1970, as are all times here."""
    call_sid: str = ""
    status: str = "queued"
    status_at: float = 0.0
    sequence: int = -1
    """The highest number of a status callback; -1 before the first."""
    answered_at: float | None = None
    ended_at: float | None = None
    answered_by: str = ""
    """human, machine, fax or unknown; empty until the network has made that out."""
    given_up: bool = False
    """The order's answer was lost and told as a failure: nobody may be rung by it."""
    streams: int = 0
    """Media streams that were let in."""
    voices: int = 1
    """How many people share its microphone at most."""
    ticket: str = ""
    ticket_until: float = 0.0
    restored: bool = False
    """Known from the story of a call that goes on after a restart: how many streams it has had is not sure."""

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    def seconds(self, now: float) -> float:
        """How long the two have been able to talk."""
        if self.answered_at is None:
            return 0.0
        return max(0.0, (now if self.ended_at is None else self.ended_at) - self.answered_at)


class PhoneLines:
    """Every telephone this house has rung or been rung by, as long as it is of interest."""

    def __init__(self, now: Callable[[], float]) -> None:
        """`now` is seconds since 1970."""
        self._now = now
        self._by_order: OrderedDict[str, PhoneLine] = OrderedDict()
        self._by_sid: dict[str, PhoneLine] = {}

    # Orders and calls.

    def order(
        self, call_id: str, speaker: Speaker, *, language: str, owns_call: bool, call_sid: str = "", voices: int = 1
    ) -> PhoneLine:
        """A telephone that is about to ring, or (with its CallSid) that has rung here."""
        now = self._now()
        line = PhoneLine(secrets.token_urlsafe(16), call_id, speaker, language, owns_call, now, status_at=now)
        line.voices = voices
        self._by_order[line.order_id] = line
        if call_sid:
            self._bind(line, call_sid)
        self._forget()
        return line

    def restore(self, call_id: str, story: Iterable[Entry]) -> None:
        """The telephones of a call that goes on after a restart, as far as its story tells of them."""
        language, began = "", 0.0
        for entry in story:
            match entry.fact:
                case CallStarted() as fact:
                    language, began = fact.language, fact.started_at
                case PhoneStatusChanged(speaker=Speaker() as speaker) as fact:
                    line = self._by_sid.get(fact.call_sid) or self.order(
                        call_id, speaker, language=language, owns_call=fact.owns_call, call_sid=fact.call_sid
                    )
                    line.restored = True
                    self.note(line, fact.status, at=began + entry.at)
                case LegJoined(transport="twilio", speaker=speaker, voices=voices):
                    for line in self.live():
                        if (line.call_id, line.speaker) == (call_id, speaker):
                            line.streams, line.voices = line.streams + 1, voices
                case _:
                    pass

    def adopt(self, order_id: str, call_sid: str) -> PhoneLine | None:
        """The line of an order, which now has this CallSid; None for orders nobody placed or that have another."""
        line = self._by_order.get(order_id)
        if line is None or not call_sid or line.call_sid not in ("", call_sid):
            return None
        if not line.call_sid:
            self._bind(line, call_sid)
        return line

    def give_up(self, line: PhoneLine) -> None:
        """The order failed, as far as is known: should it ring after all, it is to be hung up."""
        line.given_up = True

    def note_answerer(self, line: PhoneLine, answered_by: str) -> bool:
        """The network says who picked up. Is that news? Once it is known it stays so."""
        if line.answered_by or not answered_by:
            return False
        line.answered_by = answered_by
        return True

    def find(self, call_sid: str) -> PhoneLine:
        """Raises CallNotFound."""
        line = self._by_sid.get(call_sid)
        if line is None:
            raise CallNotFound
        return line

    def pair(self, call_sid: str, call_id: str) -> PhoneLine:
        """The line, if it belongs to this call. Raises CallNotFound."""
        line = self.find(call_sid)
        if line.call_id != call_id:
            raise CallNotFound
        return line

    def open(self) -> list[PhoneLine]:
        """Lines whose telephone may ring or talk, as far as is known; also those that were given up."""
        return [line for line in self._by_order.values() if not line.ended]

    def live(self) -> list[PhoneLine]:
        """Lines that are ordered, ring or talk, as far as is known."""
        return [line for line in self.open() if not line.given_up]

    def reaching(self, call_id: str, speaker_id: str) -> PhoneLine | None:
        """The live line by which this person is in the call, or about to be."""
        return next((line for line in self.live() if (line.call_id, line.speaker.id) == (call_id, speaker_id)), None)

    # How far it has got.

    def note(self, line: PhoneLine, status: str, *, at: float | None = None, sequence: int | None = None) -> bool:
        """The network says how a call goes. Is that news? Earlier and unknown states, and all after the end, are not.

        `at` is when it happened and `sequence` the callback's number, where the network says so.
        """
        when = self._now() if at is None else at
        if status == "in-progress" and line.answered_at is None:
            line.answered_at = when  # even when it is told late: the length of the call counts from here
        stale = sequence is not None and sequence <= line.sequence
        line.sequence = max(line.sequence, -1 if sequence is None else sequence)
        if stale or not _is_further(line.status, status):
            return False
        line.status, line.status_at = status, when
        if status in ENDED:
            line.ended_at = when
            line.ticket = ""
        return True

    # Tickets.

    def ticket(self, line: PhoneLine, *, turn: int) -> str:
        """A proof that opens this line's next stream; empty when there is none to open.

        `turn` is how many streams the one who asks thinks the line has had: an old request that is sent again asks for
        a turn that is over. Asking twice for the same turn gives the same ticket.
        """
        if line.restored:
            line.streams = max(line.streams, turn)
        if line.ended or line.given_up or turn != line.streams or turn >= MAX_STREAMS:
            return ""
        if not line.ticket or self._now() >= line.ticket_until:
            line.ticket = secrets.token_urlsafe(24)
            line.ticket_until = self._now() + TICKET_SECONDS
        return line.ticket

    def redeem(self, ticket: str, *, call_sid: str, call_id: str) -> PhoneLine | None:
        """The line this ticket opens, once; None when it opens nothing."""
        line = self._by_sid.get(call_sid)
        if line is None or not line.ticket or line.call_id != call_id or self._now() >= line.ticket_until:
            return None
        if not hmac.compare_digest(line.ticket.encode(), ticket.encode("utf-8", "surrogatepass")):
            return None
        line.ticket = ""
        line.streams += 1
        return line

    def _bind(self, line: PhoneLine, call_sid: str) -> None:
        line.call_sid = call_sid
        self._by_sid[call_sid] = line

    def _forget(self) -> None:
        while len(self._by_order) > MAX_LINES:
            order_id = next((known for known, line in self._by_order.items() if line.ended), next(iter(self._by_order)))
            self._by_sid.pop(self._by_order.pop(order_id).call_sid, None)


def _is_further(known: str, told: str) -> bool:
    if known in ENDED:
        return False
    if told in ENDED:
        return True
    return told in _LADDER and _LADDER.index(told) > _LADDER.index(known)
