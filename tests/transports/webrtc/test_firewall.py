"""What strangers send to a media port (RELIABILITY traps 1 and 2)."""

import asyncio
import random
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aioice import Candidate, Connection, stun
from OpenSSL import SSL

from kitt_rtc.transports.webrtc.caller import Caller
from kitt_rtc.transports.webrtc.firewall import Firewall
from kitt_rtc.transports.webrtc.peer import Peer
from tests.fakes.browser import REP, BadWire, Journal, clock, media_address, nothing_left, talking, tone, until


def client_hello() -> bytes:
    connection = SSL.Connection(SSL.Context(SSL.DTLS_METHOD))
    connection.set_connect_state()
    try:
        connection.do_handshake()
    except SSL.WantReadError:
        return connection.bio_read(1_500)
    raise AssertionError("no hello")


def hostile_datagrams() -> list[bytes]:
    chance = random.Random(3)
    noise = [chance.randbytes(chance.randrange(1, 200)) for _ in range(1_000)]
    hello = client_hello()
    rtp = b"\x80\x6f" + chance.randbytes(60)
    check = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    odd_stun = [b"\x00", b"\x00\x01\x00\x00\x21\x12\xa4\x42", bytes(check), bytes(check)[:-3], b"\x01\x01" + bytes(18)]
    return [b"", hello, *noise, b"", rtp, *odd_stun, hello, b""]


async def attack(address: tuple[str, int]) -> None:
    """Every hostile datagram from another socket, and time for each to be received."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
        for data in hostile_datagrams():
            stranger.sendto(data, address)
            await asyncio.sleep(0)  # the loop takes one a turn; the kernel's buffer holds some three hundred


async def test_a_live_pair_does_not_notice() -> None:
    async with nothing_left(), talking() as talk:
        tap = talk.peer.microphone.tap(1_000)
        playing = asyncio.create_task(talk.caller.play(tone(1.0)))
        await attack(media_address(talk.answer_sdp))
        await playing
        heard = 0
        async for frame in tap:
            heard += any(frame.pcm)
            if heard >= 45:
                break
        assert talk.caller.state == "connected"
        assert talk.peer.dropped_datagrams["empty"] == 3
        assert talk.peer.dropped_datagrams["stranger"] > 900


async def test_before_the_handshake_neither() -> None:
    journal = Journal("call_1", clock())
    async with nothing_left(), Caller() as caller:
        peers: list[Peer] = []

        async def exchange(sdp: str) -> str:
            peers.append(await Peer.answer(sdp, leg_id="l", speaker=REP, clock=clock(), journal=journal))
            await attack(media_address(peers[0].answer_sdp))
            return peers[0].answer_sdp

        await caller.call(exchange)
        assert caller.state == "connected"
        assert peers[0].dropped_datagrams["stranger"] > 900
        await peers[0].close()


async def test_a_browser_whose_address_was_never_told_is_learnt() -> None:
    wire = BadWire(lambda data, to_peer: False)
    async with nothing_left(), talking(wire=wire) as talk:
        tap = talk.peer.microphone.tap(1_000)
        await talk.caller.play(tone(0.5))
        assert await anext(aiter(tap))
        assert talk.caller.state == "connected"


@asynccontextmanager
async def guarded_pair() -> AsyncIterator[tuple[Connection, Connection, Firewall]]:
    """Two connected ICE agents; the second one is guarded."""
    far, near = Connection(ice_controlling=True), Connection(ice_controlling=False)
    firewall = Firewall(near)
    for connection in (far, near):
        await connection.gather_candidates()
    firewall.guard()
    for one, other in ((far, near), (near, far)):
        one.remote_username, one.remote_password = other.local_username, other.local_password
        for candidate in other.local_candidates:
            await one.add_remote_candidate(candidate)
        await one.add_remote_candidate(None)
    await asyncio.gather(far.connect(), near.connect())
    try:
        yield far, near, firewall
    finally:
        await far.close()
        await near.close()
        firewall.lift()


async def test_only_what_media_may_be_passes_from_a_friend() -> None:
    async with nothing_left(), guarded_pair() as (far, near, firewall):
        for data in (b"\x02\x00", b"\x40\x00", b"\xff", b"\x16\xfe", b"\x80\x6f"):
            await far.send(data)
        assert await near.recv() == b"\x16\xfe"
        assert await near.recv() == b"\x80\x6f"
        assert firewall.dropped == {"malformed": 3}


async def test_a_signed_check_that_lacks_its_priority_raises_nothing() -> None:
    async with guarded_pair() as (far, near, firewall):
        check = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        check.attributes["USERNAME"] = f"{near.local_username}:{far.local_username}"
        check.add_message_integrity(near.local_password.encode())
        target: Candidate = next(found for found in near.local_candidates if "." in found.host)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.sendto(bytes(check), (target.host, target.port))
            stranger.sendto(b"\x16\xfe", (target.host, target.port))
        await until(lambda: firewall.dropped["stranger"])
        assert firewall.dropped["malformed"] == 1


async def test_what_waits_for_dtls_is_bounded() -> None:
    async with guarded_pair() as (far, near, firewall):
        for _ in range(1_500):
            await far.send(b"\x80\x6f")
            await asyncio.sleep(0)
        await until(lambda: firewall.dropped["overflow"])
        assert await near.recv() == b"\x80\x6f"
