"""What the demo and the tests call with."""

import pytest

from kitt_rtc.model.errors import BadOffer
from kitt_rtc.transports.webrtc.caller import Caller
from tests.fakes.browser import nothing_left, talking, tone, until


async def test_it_offers_what_a_browser_offers() -> None:
    offers: list[str] = []

    async def refuse(offer: str) -> str:
        offers.append(offer)
        raise BadOffer("no")

    async with nothing_left():
        async with Caller() as caller:
            with pytest.raises(BadOffer):
                await caller.call(refuse)
        assert "m=audio" in offers[0]
        assert "m=application" in offers[0]


async def test_an_answer_that_is_none_is_told_as_such() -> None:
    async def nonsense(offer: str) -> str:
        return "v=0\r\nhello\r\n"

    async with nothing_left(), Caller() as caller:
        with pytest.raises(BadOffer, match="answer"):
            await caller.call(nonsense)


async def test_its_end_is_seen() -> None:
    async with nothing_left(), talking() as talk:
        await until(lambda: len(talk.caller.heard) > 3_200)
        await talk.peer.hang_up()
        await talk.caller.left()
        assert [envelope async for envelope in talk.caller.envelopes()] == []
        await talk.caller.close()
        await talk.caller.close()


async def test_playing_nothing_takes_no_time_and_leaving_ends_a_play() -> None:
    async with talking() as talk:
        await talk.caller.play(b"")
        await talk.caller.play(tone(0.1))
