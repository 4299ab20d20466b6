"""The telephone network's signature, against the vendor's own checker."""

import pytest
from multidict import MultiDict
from twilio.request_validator import RequestValidator

from kitt_rtc.api.signature import is_signed, signature, socket_addresses, web_addresses

TOKEN = "12345678901234567890123456789012"
BASE = "https://desk.example.com"


@pytest.mark.parametrize(
    "form",
    [
        [],
        [("CallSid", "CA1"), ("CallStatus", "ringing"), ("To", "+33123456789")],
        [("b", "2"), ("a", "1"), ("B", "3")],
        [("Digits", "2"), ("Digits", "1"), ("Digits", "2")],
        [("Name", "Ünïcode ✓"), ("Empty", "")],
    ],
    ids=["none", "callback", "order", "repeated", "unicode"],
)
def test_E15_our_signature_is_the_vendors(form: list[tuple[str, str]]):
    address = f"{BASE}/twilio/status?order=a%20b"
    assert signature(TOKEN, address, form) == RequestValidator(TOKEN).compute_signature(address, MultiDict(form))


@pytest.mark.parametrize(
    "signed_for",
    [
        f"{BASE}/twilio/voice?turn=0",
        f"{BASE}:443/twilio/voice?turn=0",
    ],
)
def test_an_address_is_accepted_with_and_without_its_port(signed_for: str):
    given = signature(TOKEN, signed_for, [("CallSid", "CA1")])
    addresses = web_addresses([BASE], "/twilio/voice?turn=0")
    assert is_signed(given, token=TOKEN, addresses=addresses, form=[("CallSid", "CA1")])


def test_an_unusual_port_may_be_left_out_too():
    given = signature(TOKEN, "https://desk.example.com/x")
    assert is_signed(given, token=TOKEN, addresses=web_addresses(["https://desk.example.com:8443"], "/x"))


@pytest.mark.parametrize("scheme", ["wss", "https"])
@pytest.mark.parametrize("port", ["", ":443"])
@pytest.mark.parametrize("slash", ["", "/"])
def test_E14_the_handshake_is_accepted_in_every_form_of_its_address(scheme: str, port: str, slash: str):
    given = signature(TOKEN, f"{scheme}://desk.example.com{port}/twilio/media-stream{slash}")
    for told in ("wss://desk.example.com/twilio/media-stream", "https://desk.example.com/twilio/media-stream/"):
        assert is_signed(given, token=TOKEN, addresses=socket_addresses([told]))


@pytest.mark.parametrize(
    ("address", "form", "token"),
    [
        (f"{BASE}/twilio/status", [("CallSid", "CA2")], TOKEN),
        (f"{BASE}/twilio/voice", [("CallSid", "CA1")], TOKEN),
        ("https://evil.example/twilio/status", [("CallSid", "CA1")], TOKEN),
        ("http://desk.example.com/twilio/status", [("CallSid", "CA1")], TOKEN),
        (f"{BASE}/twilio/status", [("CallSid", "CA1")], "another"),
        (f"{BASE}/twilio/status", [("CallSid", "CA1"), ("CallStatus", "completed")], TOKEN),
    ],
    ids=["value", "path", "host", "scheme", "token", "more"],
)
def test_E15_a_signature_for_something_else_is_refused(address: str, form: list[tuple[str, str]], token: str):
    addresses = web_addresses([BASE], "/twilio/status")
    given = signature(token, address, form)
    assert not is_signed(given, token=TOKEN, addresses=addresses, form=[("CallSid", "CA1")])


@pytest.mark.parametrize("given", ["", "nonsense", "é\ud800", "A" * 10_000])
def test_E15_nonsense_is_refused(given: str):
    assert not is_signed(given, token=TOKEN, addresses=web_addresses([BASE], "/twilio/status"))


def test_without_a_token_nothing_is_ever_signed():
    given = signature("", f"{BASE}/twilio/status")
    assert not is_signed(given, token="", addresses=web_addresses([BASE], "/twilio/status"))
