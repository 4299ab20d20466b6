"""The filter in front of DTLS: what a stranger sends to a media port never reaches the connection.

Why: aioice hands every datagram that is not STUN to DTLS, whoever sent it. One empty datagram then ends a live call,
one stray ClientHello spoils a handshake (RELIABILITY traps 1 and 2; ASVS 17.2.6).

How, without touching the library for anyone else: a connection's sockets are `StunProtocol`s that aioice makes while
it gathers candidates, and each calls two methods of ours, looked up on the instance. So

* `Firewall(connection)`, before gathering, puts a closed door in the place of `connection.data_received`. Nothing but
  STUN is due before our answer has been sent, and malformed STUN, which aioice passes there too, is never due.
* `guard()`, after gathering, puts a gate in the place of every socket's `datagram_received`, relayed ones included.
  The gate knows the sender's address; it alone holds the key to the door.
"""

import logging
import struct
import time
from collections import Counter
from typing import Any

from aioice.ice import Connection, StunProtocol

logger = logging.getLogger(__name__)

_QUEUE = 1_000
"""Datagrams that may wait for DTLS, which reads nothing while ICE connects; some 1.2 MB."""
_LOG_SECONDS = 10.0

Address = tuple[Any, ...]


class Firewall:
    """Guards one ICE connection."""

    def __init__(self, connection: Connection) -> None:
        self.dropped: Counter[str] = Counter()
        """Datagrams that were not let through, by reason: "empty", "stranger", "malformed" or "overflow"."""
        self.heard_at: float | None = None
        """When the peer's last datagram came, by time.monotonic()."""
        self._connection = connection
        self._friends: set[Address] = set()
        self._candidates = 0
        self._gates: list[_Gate] = []
        self._logged_at = 0.0
        self._deliver = connection.data_received
        self._greeting = f"{connection.local_username}:".encode()
        vars(connection)["data_received"] = self._closed_door

    def guard(self) -> None:
        """Stand in front of every socket the connection has by now."""
        self._gates = [_Gate(self, protocol) for protocol in self._connection._protocols]

    def lift(self) -> None:
        """The connection is closed: let go of it."""
        for gate in self._gates:
            gate.lift()
        self._gates.clear()
        vars(self._connection).pop("data_received", None)

    def knows(self, address: Address) -> bool:
        """Is this one of the peer's addresses: told in its offer, or learnt from a check that it signed?"""
        if address not in self._friends and len(self._connection._remote_candidates) != self._candidates:
            known = self._connection._remote_candidates
            self._candidates = len(known)
            self._friends = {(candidate._network_host, candidate.port) for candidate in known}
        if address in self._friends:
            self.heard_at = time.monotonic()
            return True
        return False

    def addressed_to_us(self, message: bytes, protocol: StunProtocol) -> bool:
        """Could this STUN message of a stranger be meant for us? An answer to our question, or our name in it."""
        if message[0] & 1:
            return message[8:20] in protocol.transactions
        return self._greeting in message

    def deliver(self, data: bytes, component: int) -> None:
        """To DTLS, unless too much waits there already."""
        if self._connection._queue.qsize() >= _QUEUE:
            self.drop("overflow")
            return
        self._deliver(data, component)

    def drop(self, reason: str) -> None:
        self.dropped[reason] += 1
        now = time.monotonic()
        if now - self._logged_at >= _LOG_SECONDS:
            self._logged_at = now
            logger.info("datagrams dropped at a media port", extra=dict(self.dropped))

    def _closed_door(self, data: bytes, component: int) -> None:
        self.drop("malformed" if data else "empty")


class _Gate:
    """Stands in the place of one socket's `datagram_received`."""

    def __init__(self, firewall: Firewall, protocol: StunProtocol) -> None:
        self._firewall = firewall
        self._protocol = protocol
        self._to_stun = protocol.datagram_received
        vars(protocol)["datagram_received"] = self.receive

    def receive(self, data: bytes | str, address: Address) -> None:
        assert isinstance(data, bytes)
        if not data:
            self._firewall.drop("empty")
            return
        known = self._firewall.knows(address[:2])
        first = data[0]
        if first < 4:
            self._stun(data, address, known)
        elif not known:
            self._firewall.drop("stranger")
        elif 20 <= first < 64 or 128 <= first < 192:  # DTLS, or RTP and RTCP (RFC 7983)
            self._firewall.deliver(data, self._protocol.local_candidate.component)
        else:
            self._firewall.drop("malformed")

    def lift(self) -> None:
        vars(self._protocol).pop("datagram_received", None)

    def _stun(self, data: bytes, address: Address, known: bool) -> None:
        if not known and not self._firewall.addressed_to_us(data, self._protocol):
            self._firewall.drop("stranger")
            return
        try:
            self._to_stun(data, address)
        except (LookupError, ValueError, AssertionError, struct.error):
            # aioice reads fields that a message need not have, a check's PRIORITY for one.
            self._firewall.drop("malformed")
