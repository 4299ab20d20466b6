"""Browsers at the doors: a real caller through the real application."""

import base64
import hashlib
import hmac
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from kitt_rtc.api.guard import GuardOptions
from kitt_rtc.api.rtc import call_of, ice_servers, peer_options
from kitt_rtc.api.rtc_forms import RtcOptions
from kitt_rtc.calls.call import CallOptions
from kitt_rtc.calls.switchboard import SwitchboardOptions
from kitt_rtc.model.facts import InsightRated, LegJoined, LegLeft, UtteranceHeard
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.transports.webrtc.caller import Caller
from tests.fakes.browser import nothing_left, sockets, tone, until
from tests.fakes.doors import House, Plan, open_house
from tests.transports.webrtc.test_offer import BAD, GOOD


@asynccontextmanager
async def joined(house: House, session_id: str, **body: object) -> AsyncIterator[tuple[Caller, str]]:
    """A caller in the call, and the id of its leg."""
    async with Caller() as caller:
        legs: list[str] = []

        async def exchange(sdp: str) -> str:
            form = {"session_id": session_id, "role": "customer", "sdp": sdp, "type": "offer", **body}
            answer = await house.client.post("/rtc/offer", json=form)
            said = await answer.json()
            assert answer.status == 200, said
            assert said["type"] == "answer"
            legs.append(said["leg_id"])
            return str(said["sdp"])

        await caller.call(exchange)
        yield caller, legs[0]


async def test_a_browser_joins_speaks_reads_rates_and_leaves() -> None:
    async with nothing_left(), open_house(Plan(lines=["it is too dear"])) as house:
        call_id = (await house.start())["session_id"]
        call = house.switchboard.find(call_id).call
        async with joined(house, call_id, speaker={"id": "C1", "name": "Zoé"}) as (caller, leg_id):
            await caller.play(tone(1.2) + bytes(32_000))
            rated = False
            async for envelope in caller.envelopes():
                fact = envelope.entry.fact
                if type(fact).__name__ == "InsightGiven" and not rated:
                    rated = True
                    caller.rate(fact.insight.id, "helpful")
                    caller.rate(fact.insight.id, "helpful")
                    caller.rate("nobody_gave_this", "wrong")
                    caller.rate(fact.insight.id, "not_now")
                if isinstance(fact, InsightRated) and fact.rating == "not_now":
                    break
        await until(lambda: not call.legs)
        facts = [entry.fact for entry in call.journal.entries()]
        person = Speaker("C1", Role.CUSTOMER, "Zoé")
        assert LegJoined(leg_id, "webrtc", person) in facts
        assert [fact.utterance.text for fact in facts if isinstance(fact, UtteranceHeard)] == ["it is too dear"]
        ratings = [fact for fact in facts if isinstance(fact, InsightRated)]
        assert [(fact.rating, fact.by) for fact in ratings] == [("helpful", "C1"), ("not_now", "C1")]
        assert [fact.reason for fact in facts if isinstance(fact, LegLeft)] == ["hung_up"]


async def test_delete_hangs_up_and_twice_is_once() -> None:
    async with open_house() as house:
        call_id = (await house.start())["session_id"]
        call = house.switchboard.find(call_id).call
        async with joined(house, call_id) as (caller, leg_id):
            assert (await house.client.delete(f"/rtc/{leg_id}")).status == 204
            await caller.left()
            await until(lambda: not call.legs)
            assert (await house.client.delete(f"/rtc/{leg_id}")).status == 204
        await house.switchboard.end(call_id)
        assert (await house.client.delete(f"/rtc/{leg_id}")).status == 204
        for stranger in (f"{call_id}.00000000", "nobody.00000000", "nobody", "."):
            assert (await house.client.delete(f"/rtc/{stranger}")).status == 404
        assert call_of(leg_id) == call_id


@pytest.mark.parametrize("name", ["garbage", "nothing", "video", "only_data", "no_opus", "a_megabyte"])
async def test_a_bad_offer_is_refused_with_the_reason_and_nobody_joins(name: str) -> None:
    async with open_house() as house:
        call_id = (await house.start())["session_id"]
        before = sockets()
        form = {"session_id": call_id, "role": "rep", "sdp": BAD[name][0][:200_000], "type": "offer"}
        answer = await house.client.post("/rtc/offer", json=form)
        said = await answer.json()
        assert answer.status == 400
        assert said["error"]["code"] == "bad_offer"
        assert said["error"]["message"]
        await house.client.get("/health")
        assert sockets() <= before
        assert not house.switchboard.find(call_id).call.legs


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"role": "king"}, "role"),
        ({"type": "answer"}, "type"),
        ({"sdp": 5}, "sdp"),
        ({"session_id": "a b"}, "session_id"),
        ({"speaker": {"name": "no id"}}, "speaker"),
        ({"speaker": ""}, "speaker"),
        ({"extra": 1}, "extra"),
    ],
)
async def test_a_wrong_field_is_named(change: dict, field: str) -> None:
    async with open_house() as house:
        form = {"session_id": "x", "role": "rep", "sdp": GOOD} | change
        answer = await house.client.post("/rtc/offer", json=form)
        assert answer.status == 422
        assert any(fault["field"].startswith(field) for fault in (await answer.json())["error"]["fields"])


