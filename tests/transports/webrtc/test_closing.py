"""Closed at any moment, nothing stays: not even what aiortc forgets."""

import asyncio

import pytest
from aiortc import RTCPeerConnection

from kitt_rtc.journal import Journal
from kitt_rtc.transports.webrtc.caller import Caller
from kitt_rtc.transports.webrtc.closing import Tether
from kitt_rtc.transports.webrtc.peer import Peer
from tests.fakes.browser import REP, clock, nothing_left


@pytest.mark.parametrize("turns", [0, 1, 5, 20, 60, 100, 140, 180, 220, 260, 300, 400])
async def test_in_the_middle_of_connecting(turns: int) -> None:
    async with nothing_left(), Caller() as caller:
        journal = Journal("call_1", clock())
        peers: list[Peer] = []

        async def exchange(sdp: str) -> str:
            peers.append(await Peer.answer(sdp, leg_id="l", speaker=REP, clock=clock(), journal=journal))
            return peers[0].answer_sdp

        calling = asyncio.create_task(caller.call(exchange))
        while not peers:  # noqa: ASYNC110  # its turns are counted from the answer on
            await asyncio.sleep(0)
        for _ in range(turns):
            await asyncio.sleep(0.0005)
        await peers[0].close()
        calling.cancel()
        await asyncio.wait([calling])


async def test_a_connection_that_never_was_one() -> None:
    async with nothing_left():
        connection = RTCPeerConnection()
        tether = Tether(connection)
        await tether.close()
        await tether.close()
        assert connection.connectionState == "closed"
