"""The telephone network's own doors: signed requests, TwiML, media streams good and bad."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from xml.etree import ElementTree

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError

from kitt_rtc.api.signature import HEADER, signature
from kitt_rtc.calls.switchboard import CallOrder
from kitt_rtc.engines.booth_call import Pace
from kitt_rtc.engines.booth_caller import CallerScript, LineFaults
from kitt_rtc.media import g711
from kitt_rtc.media.resample import Resampler
from kitt_rtc.model.facts import CallEnded, LegJoined, LegLeft, PhoneStatusChanged, UtteranceHeard
from kitt_rtc.model.speech import Role
from kitt_rtc.ports import Telephony
from tests.fakes import media_stream as net
from tests.fakes.phone_house import (
    GOODBYE,
    SENTENCE,
    PhoneHouse,
    PhonePlan,
    open_phones,
    pause,
)

QUIET = PhonePlan(pace=Pace(tick_seconds=0.001, ring_seconds=3_600.0))
CALL = "CA" + "1" * 32
RINGS = {"CallSid": CALL, "CallStatus": "ringing", "Direction": "inbound", "From": "+33199000001", "To": "+33199001000"}
STREAM_PATH = "/twilio/media-stream"


def document(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)


def parameters(text: str) -> dict[str, str]:
    return {child.get("name", ""): child.get("value", "") for child in document(text).iter("Parameter")}


async def rings(house: PhoneHouse, path: str = "/twilio/voice", **more: str) -> str:
    answer = await house.signed(path, {**RINGS, **more})
    assert answer.status == 200
    assert answer.content_type == "text/xml"
    return await answer.text()


@asynccontextmanager
async def stream(house: PhoneHouse) -> AsyncIterator[ClientWebSocketResponse]:
    """A socket that has proved to be the network's, and has not said anything yet."""
    address = house.base.replace("http://", "ws://") + STREAM_PATH
    given = signature(house.booth.account.token, address)
    async with house.client.ws_connect(STREAM_PATH, headers={HEADER: given}) as socket:
        yield socket


async def closed(socket: ClientWebSocketResponse) -> str:
    """Wait until the house closes; why."""
    while (message := await socket.receive()).type is WSMsgType.TEXT:
        pass
    return message.extra or ""


def frames() -> list[bytes]:
    return net.frames_of(Resampler(rate=16_000, to_rate=8_000).feed(SENTENCE))


# Who may come in.


@pytest.mark.parametrize("path", ["/twilio/status", "/twilio/voice", "/twilio/voice?order=x"])
@pytest.mark.parametrize("given", [None, "", "forged", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
async def test_E15_unsigned_and_forged_requests_are_refused_before_anything_happens(path: str, given: str | None):
    async with open_phones(QUIET) as house:
        headers = {} if given is None else {HEADER: given}
        answer = await house.client.post(path, data=RINGS, headers=headers)
        assert answer.status == 403
        assert (await answer.json())["error"]["code"] == "not_allowed"
        assert not house.switchboard.live()
        assert not house.phones.live()


async def test_E15_a_signature_for_another_host_or_form_is_refused():
    async with open_phones(QUIET) as house:
        token = house.booth.account.token
        for address, form in (
            ("https://evil.example/twilio/status", RINGS),
            (house.base + "/twilio/voice", RINGS),
            (house.base + "/twilio/status", {**RINGS, "CallStatus": "completed"}),
        ):
            given = signature(token, address, list(form.items()))
            headers = {HEADER: given, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
            answer = await house.client.post("/twilio/status", data=RINGS, headers=headers)
            assert answer.status == 403


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}])
async def test_E15_what_a_request_says_of_its_host_is_of_no_account(headers: dict[str, str]):
    async with open_phones(QUIET) as house:
        answer = await house.signed("/twilio/status", RINGS, headers=headers)
        assert answer.status == 204


