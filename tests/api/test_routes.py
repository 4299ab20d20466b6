"""Every door of the table, walked: what all of them owe a stranger. A door that is added is walked too."""

import json
from typing import Any

import pytest
from pydantic import BaseModel

from kitt_rtc.api.door import Door, Who
from kitt_rtc.api.routes import DOORS
from tests.fakes.doors import House, open_house
from tests.transports.webrtc.test_offer import GOOD

UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}
NOT_FOUND = {"success": False, "error": {"code": "call_not_found", "message": "Session non trouvée"}}
NOBODY = "nobody"
BODIES: dict[str, dict[str, Any]] = {
    "/calls/start": {},
    "/rtc/offer": {"session_id": NOBODY, "role": "rep", "sdp": GOOD},
    "/calls/{session_id}/recording": {"action": "start"},
    "/calls/{session_id}/legs/{leg_id}/hold": {"held": True},
    "/calls/{session_id}/legs/{leg_id}/keys": {"keys": "1#"},
    "/twilio/initiate-call": {"phone_number": "+33199001234"},
    "/twilio/end-call": {"call_sid": "CA" + "0" * 32, "session_id": NOBODY},
    "/calls/{session_id}/speakers": {"name": "Ana", "utterance_ids": ["utt_1"]},
    "/calls/{session_id}/utterances/{utterance_id}/speaker": {"name": "Ana"},
    "/calls/{session_id}/snooze": {"seconds": 300},
    "/knowledge/gaps/{gap_id}": {"done": True},
    "/knowledge/proposals/{proposal_id}": {"decision": "reject"},
    "/calls/{session_id}/case": {"resolved": True},
    "/knowledge/documents": {"name": "pump", "text": "The pump is dry."},
    "/knowledge/search": {"query": "pump"},
    "/profiles": {"name": "Ada Byron"},
    "/profiles/{profile_id}": {"name": "Ada Byron", "version": 1},
    "/calls/{session_id}/profile": {"lessons": ["lesson_1"]},
    "/calls/{session_id}/hand-over": {"by": "leg", "speaker_id": "rep-2"},
}
"""A good body of each door that takes JSON."""
BEGINS_ONE = {"/calls/start", "/twilio/initiate-call"}
"""These begin the call that is not there."""


def _name(door: Door) -> str:
    return f"{door.method} {door.path}"


def _names_a_call(door: Door) -> bool:
    fields = {name for form in (door.body, door.query) if form for name in form.model_fields}
    return any(sign in door.path for sign in ("{session_id}", "{leg_id}", "{call_sid}")) or "session_id" in fields


def _takes_json(door: Door) -> bool:
    return door.body is not None and door.body_type == "application/json"


TOLD_OF_A_CALL = [
    door for door in DOORS if _names_a_call(door) and door.who is Who.CALLER and door.path not in BEGINS_ONE
]
JSON_DOORS = [door for door in DOORS if _takes_json(door)]
QUERY_DOORS = [door for door in DOORS if door.query and door.who is not Who.NETWORK]
FIELDS = [(door, name) for door in JSON_DOORS for name in (door.body.model_fields if door.body else ())]


@pytest.fixture
async def house():
    async with open_house() as opened:
        yield opened


async def _knock(house: House, door: Door, body: object = None, query: str = "") -> tuple[int, Any]:
    """What a door says to a good request about a call that nobody knows, or to this body and query."""
    path = door.path.format(
        session_id=NOBODY,
        profile_id=NOBODY,
        document_id=NOBODY,
        job_id=NOBODY,
        gap_id=NOBODY,
        proposal_id=NOBODY,
        leg_id=f"{NOBODY}.00000000",
        call_sid="CA" + "0" * 32,
        utterance_id="utt_1",
    )
    if door.query and "session_id" in door.query.model_fields and not query:
        query = f"?session_id={NOBODY}"
    sent = BODIES[door.path] if body is None and _takes_json(door) else body
    data = sent if isinstance(sent, bytes) or sent is None else json.dumps(sent).encode()
    headers = {"Content-Type": "application/json"} if data is not None else {}
    if door.status == 101:
        headers |= UPGRADE
    answer = await house.client.request(door.method, path + query, data=data, headers=headers)
    return answer.status, await answer.json()


