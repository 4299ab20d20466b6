"""Offers that cannot be answered leave nothing behind (RELIABILITY traps 5 and 6)."""

import random

import pytest

from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.model.errors import BadOffer
from kitt_rtc.transports.webrtc.session import IceServer, Session, SessionOptions, configuration
from kitt_rtc.transports.webrtc.voice import Voice
from tests.fakes.browser import nothing_left
from tests.transports.webrtc.test_offer import AUDIO, BAD, DATA, GOOD, HEAD, sdp, without


async def answer(offer: str, options: SessionOptions | None = None) -> Session:
    return await Session.answer(offer, Voice(Earpiece()), options or SessionOptions())


@pytest.mark.parametrize("name", BAD)
async def test_bad_offers_leave_nothing(name: str) -> None:
    async with nothing_left():
        with pytest.raises(BadOffer):
            await answer(BAD[name][0])


async def test_an_offer_that_fails_half_way_is_a_bad_offer_and_leaves_nothing() -> None:
    """It reads well, and aiortc finds out in the middle that it cannot use it."""
    for_the_session_only = sdp([*HEAD, "a=rtcp-mux"], without(AUDIO, "a=rtcp-mux"), DATA)
    async with nothing_left():
        with pytest.raises(BadOffer, match="cannot be answered"):
            await answer(for_the_session_only)


async def test_a_good_offer_is_answered_and_closed() -> None:
    async with nothing_left():
        session = await answer(GOOD)
        assert "a=rtpmap:111 opus/48000/2" in session.answer_sdp
        assert "a=rtpmap:0 PCMU" not in session.answer_sdp
        assert session.state in {"new", "connecting"}
        await session.close()
        await session.close()
        assert session.state == "closed"


async def test_hundreds_of_mutilated_offers_are_answered_or_refused_and_leave_nothing() -> None:
    chance = random.Random(11)
    answered = 0
    async with nothing_left():
        for _ in range(300):
            broken = list(GOOD)
            for _ in range(chance.randrange(1, 4)):
                place = chance.randrange(len(broken))
                broken[place : place + chance.randrange(3)] = chance.choice(["", "0", " ", "\r\n", "a=", "9" * 20])
            try:
                session = await answer("".join(broken))
            except BadOffer:
                continue
            answered += 1
            await session.close()
    assert answered > 10


async def test_a_dead_stun_server_does_not_keep_the_browser_waiting() -> None:
    dead = IceServer("stun:192.0.2.254:3478")
    async with nothing_left():
        session = await answer(GOOD, SessionOptions(ice_servers=(dead,)))
        assert "a=candidate:" in session.answer_sdp
        await session.close()


def test_no_server_is_asked_that_nobody_named() -> None:
    assert configuration().iceServers == []
