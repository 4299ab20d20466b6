"""The events socket of the real application."""

import asyncio
import json
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import pytest
from aiohttp import WSMsgType
from aiohttp.test_utils import TestClient, TestServer

from kitt_rtc.api.application import make_application
from kitt_rtc.api.guard import GuardOptions
from kitt_rtc.api.rtc_forms import EventsOptions
from kitt_rtc.model.facts import InsightGiven, InsightPainted, InsightRated, Trouble, UtteranceHeard
from kitt_rtc.model.insight import Insight, InsightType, Verdict
from kitt_rtc.model.ledger import Stage
from kitt_rtc.model.speech import Role, Speaker, Utterance
from tests.fakes.browser import until
from tests.fakes.doors import House, Plan, open_house

UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}
CARD = InsightGiven(Insight("ins_1", InsightType.COACHING, "Ask why."), Verdict(False, "first"), 0.1)


async def read(follower, count: int) -> list[int]:  # type: ignore[no-untyped-def]
    return [json.loads(await follower.receive_str(timeout=5))["seq"] for _ in range(count)]


async def test_what_there_was_what_comes_and_the_end() -> None:
    async with open_house() as house:
        call_id = (await house.start())["session_id"]
        call = house.switchboard.find(call_id).call
        call.record(Trouble("test", "a", "b"))
        async with house.client.ws_connect(f"/calls/{call_id}/events") as follower:
            known = call.journal.last
            assert await read(follower, known) == list(range(1, known + 1))
            call.record(Trouble("test", "c", "d"))
            assert await read(follower, 1) == [known + 1]
            await house.switchboard.end(call_id)
            last = json.loads(await follower.receive_str(timeout=5))
            assert last["type"] == "call_ended"
            closing = await follower.receive(timeout=5)
            assert closing.type is WSMsgType.CLOSE
            assert (closing.data, closing.extra) == (1000, "call_over: hung_up")


async def test_from_a_cursor_live_and_stored() -> None:
    async with open_house() as house:
        call_id = (await house.start())["session_id"]
        call = house.switchboard.find(call_id).call
        for number in range(5):
            call.record(Trouble("test", str(number), ""))
        last = call.journal.last
        async with house.client.ws_connect(f"/calls/{call_id}/events?after={last - 2}") as follower:
            assert await read(follower, 2) == [last - 1, last]
        await house.switchboard.end(call_id)
        async with house.client.ws_connect(f"/calls/{call_id}/events?after={last}") as follower:
            assert json.loads(await follower.receive_str(timeout=5))["type"] == "call_ended"
            assert (await follower.receive(timeout=5)).type is WSMsgType.CLOSE


async def test_shutdown_is_told_as_such() -> None:
    async with open_house() as house:
        call_id = (await house.start())["session_id"]
        async with house.client.ws_connect(f"/calls/{call_id}/events") as follower:
            await house.switchboard.close()
            async for message in follower:
                assert message.type is WSMsgType.TEXT
            assert follower.close_code == 1012


async def test_ratings_and_hush_come_up_and_nothing_else() -> None:
    async with open_house() as house:
        call_id = (await house.start())["session_id"]
        call = house.switchboard.find(call_id).call
        call.record(CARD)
        async with house.client.ws_connect(f"/calls/{call_id}/events?speaker=REP1") as follower:
            for text in (
                "nonsense",
                '{"type": "hush"}',
                '{"type": "resume", "after": 3}',
                '{"type": "rate_insight", "insight_id": "other", "rating": "wrong"}',
                '{"type": "rate_insight", "insight_id": "ins_1", "rating": "wrong"}',
                '{"type": "rate_insight", "insight_id": "ins_1", "rating": "wrong"}',
                '{"type": "rate_insight", "insight_id": "ins_1", "rating": "helpful"}',
            ):
                await follower.send_str(text)
            await until(lambda: _ratings(house, call_id) == ["wrong", "helpful"])
        rated = [entry.fact for entry in call.journal.entries() if isinstance(entry.fact, InsightRated)]
        assert {fact.by for fact in rated} == {"REP1"}


async def test_N7_the_calls_time_is_told_to_who_asks_and_what_they_say_of_a_card_is_a_fact_once() -> None:
    async with open_house() as house:
        call_id = (await house.start())["session_id"]
        call = house.switchboard.find(call_id).call
        said = Utterance("utt_1", Speaker("R", Role.REP), "Why?", "en", 0.0, 0.0)
        call.record(UtteranceHeard(said, 0.1, (Stage("pause", 0.0),)))
        card = call.record(replace(CARD, insight=replace(CARD.insight, because=("utt_1",))))
        async with house.client.ws_connect(f"/calls/{call_id}/events?speaker=REP1") as follower:
            await read(follower, card.seq)
            before = call.clock()
            await follower.send_str('{"type": "clock", "sent": 12.5}')
            answer = json.loads(await follower.receive_str(timeout=5))
            assert (answer["call"], answer["clock"]["sent"]) == (call_id, 12.5)
            at = answer["clock"]["at"]
            assert before - 0.001 <= at <= call.clock()
            painted = {"type": "painted", "insight_id": "ins_1", "arrived": at, "at": at, "uncertainty": 0.01}
            for claim in (painted | {"at": at + 9.0}, painted | {"insight_id": "ins_2"}, painted, painted):
                await follower.send_str(json.dumps(claim))
            (number,) = await read(follower, 1)
            await follower.send_str('{"type": "clock", "sent": 13.5}')
            assert "clock" in json.loads(await follower.receive_str(timeout=5))
        assert call.journal.last == number
        shown = call.journal.entries(number - 1)[0].fact
        assert isinstance(shown, InsightPainted)
        assert (shown.insight_id, shown.by) == ("ins_1", "REP1")