def test_the_walk_knows_every_door_that_takes_json():
    assert {door.path for door in JSON_DOORS} == BODIES.keys()
    assert len(TOLD_OF_A_CALL) >= 16


@pytest.mark.parametrize("door", TOLD_OF_A_CALL, ids=_name)
async def test_an_unknown_session_is_session_non_trouvee_at_every_door(house: House, door: Door):
    assert await _knock(house, door) == (404, NOT_FOUND)
    assert house.switchboard.live() == ()


@pytest.mark.parametrize("door", JSON_DOORS, ids=_name)
@pytest.mark.parametrize("body", [b"{not json", b"\xff\xfe{}", b"[" * 50_000], ids=["no json", "no utf-8", "too deep"])
async def test_what_is_not_json_is_a_400_at_every_door(house: House, door: Door, body: bytes):
    status, told = await _knock(house, door, body)
    assert (status, told["success"], told["error"]["code"]) == (400, False, "bad_request")
    assert house.switchboard.live() == ()


@pytest.mark.parametrize("door", JSON_DOORS, ids=_name)
async def test_a_body_beyond_every_measure_is_a_413_at_every_door(house: House, door: Door):
    status, told = await _knock(house, door, b" " * 300_000)
    assert (status, told["success"], told["error"]["code"]) == (413, False, "too_large")
    assert house.switchboard.live() == ()


def _fields_of(told: Any) -> set[str]:
    assert told["success"] is False
    assert set(told["error"]) == {"code", "message", "fields"}
    assert told["error"]["code"] == "bad_form"
    assert all(set(fault) == {"field", "message"} and fault["message"] for fault in told["error"]["fields"])
    return {fault["field"].split(".")[0] for fault in told["error"]["fields"]}


@pytest.mark.parametrize(("door", "field"), FIELDS, ids=[f"{_name(door)} {field}" for door, field in FIELDS])
async def test_a_wrong_field_is_named_in_a_422_at_every_door(house: House, door: Door, field: str):
    status, told = await _knock(house, door, BODIES[door.path] | {field: {"what": ["is", "this"]}})
    assert status == 422
    assert _fields_of(told) == {field}
    assert field in told["error"]["message"]
    assert house.switchboard.live() == ()


@pytest.mark.parametrize("door", JSON_DOORS, ids=_name)
async def test_a_field_that_nobody_knows_and_fields_that_are_missing_are_named_at_every_door(house: House, door: Door):
    form: type[BaseModel] = door.body  # type: ignore[assignment]
    needed = {name for name, field in form.model_fields.items() if field.is_required()}
    status, told = await _knock(house, door, {"nonsense": 1})
    assert status == 422
    assert _fields_of(told) == needed | {"nonsense"}
    status, told = await _knock(house, door, [1, 2, 3])
    assert status == 422
    assert _fields_of(told) == {"body"}


@pytest.mark.parametrize("door", QUERY_DOORS, ids=_name)
async def test_a_query_that_nobody_knows_is_named_in_a_422_at_every_door(house: House, door: Door):
    await house.start(session_id=NOBODY)
    status, told = await _knock(house, door, query="?nonsense=1")
    assert status == 422
    assert "nonsense" in _fields_of(told)


@pytest.mark.parametrize("door", [door for door in DOORS if door.who is Who.NETWORK], ids=_name)
async def test_whoever_is_not_the_network_is_turned_away_and_it_is_logged_without_secrets(
    house: House, door: Door, caplog: pytest.LogCaptureFixture
):
    headers = {"X-Twilio-Signature": "c2VjcmV0LXNpZ25hdHVyZQ==", "X-Forwarded-Host": "hidden.example.com"}
    answer = await house.client.request(
        door.method, f"{door.path}?order=hidden-order", headers=headers, data=b"CallSid=CAhidden"
    )
    assert answer.status == 403
    assert (await answer.json())["error"]["code"] == "not_allowed"
    (line,) = [record for record in caplog.records if record.getMessage() == "turned away"]
    assert (vars(line)["door"], vars(line)["status"]) == (door.path, 403)
    assert not any(secret in str(vars(line)) for secret in ("hidden", "c2VjcmV0", "CAhidden"))
