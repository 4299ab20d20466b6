"""The telephone network by REST: against the phone booth, and against a server on a bad day."""

import base64
import json
import traceback
from dataclasses import replace

import pytest

from kitt_rtc.engines.booth_call import Pace
from kitt_rtc.engines.phonebooth import BOOTH_NUMBER, BoothOptions, PhoneBooth
from kitt_rtc.engines.twilio_rest import TwilioOptions, TwilioTelephony
from kitt_rtc.model.errors import EngineError, EngineRefused, EngineTimeout, EngineUnavailable
from kitt_rtc.ports import DialOrder, Telephony
from tests.fakes.fault_server import fault_server

NUMBER = "+33199001234"
ORDER = DialOrder(NUMBER, "http://127.0.0.1:9/voice?order=a", "http://127.0.0.1:9/status?order=a")
ACCOUNT = "AC" + "0" * 32
LONG_RING = BoothOptions(pace=Pace(ring_seconds=3_600.0))


def options(base_url: str, **more: object) -> TwilioOptions:
    given = {"account_sid": ACCOUNT, "auth_token": "token", "from_number": BOOTH_NUMBER, "base_url": base_url}
    return TwilioOptions(**{**given, **more})  # type: ignore[arg-type]


def of_booth(booth: PhoneBooth) -> TwilioOptions:
    return options(booth.base_url, account_sid=booth.account.sid, auth_token=booth.account.token, simulated=True)


def fits(telephony: TwilioTelephony) -> Telephony:
    return telephony


async def test_E12_an_order_rings_a_telephone():
    async with PhoneBooth(LONG_RING) as booth, TwilioTelephony(of_booth(booth)) as telephony:
        receipt = await fits(telephony).dial(ORDER)
        assert receipt.call_sid.startswith("CA")
        facts = booth.calls[receipt.call_sid].facts
        assert (facts.to, facts.from_number, facts.direction) == (NUMBER, BOOTH_NUMBER, "outbound-api")
        assert (facts.url, facts.callback) == (ORDER.answer_url, ORDER.status_url)
        assert facts.events == {"initiated", "ringing", "answered", "completed"}
        assert await telephony.status(receipt.call_sid) in {"queued", "initiated", "ringing"}
        assert telephony.simulated


async def test_E13_hanging_up_ends_the_call_and_a_second_time_changes_nothing():
    async with PhoneBooth(LONG_RING) as booth, TwilioTelephony(of_booth(booth)) as telephony:
        receipt = await telephony.dial(ORDER)
        assert await telephony.hang_up(receipt.call_sid) == "canceled"
        await booth.calls[receipt.call_sid].over.wait()
        assert await telephony.hang_up(receipt.call_sid) == "completed"
        assert await telephony.status(receipt.call_sid) == "canceled"


async def test_a_call_that_nobody_knows_is_over():
    async with PhoneBooth() as booth, TwilioTelephony(of_booth(booth)) as telephony:
        assert await telephony.hang_up("CA" + "f" * 32) == "completed"
        assert await telephony.status("CA" + "f" * 32) == "completed"


async def test_wrong_credentials_are_told_as_such():
    async with PhoneBooth() as booth, TwilioTelephony(options(booth.base_url)) as telephony:
        with pytest.raises(EngineRefused, match="credentials"):
            await telephony.dial(ORDER)
    assert not booth.calls


async def test_an_api_key_is_used_instead_of_the_token():
    more = {"api_key_sid": "SK1", "api_key_secret": "secret"}
    async with fault_server(body='{"sid": "CA1", "status": "queued"}') as server:
        async with TwilioTelephony(options(server.base_url, **more)) as telephony:
            await telephony.dial(ORDER)
        ((method, path, form),) = server.requests
        assert (method, path) == ("POST", f"/2010-04-01/Accounts/{ACCOUNT}/Calls.json")
        assert form["StatusCallbackEvent"] == ["initiated", "ringing", "answered", "completed"]
        user = base64.b64decode(server.headers[0]["Authorization"].removeprefix("Basic ")).decode()
        assert user == "SK1:secret"


def twilio_error(status: int, code: int) -> dict[str, object]:
    message = f"The 'To' number {NUMBER} is not valid"
    return {"status": status, "body": json.dumps({"code": code, "message": message, "status": status})}


