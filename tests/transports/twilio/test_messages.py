"""Media-stream messages, without a socket."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kitt_rtc.media import g711
from kitt_rtc.model.errors import BadMessage
from kitt_rtc.transports.twilio import messages
from kitt_rtc.transports.twilio.messages import Connected, Dtmf, Mark, Media, Start, Stop, parse
from tests.fakes import media_stream as net


def test_E14_the_messages_of_the_network_are_read():
    assert isinstance(parse(net.connected()), Connected)
    start = parse(net.start(session_id="session_1", ticket="secret"))
    assert isinstance(start, Start)
    assert (start.start.stream_sid, start.start.call_sid) == (net.STREAM, net.CALL)
    assert start.start.custom_parameters == {"session_id": "session_1", "ticket": "secret"}
    pressed = parse(net.dtmf("#"))
    assert isinstance(pressed, Dtmf)
    assert pressed.dtmf.digit == "#"
    returned = parse(net.mark("heard-1"))
    assert isinstance(returned, Mark)
    assert returned.mark.name == "heard-1"
    assert isinstance(parse(net.stop()), Stop)


def test_E14_numbers_travel_as_strings_and_are_read_as_numbers():
    media = parse(net.media(7, b"\xff" * 160))
    assert isinstance(media, Media)
    assert (media.media.chunk, media.media.timestamp) == (7, 120)


def test_F05_a_payload_is_base64_mu_law():
    sound = bytes(range(256))
    media = parse(net.media(1, sound))
    assert isinstance(media, Media)
    assert media.ulaw() == sound
    assert len(g711.to_pcm(media.ulaw())) == 512


def test_F06_sound_goes_out_as_base64_mu_law_without_a_header():
    told = json.loads(messages.media(net.STREAM, b"\x00\x7f\xff"))
    assert told == {"event": "media", "streamSid": net.STREAM, "media": {"payload": "AH//"}}


def test_marks_and_clears_go_out():
    assert json.loads(messages.mark("MZ1", 'a"b')) == {"event": "mark", "streamSid": "MZ1", "mark": {"name": 'a"b'}}
    assert json.loads(messages.clear("MZ1")) == {"event": "clear", "streamSid": "MZ1"}


@pytest.mark.parametrize("payload", ["!!!!", "AAA", "AA==AA==", "é", "AA\nAA", "=", "AAAA\u2028"], ids=ascii)
def test_a_payload_that_is_not_base64_is_a_bad_message(payload: str):
    details = {"track": "inbound", "chunk": "1", "timestamp": "0", "payload": payload}
    message = parse(json.dumps({"event": "media", "streamSid": net.STREAM, "media": details}))
    assert isinstance(message, Media)
    with pytest.raises(BadMessage):
        message.ulaw()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "[]",
        "{}",
        "hello",
        '{"event": "shrug"}',
        '{"event": 7}',
        '{"event": "media"}',
        '{"event": "media", "streamSid": "MZ", "media": {"payload": "", "chunk": "-1", "timestamp": "0"}}',
        '{"event": "media", "streamSid": "MZ", "media": {"payload": "", "chunk": "x", "timestamp": "0"}}',
        '{"event": "media", "streamSid": "MZ", "media": {"payload": "", "chunk": 1e400, "timestamp": "0"}}',
        '{"event": "media", "streamSid": "MZ", "media": {"payload": "\\ud800", "chunk": "1", "timestamp": "0"}}',
        '{"event": "media", "streamSid": "MZ", "media": {"payload": "", "chunk": "%s", "timestamp": "0"}}'
        % ("9" * 5000),
        '{"event": "start", "start": {"streamSid": "", "callSid": "CA"}}',
        '{"event": "dtmf", "streamSid": "MZ", "dtmf": {"digit": "12"}}',
        '{"event": "media", "media": ' + "[" * 10_000,
        "\ud800",
    ],
    ids=range(17),
)
def test_what_cannot_be_read_is_a_bad_message(text: str):
    with pytest.raises(BadMessage):
        parse(text)


def test_a_message_of_one_mebibyte_is_not_even_looked_at():
    with pytest.raises(BadMessage, match="at most 65536"):
        parse(net.media(1, bytes(1 << 20)))


@given(st.text() | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps))
def test_nothing_but_a_bad_message_ever_comes_out(text: str):
    try:
        parse(text)
    except BadMessage:
        return