async def test_E15_localhost_is_this_machine_too():
    async with open_phones(QUIET) as house:
        address = house.base.replace("127.0.0.1", "localhost") + "/twilio/status"
        given = signature(house.booth.account.token, address, list(RINGS.items()))
        answer = await house.client.post("/twilio/status", data=RINGS, headers={HEADER: given})
        assert answer.status == 204


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=1&" * 500, b"x" * 70_000], ids=["utf-8", "fields", "large"])
async def test_E15_a_body_that_will_not_do_is_refused(body: bytes):
    async with open_phones(QUIET) as house:
        headers = {HEADER: "x", "Content-Type": "application/x-www-form-urlencoded"}
        answer = await house.client.post("/twilio/status", data=body, headers=headers)
        assert answer.status == 403


@pytest.mark.parametrize("given", [None, "forged"])
async def test_E14_an_unsigned_handshake_is_refused_before_it_is_answered(given: str | None):
    async with open_phones(QUIET) as house:
        with pytest.raises(WSServerHandshakeError) as refusal:
            await house.client.ws_connect(STREAM_PATH, headers={} if given is None else {HEADER: given})
        assert refusal.value.status == 403


@pytest.mark.parametrize("ticket", [None, "", "guess"])
async def test_E14_a_stream_without_a_valid_ticket_is_closed(ticket: str | None):
    async with open_phones(QUIET) as house:
        shown = parameters(await rings(house))
        extra = {} if ticket is None else {"ticket": ticket}
        async with stream(house) as socket:
            await socket.send_str(net.start(call=CALL, session_id=shown["session_id"], **extra))
            assert "ticket" in await closed(socket)
        assert not any(
            isinstance(entry.fact, LegJoined) for entry in await house.switchboard.story(shown["session_id"])
        )


async def test_E14_a_ticket_opens_one_stream():
    async with open_phones(QUIET) as house:
        shown = parameters(await rings(house))
        async with stream(house) as first, stream(house) as second:
            await first.send_str(net.start(call=CALL, **shown))
            await house.story(shown["session_id"], LegJoined)
            await second.send_str(net.start(call=CALL, **shown))
            assert "ticket" in await closed(second)


# What the network is told to do.


async def test_F13_whoever_rings_is_greeted_and_a_support_call_begins():
    async with open_phones(QUIET) as house:
        text = await rings(house)
        answer = document(text)
        assert [verb.tag for verb in answer] == ["Say", "Connect", "Pause", "Redirect"]
        assert answer[0].text == "Bonjour, veuillez décrire le problème"
        assert answer[1][0].get("url") == house.base.replace("http", "ws", 1) + STREAM_PATH
        (conductor,) = house.switchboard.live()
        assert parameters(text)["session_id"] == conductor.call.id
        assert conductor.call.conversation.playbook == "support"


NOTICE = {"fr": "Cet appel est écouté."}


async def test_F13_the_consent_notice_follows_the_greeting_where_it_is_on():
    async with open_phones(PhonePlan(pace=QUIET.pace, options={"notices": NOTICE})) as house:
        assert document(await rings(house))[0].text == "Bonjour, veuillez décrire le problème. Cet appel est écouté."


async def test_F13_a_client_whom_a_rep_has_rung_hears_the_notice_alone():
    async with open_phones(PhonePlan(pace=QUIET.pace, options={"notices": NOTICE})) as house:
        await house.switchboard.start(CallOrder("session_1", "coaching", "fr"))
        told = await house.dial(session_id="session_1", role="customer")
        url = house.booth.calls[told["call_sid"]].facts.url.removeprefix(house.base)
        assert document(await rings(house, url, CallSid=told["call_sid"]))[0].text == "Cet appel est écouté."


