"""What is being said, over the events socket of the real application."""

import asyncio
import json
from dataclasses import replace

from aiohttp import ClientWebSocketResponse

from kitt_rtc.model.caption import Caption
from kitt_rtc.model.facts import Trouble, UtteranceHeard
from kitt_rtc.model.speech import Role, Speaker, Utterance
from tests.api.test_events import lazy_socket
from tests.fakes.doors import open_house

ANNA = Speaker("REP", Role.REP, "Anna")
SAID = Caption("utt_1", "leg_1", ANNA, 2.5, "The camera", "is of")


async def told(follower: ClientWebSocketResponse) -> dict:
    return json.loads(await follower.receive_str(timeout=5))


async def captions(follower: ClientWebSocketResponse, count: int) -> list[dict]:
    found: list[dict] = []
    while len(found) < count:
        message = await told(follower)
        found += [message] if "caption" in message else []
    return found


async def test_captions_go_beside_the_envelopes_and_have_no_number() -> None:
    async with open_house() as house:
        call_id = (await house.start())["session_id"]
        call = house.switchboard.find(call_id).call
        async with house.client.ws_connect(f"/calls/{call_id}/events") as follower:
            call.captions.show(SAID)
            (shown,) = await captions(follower, 1)
            assert shown == {
                "v": 1,
                "call": call_id,
                "caption": {
                    "id": "utt_1",
                    "leg_id": "leg_1",
                    "speaker": {"id": "REP", "role": "rep", "name": "Anna"},
                    "start": 2.5,
                    "committed": "The camera",
                    "rest": "is of",
                    "paused": False,
                    "over": False,
                },
            }
            call.record(UtteranceHeard(Utterance("utt_1", ANNA, "The camera is off.", "en", 2.5, 4.0), 0.1))
            (over,) = await captions(follower, 1)
            assert over["caption"]["over"]
            assert all(entry.fact is not SAID for entry in call.journal.entries())


async def test_who_comes_late_gets_what_is_being_said_now() -> None:
    async with open_house() as house:
        call_id = (await house.start())["session_id"]
        call = house.switchboard.find(call_id).call
        call.captions.show(SAID)
        async with house.client.ws_connect(f"/calls/{call_id}/events?after={call.journal.last}") as follower:
            assert (await told(follower))["caption"]["committed"] == "The camera"
        await house.switchboard.end(call_id)
        async with house.client.ws_connect(f"/calls/{call_id}/events") as follower:
            assert [message.data async for message in follower if "caption" in json.loads(message.data)] == []


async def test_a_page_that_takes_nothing_makes_no_captions_wait() -> None:
    async with open_house() as house:
        call_id = (await house.start())["session_id"]
        call = house.switchboard.find(call_id).call
        async with lazy_socket(house.client, f"/calls/{call_id}/events") as raw:
            for number in range(200):
                call.record(Trouble("test", str(number), "x" * 20_000))
            for number in range(2_000):
                call.captions.show(replace(SAID, committed="word " * number))
                await asyncio.sleep(0)
            call.captions.show(replace(SAID, committed="the latest"))
            text = bytearray()
            while b"the latest" not in text[-8_000:]:
                text += await asyncio.wait_for(asyncio.get_running_loop().sock_recv(raw, 4_000), 10.0)
    assert text.count(b'"caption"') < 100