@pytest.mark.parametrize(
    ("behaviour", "kind"),
    [
        pytest.param(twilio_error(429, 20429), EngineUnavailable, id="429"),
        pytest.param(twilio_error(500, 20500), EngineUnavailable, id="500"),
        pytest.param({"status": 503, "body": "<html>"}, EngineUnavailable, id="503-html"),
        pytest.param(twilio_error(401, 20003), EngineRefused, id="401"),
        pytest.param(twilio_error(400, 21211), EngineRefused, id="bad-number"),
        pytest.param(twilio_error(400, 21215), EngineRefused, id="geo"),
        pytest.param(twilio_error(400, 99999), EngineRefused, id="other"),
        pytest.param({"body": "not json"}, EngineRefused, id="garbage"),
        pytest.param({"body": ""}, EngineRefused, id="empty"),
        pytest.param({"body": "[]"}, EngineRefused, id="list"),
        pytest.param({"body": '{"sid": null}'}, EngineRefused, id="no-sid"),
        pytest.param({"body": "[" * 100_000}, EngineRefused, id="deep"),
        pytest.param({"status": None}, EngineTimeout, id="hang"),
        pytest.param({"hangs_up": True}, EngineUnavailable, id="reset"),
    ],
)
async def test_whatever_the_network_does_an_order_is_placed_once_and_told_in_our_words(
    behaviour: dict[str, object], kind: type[EngineError]
):
    async with fault_server(**behaviour) as server:
        async with TwilioTelephony(options(server.base_url, timeout_seconds=0.3)) as telephony:
            with pytest.raises(kind) as failure:
                await telephony.dial(ORDER)
        assert len(server.requests) == 1
    assert failure.value.engine == "twilio"
    told = "".join(traceback.format_exception(failure.value))
    assert NUMBER not in told
    assert "token" not in failure.value.message


@pytest.mark.parametrize(
    ("behaviour", "retryable"),
    [({"status": None}, False), ({"status": 500}, False), (twilio_error(429, 20429), True)],
    ids=["hang", "500", "429"],
)
async def test_only_an_order_that_was_surely_not_taken_may_be_placed_again(
    behaviour: dict[str, object], retryable: bool
):
    async with (
        fault_server(**behaviour) as server,
        TwilioTelephony(options(server.base_url, timeout_seconds=0.3)) as telephony,
    ):
        with pytest.raises(EngineError) as failure:
            await telephony.dial(ORDER)
        assert failure.value.retryable is retryable
        with pytest.raises(EngineError) as failure:
            await telephony.status("CA1")
        assert failure.value.retryable


async def test_a_network_that_is_away_is_unavailable():
    async with fault_server() as server:
        pass
    async with TwilioTelephony(options(server.base_url)) as telephony:
        with pytest.raises(EngineUnavailable, match="cannot be reached"):
            await telephony.dial(ORDER)


@pytest.mark.parametrize("code", [20404, 21220])
async def test_over_already_is_no_error(code: int):
    behaviour = twilio_error(404 if code == 20404 else 400, code)
    async with fault_server(**behaviour) as server, TwilioTelephony(options(server.base_url)) as telephony:
        assert await telephony.hang_up("CA1") == "completed"


@pytest.mark.parametrize(
    ("place", "address"),
    [
        ({}, "https://api.twilio.com"),
        ({"region": "ie1"}, "https://api.ie1.twilio.com"),
        ({"region": "ie1", "edge": "dublin"}, "https://api.dublin.ie1.twilio.com"),
        ({"region": "ie1", "edge": "dublin", "base_url": "http://127.0.0.1:9"}, "http://127.0.0.1:9"),
    ],
)
async def test_orders_are_sent_to_the_region_by_the_edge(place: dict[str, str], address: str):
    async with TwilioTelephony(options(**{"base_url": "", **place})) as telephony:
        assert telephony.address == address


async def test_who_picked_up_is_found_out_beside_the_call_when_somebody_wants_to_know():
    order = replace(ORDER, machine_url="http://127.0.0.1:9/answered-by?order=a")
    async with fault_server(body='{"sid": "CA1", "status": "queued"}') as server:
        async with TwilioTelephony(options(server.base_url, ring_seconds=25)) as telephony:
            await telephony.dial(order)
            await telephony.dial(ORDER)
        asked, unasked = (form for _, _, form in server.requests)
        assert (asked["MachineDetection"], asked["AsyncAmd"]) == (["Enable"], ["true"])
        assert asked["AsyncAmdStatusCallback"] == [order.machine_url]
        assert asked["Timeout"] == ["25"]
        assert not any("Amd" in name or "Machine" in name for name in unasked)


@pytest.mark.parametrize(
    ("status", "code", "words"),
    [
        (401, 20003, "TWILIO_AUTH_TOKEN"),
        (404, 20404, "TWILIO_ACCOUNT_SID"),
        (400, 21210, "TWILIO_PHONE_NUMBER"),
        (400, 21212, "TWILIO_PHONE_NUMBER"),
        (400, 21211, "does not know this number"),
        (400, 21214, "cannot be reached"),
        (400, 21215, "geo permissions"),
        (400, 21216, "blocks"),
        (400, 21219, "verify"),
        (400, 21220, "over already"),
        (400, 21401, "does not know this number"),
        (400, 21205, "PUBLIC_URL"),
        (400, 13227, "geo permissions"),
        (403, 10001, "suspended"),
        (403, 20008, "test credentials"),
        (403, 99999, "TWILIO_AUTH_TOKEN"),
        (400, 99999, "99999"),
        (429, 20429, "no more requests"),
        (503, 20503, "HTTP 503"),
    ],
)
async def test_every_refusal_says_what_to_do(status: int, code: int, words: str):
    async with (
        fault_server(**twilio_error(status, code)) as server,
        TwilioTelephony(options(server.base_url)) as telephony,
    ):
        with pytest.raises(EngineError) as failure:
            await telephony.dial(ORDER)
    assert words in failure.value.message