async def test_whoever_rings_a_live_session_joins_it():
    async with open_phones(QUIET) as house:
        await house.switchboard.start(CallOrder("session_1", "support", "en"))
        text = await rings(house, "/twilio/voice?session_id=session_1")
        assert parameters(text)["session_id"] == "session_1"
        assert document(text)[0].text == "Hello, please describe the problem"
        async with stream(house) as socket:
            await socket.send_str(net.start(call=CALL, **parameters(text)))
            story = await house.story("session_1", LegJoined)
        assert story[-1].fact.speaker.role is Role.TECHNICIAN
        assert len(house.switchboard.live()) == 1


async def test_a_full_house_declines_politely():
    async with open_phones(PhonePlan(max_calls=0)) as house:
        answer = document(await rings(house))
        assert [verb.tag for verb in answer] == ["Say", "Hangup"]
        assert answer[0].text == "Nous ne pouvons pas vous répondre."


async def test_the_same_question_gets_the_same_answer_and_begins_nothing_new():
    async with open_phones(QUIET) as house:
        assert parameters(await rings(house)) == parameters(await rings(house))
        assert len(house.switchboard.live()) == 1


async def test_a_replayed_question_opens_no_second_stream():
    async with open_phones(QUIET) as house:
        shown = parameters(await rings(house))
        async with stream(house) as socket:
            await socket.send_str(net.start(call=CALL, **shown))
            await house.story(shown["session_id"], LegJoined)
            assert "Stream" not in await rings(house)


async def test_an_order_that_nobody_placed_is_declined():
    async with open_phones(QUIET) as house:
        assert "Stream" not in await rings(house, "/twilio/voice?order=guess&turn=0")
        assert not house.switchboard.live()


async def test_a_call_that_ended_while_the_telephone_rang_is_declined():
    async with open_phones(QUIET) as house:
        told = await house.dial(session_id="session_1")
        url = house.booth.calls[told["call_sid"]].facts.url.removeprefix(house.base)
        await house.switchboard.end("session_1")
        assert "Stream" not in await rings(house, url, CallSid=told["call_sid"])


# How a call goes.


async def test_E15_late_and_doubled_callbacks_never_move_a_call_backwards():
    async with open_phones(PhonePlan(script=GOODBYE, shuffled_callbacks=True)) as house:
        told, call = await house.rung(session_id="session_1")
        await house.over("session_1")
        await call.over.wait()
        for status in ("initiated", "ringing", "in-progress", "completed", "ringing"):
            answer = await house.signed("/twilio/status", {"CallSid": told["call_sid"], "CallStatus": status})
            assert answer.status == 204
        assert house.phones.find(told["call_sid"]).status == "completed"
        changes = [
            entry.fact.status
            for entry in await house.switchboard.story("session_1")
            if isinstance(entry.fact, PhoneStatusChanged)
        ]
        assert changes == sorted(set(changes), key=["initiated", "ringing", "in-progress", "completed"].index)


async def test_E15_callbacks_of_strangers_are_taken_and_change_nothing():
    async with open_phones(QUIET) as house:
        for form in ({}, {"CallSid": "CA9"}, {"CallSid": "CA9", "CallStatus": "levitating", "Timestamp": "yesterday"}):
            answer = await house.signed("/twilio/status", form)
            assert answer.status == 204


async def test_E15_the_callbacks_own_time_is_kept():
    async with open_phones(QUIET) as house:
        await rings(house)
        form = {"CallSid": CALL, "CallStatus": "in-progress", "Timestamp": "Wed, 02 Aug 2045 19:10:00 +0000"}
        await house.signed("/twilio/status", {**form, "SequenceNumber": "2"})
        assert house.phones.find(CALL).status_at == datetime(2045, 8, 2, 19, 10, tzinfo=UTC).timestamp()


# Streams, good and bad (RELIABILITY 2.2).


async def test_X08_a_whole_call_is_heard_and_ends_when_the_caller_hangs_up():
    async with open_phones(PhonePlan(lines=["La pompe fuit."])) as house:
        call = house.booth.call_in(house.base + "/twilio/voice", GOODBYE)
        await call.over.wait()
        story = await house.over(house.phones.find(call.facts.sid).call_id)
        said = [entry.fact.utterance.text for entry in story if isinstance(entry.fact, UtteranceHeard)]
        left = [entry.fact.reason for entry in story if isinstance(entry.fact, LegLeft)]
        assert said == ["La pompe fuit."]
        assert left == ["hung_up"]
        assert isinstance(story[-1].fact, CallEnded)
        assert not call.warnings