async def test_no_call_and_a_call_that_is_over() -> None:
    async with open_house() as house:
        form = {"session_id": "nobody", "role": "rep", "sdp": GOOD}
        assert (await house.client.post("/rtc/offer", json=form)).status == 404
        call_id = (await house.start())["session_id"]
        await house.switchboard.end(call_id)
        answer = await house.client.post("/rtc/offer", json=form | {"session_id": call_id})
        assert answer.status in {409, 410}
        assert (await answer.json())["error"]["code"] == "call_over"


async def test_a_token_opens_its_own_call_only() -> None:
    async with open_house(Plan(guard=GuardOptions(api_key="k" * 20))) as house:
        house.client.session.headers["Authorization"] = f"Bearer {house.guard.token_for('other')}"
        form = {"session_id": "mine", "role": "rep", "sdp": GOOD}
        assert (await house.client.post("/rtc/offer", json=form)).status == 404
        assert (await house.client.delete("/rtc/mine.00000000")).status == 404
        assert (await house.client.get("/rtc/config")).status == 200
        del house.client.session.headers["Authorization"]
        assert (await house.client.get("/rtc/config")).status == 401


def test_turn_credentials_end_by_themselves() -> None:
    options = RtcOptions(
        ice_servers=("stun:stun.example.com", "turn:turn.example.com", "turns:turn.example.com?transport=tcp"),
        turn_secret="s3cret",
        turn_seconds=600,
    )
    stun, turn = ice_servers(options, user="call_1", now=1_000.5)
    assert stun.urls == ["stun:stun.example.com"]
    assert not stun.credential
    assert turn.urls == ["turn:turn.example.com", "turns:turn.example.com?transport=tcp"]
    assert turn.username == "1600:call_1"
    digest = hmac.new(b"s3cret", b"1600:call_1", hashlib.sha1).digest()
    assert base64.b64decode(turn.credential) == digest


def test_a_server_without_udp_asks_the_same_servers() -> None:
    options = RtcOptions(ice_servers=("stun:a", "turns:b?transport=tcp"), turn_secret="s3cret", turn_seconds=60)
    assert peer_options(options, now=0.0) is options.peer
    stun, turn = peer_options(replace(options, relay=True), now=0.0).session.ice_servers
    assert (stun.url, stun.username) == ("stun:a", "")
    assert (turn.url, turn.username) == ("turns:b?transport=tcp", "60:kitt")
    assert turn.credential


async def test_config_is_what_a_browser_takes() -> None:
    async with open_house() as house:
        assert await (await house.client.get("/rtc/config")).json() == {"iceServers": []}


async def test_a_full_call_refuses_and_lives_on() -> None:
    plan = Plan(switchboard=SwitchboardOptions(call=CallOptions(max_legs=1)))
    async with open_house(plan) as house:
        call_id = (await house.start())["session_id"]
        async with joined(house, call_id):
            form = {"session_id": call_id, "role": "rep", "sdp": GOOD}
            answer = await house.client.post("/rtc/offer", json=form)
            assert answer.status == 400
            assert "full" in (await answer.json())["error"]["message"]
            assert len(house.switchboard.find(call_id).call.legs) == 1


async def test_a_page_that_comes_back_takes_the_place_of_its_own_dead_connection() -> None:
    async with nothing_left(), open_house() as house:
        call_id = (await house.start())["session_id"]
        call = house.switchboard.find(call_id).call
        person = {"speaker": {"id": "C1", "name": "Zoé"}}
        async with joined(house, call_id, **person) as (old, first), joined(house, call_id, **person) as (_, second):
            await old.left()
            assert list(call.legs) == [second]
            told = [entry.fact for entry in call.journal.entries() if isinstance(entry.fact, LegJoined | LegLeft)]
            assert [fact.leg_id for fact in told] == [first, first, second]
            assert told[2].away > 0.0


async def test_R02_a_page_may_say_what_its_person_speaks() -> None:
    async with open_house() as house:
        call_id = (await house.start(language="en"))["session_id"]
        call = house.switchboard.find(call_id).call
        async with (
            joined(house, call_id, speaker="Zoé", language="fr"),
            joined(house, call_id, role="rep", language="auto"),
        ):
            assert dict(call.conversation.languages) == {"Zoé": "fr"}


async def test_another_of_the_same_role_takes_nobodys_place() -> None:
    async with nothing_left(), open_house() as house:
        call_id = (await house.start())["session_id"]
        async with (
            joined(house, call_id, speaker={"id": "C1"}) as (_, first),
            joined(house, call_id, speaker={"id": "C2"}) as (_, second),
        ):
            assert list(house.switchboard.find(call_id).call.legs) == [first, second]