def _ratings(house: House, call_id: str) -> list[str]:
    entries = house.switchboard.find(call_id).call.journal.entries()
    return [entry.fact.rating for entry in entries if isinstance(entry.fact, InsightRated)]


@pytest.mark.parametrize(
    ("kind", "code"), [("faults", 1008), ("flood", 1008), ("binary", 1003), ("long", 1009)]
)  # fmt: skip
async def test_a_socket_that_speaks_nonsense_is_closed_with_a_reason(kind: str, code: int) -> None:
    async with open_house() as house:
        call_id = (await house.start())["session_id"]
        async with house.client.ws_connect(f"/calls/{call_id}/events") as follower:
            match kind:
                case "faults":
                    for _ in range(10):
                        await follower.send_str("?")
                case "flood":
                    for _ in range(1_000):
                        await follower.send_str('{"type": "hush"}')
                case "binary":
                    await follower.send_bytes(b"{}")
                case _:
                    await follower.send_str("x" * 5_000)
            async for message in follower:
                assert message.type is WSMsgType.TEXT
            assert follower.close_code == code
        assert house.switchboard.find(call_id)


@asynccontextmanager
async def lazy_socket(client: TestClient, path: str) -> AsyncIterator[socket.socket]:
    """A follower's socket that has been upgraded, and reads nothing by itself."""
    loop = asyncio.get_running_loop()
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        raw.setblocking(False)
        await loop.sock_connect(raw, (client.host, client.port))
        lines = (
            f"GET {path} HTTP/1.1",
            f"Host: {client.host}:{client.port}",
            *(f"{k}: {v}" for k, v in UPGRADE.items()),
        )
        await loop.sock_sendall(raw, ("\r\n".join(lines) + "\r\n\r\n").encode())
        assert (await loop.sock_recv(raw, 12)).endswith(b"101")
        yield raw


async def rest_of(raw: socket.socket) -> bytes:
    """What is still in the pipe, to its end."""
    found = bytearray()
    with suppress(ConnectionResetError):
        while piece := await asyncio.get_running_loop().sock_recv(raw, 1_000_000):
            found += piece
    return bytes(found)


async def test_a_follower_who_takes_nothing_is_cut_and_costs_no_memory() -> None:
    async with open_house() as house:
        doors = replace(house.doors, events=EventsOptions(behind_seconds=0.2))
        async with TestClient(TestServer(make_application(doors))) as client:
            call_id = (await house.start())["session_id"]
            call = house.switchboard.find(call_id).call
            async with lazy_socket(client, f"/calls/{call_id}/events") as raw:
                for number in range(2_000):
                    call.record(Trouble("test", str(number), "x" * 10_000))
                async with asyncio.timeout(10.0):
                    await until(lambda: not any("events of" in task.get_name() for task in asyncio.all_tasks()))
                assert len(await rest_of(raw)) < 10_000_000  # of twenty


async def test_a_follower_who_falls_behind_is_told_to_come_again() -> None:
    async with open_house() as house:
        doors = replace(house.doors, events=EventsOptions(behind_seconds=0.05))
        async with TestClient(TestServer(make_application(doors))) as client:
            call_id = (await house.start())["session_id"]
            call = house.switchboard.find(call_id).call
            known = call.journal.last
            async with client.ws_connect(f"/calls/{call_id}/events") as follower:
                await read(follower, known)
                call.record(Trouble("test", "late", ""))
                time.sleep(0.1)  # noqa: ASYNC251  # the whole house stands still, and falls behind
                assert await read(follower, 1) == [known + 1]
                closing = await follower.receive(timeout=5)
                assert (closing.type, closing.data, closing.extra) == (WSMsgType.CLOSE, 1013, "try again")


async def test_strangers_and_odd_questions_are_turned_away_before_the_upgrade() -> None:
    async with open_house(Plan(guard=GuardOptions(api_key="k" * 20))) as house:
        token = house.guard.token_for("mine")
        for path, status in (
            ("/calls/mine/events", 401),
            (f"/calls/other/events?token={token}", 404),
            (f"/calls/mine/events?token={token}", 404),
            (f"/calls/mine/events?token={token}&after=-1", 422),
            (f"/calls/mine/events?token={token}&after=x", 422),
            (f"/calls/mine/events?token={token}&after=1&after=2", 422),
        ):
            answer = await house.client.get(
                path,
                headers=UPGRADE,
            )
            assert answer.status == status, path