@pytest.mark.parametrize(
    "faults",
    [
        LineFaults(seed=1, drop=0.05),
        LineFaults(seed=2, repeat=0.1),
        LineFaults(seed=3, reorder=0.1),
        LineFaults(seed=4, spoil=0.1),
        LineFaults(seed=5, stall_every=60),
        LineFaults(seed=6, drop=0.03, repeat=0.1, reorder=0.1, spoil=0.03),
    ],
    ids=["lost", "doubled", "out-of-order", "bad-base64", "bursts", "everything"],
)
async def test_a_bad_line_loses_no_words(faults: LineFaults):
    script = CallerScript(SENTENCE * 3, hang_up_when_done=True, faults=faults)
    async with open_phones(PhonePlan(script=script)) as house:
        told, _ = await house.rung()
        story = await house.over(told["session_id"])
        heard = [entry.fact.utterance for entry in story if isinstance(entry.fact, UtteranceHeard)]
        assert len(heard) == 3
        assert all(1.0 <= utterance.end - utterance.start <= 2.2 for utterance in heard)


async def test_a_stream_that_drops_comes_back_into_the_same_call():
    faults = LineFaults(cut_after=(100, 120))
    script = CallerScript(SENTENCE * 4, hang_up_when_done=True, faults=faults)
    async with open_phones(PhonePlan(script=script)) as house:
        told, call = await house.rung()
        story = await house.over(told["session_id"])
        joined = [entry.fact.speaker for entry in story if isinstance(entry.fact, LegJoined)]
        left = [entry.fact.reason for entry in story if isinstance(entry.fact, LegLeft)]
        assert len(set(call.streams)) == 3
        assert call.redirects == 2  # asked back at once, and not when the network would have come by itself
        assert len(joined) == 3
        assert len(set(joined)) == 1
        assert left == ["lost", "lost", "hung_up"]
        away = [entry.fact.away for entry in story if isinstance(entry.fact, LegJoined)]
        assert away[0] == 0.0
        assert all(0.0 < seconds < 5.0 for seconds in away[1:])
        assert sum(isinstance(entry.fact, UtteranceHeard) for entry in story) >= 4


async def test_a_call_that_is_ended_here_hangs_the_telephone_up():
    async with open_phones() as house:
        _, call = await house.rung(session_id="session_1")
        await house.story("session_1", LegJoined)
        answer = await house.client.post("/calls/session_1/end")
        assert answer.status == 200
        await call.over.wait()
        assert call.status == "completed"
        assert len(call.streams) == 1


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        ([], "no start within"),
        ([net.connected()], "no start within"),
        (["nonsense"] * 10, "could not be read"),
        ([net.connected(), net.stop()], "stopped before"),
        ([json.dumps({"event": "media"})] * 10, "could not be read"),
    ],
    ids=["silent", "no-start", "nonsense", "stop-first", "broken"],
)
async def test_a_socket_that_is_no_stream_is_closed_with_a_reason(texts: list[str], why: str):
    async with open_phones(PhonePlan(options={"start_seconds": 0.2})) as house, stream(house) as socket:
        for text in texts:
            await socket.send_str(text)
        assert why in await closed(socket)


async def test_the_worst_messages_are_skipped_and_the_call_lives():
    async with open_phones(QUIET) as house:
        shown = parameters(await rings(house))
        async with stream(house) as socket:
            await socket.send_str(net.connected())
            for chunk in range(1, 4):
                await socket.send_str(net.media(chunk, g711.to_ulaw(pause(0.01))))
            await socket.send_str(net.start(call=CALL, **shown))
            await socket.send_bytes(b"\x00" * 1_000)
            await socket.send_str(net.media(4, bytes(1 << 20)))
            await socket.send_str(net.media(5, b"\x00" * 160, stream="MZother"))
            await socket.send_str(net.media(6, b"\x00").replace('"payload": "', '"payload": "%'))
            await socket.send_str("[" * 10_000)
            for chunk, frame in enumerate(frames(), 7):
                await socket.send_str(net.media(chunk, frame))
            await socket.send_str(net.stop())
            story = await house.over(shown["session_id"])
        assert sum(isinstance(entry.fact, UtteranceHeard) for entry in story) == 1
        assert [entry.fact.reason for entry in story if isinstance(entry.fact, LegLeft)] == ["hung_up"]


async def test_a_burst_of_five_thousand_frames_is_heard():
    async with open_phones(QUIET) as house:
        shown = parameters(await rings(house))
        async with stream(house) as socket:
            await socket.send_str(net.start(call=CALL, **shown))
            spoken = frames()
            for chunk in range(5_000):
                frame = spoken[chunk] if chunk < len(spoken) else b"\xff" * 160
                await socket.send_str(net.media(chunk + 1, frame))
            await socket.send_str(net.stop())
            story = await house.over(shown["session_id"])
        left = next(entry.fact for entry in story if isinstance(entry.fact, LegLeft))
        assert (left.reason, left.lost_frames) == ("hung_up", 0)


# With a real account: the public address is the only one.


class RealNetwork:
    """Says of itself that it is no simulation."""

    simulated = False

    def __init__(self, real: Telephony) -> None:
        self.dial, self.hang_up, self.status = real.dial, real.hang_up, real.status


PUBLIC = "https://desk.example.com"
REAL = PhonePlan(
    pace=QUIET.pace,
    telephony=RealNetwork,
    options={"public_base": PUBLIC, "stream_url": "wss://desk.example.com/twilio/media-stream"},
)


async def test_V08_with_a_public_address_the_network_is_told_wss():
    async with open_phones(REAL) as house:
        given = signature(house.booth.account.token, PUBLIC + "/twilio/voice", list(RINGS.items()))
        answer = await house.client.post("/twilio/voice", data=RINGS, headers={HEADER: given})
        text = await answer.text()
        assert answer.status == 200
        assert document(text)[1][0].get("url") == "wss://desk.example.com/twilio/media-stream"
        assert (document(text)[3].text or "").startswith(PUBLIC + "/twilio/voice?order=")


async def test_E12_a_real_network_is_told_public_addresses():
    async with open_phones(REAL) as house:
        _, call = await house.rung()
        assert call.facts.url.startswith(PUBLIC + "/twilio/voice?")
        assert call.facts.callback.startswith(PUBLIC + "/twilio/status?")


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}", "http://localhost:{port}", "http://desk.example.com"])
async def test_E15_with_a_public_address_no_other_is_accepted(address: str):
    async with open_phones(REAL) as house:
        base = address.format(port=house.base.rpartition(":")[2])
        given = signature(house.booth.account.token, base + "/twilio/status", list(RINGS.items()))
        answer = await house.client.post("/twilio/status", data=RINGS, headers={HEADER: given})
        assert answer.status == 403


@pytest.mark.parametrize(
    "address", ["wss://desk.example.com/twilio/media-stream", "https://desk.example.com:443/twilio/media-stream/"]
)
async def test_E14_the_handshake_is_signed_for_the_public_address(address: str):
    async with open_phones(REAL) as house:
        given = signature(house.booth.account.token, address)
        async with house.client.ws_connect(STREAM_PATH, headers={HEADER: given}) as socket:
            assert not socket.closed
        local = signature(house.booth.account.token, house.base.replace("http", "ws", 1) + STREAM_PATH)
        with pytest.raises(WSServerHandshakeError):
            await house.client.ws_connect(STREAM_PATH, headers={HEADER: local})
