"""The first moments of a media-stream socket."""

import pytest

from kitt_rtc.model.errors import BadMessage
from kitt_rtc.transports.twilio.opening import open_stream
from tests.fakes import media_stream as net
from tests.fakes.media_stream import MediaStream

FRAME = b"\x80" * 160


async def test_E14_connected_then_start_opens_the_stream():
    socket = MediaStream().says(net.connected(), net.start(session_id="session_1", ticket="t"))
    opening = await open_stream(socket)
    assert opening.start.call_sid == net.CALL
    assert opening.start.custom_parameters == {"session_id": "session_1", "ticket": "t"}
    assert opening.early == ()


async def test_sound_before_the_start_is_kept_for_two_seconds_and_refused_beyond():
    early = [net.media(chunk, FRAME) for chunk in range(1, 151)]
    opening = await open_stream(MediaStream().says(*early, net.start()))
    assert 95 <= len(opening.early) <= 115
    assert len(opening.early) + opening.counters.refused_early == 150
    assert opening.early[0].media.chunk == 1


async def test_a_socket_that_never_starts_is_refused_when_its_time_is_up():
    with pytest.raises(BadMessage, match="no start within"):
        await open_stream(MediaStream().says(net.connected()), seconds=0.01)


async def test_a_socket_that_speaks_but_never_starts_is_refused_too():
    socket = MediaStream().says(*(net.media(chunk, FRAME) for chunk in range(1, 20_000)))
    with pytest.raises(BadMessage, match="no start within"):
        await open_stream(socket, seconds=0.01)


async def test_stop_before_start_is_refused():
    with pytest.raises(BadMessage, match="stopped before"):
        await open_stream(MediaStream().says(net.connected(), net.stop()))


async def test_a_socket_that_closes_before_its_start_is_refused():
    socket = MediaStream().says(net.connected())
    socket.drops()
    with pytest.raises(BadMessage, match="closed before"):
        await open_stream(socket)


async def test_ten_unreadable_messages_in_a_row_are_too_many():
    with pytest.raises(BadMessage, match="10 messages in a row"):
        await open_stream(MediaStream().says(*["nonsense"] * 10, net.start()))


async def test_nine_unreadable_messages_are_counted_and_skipped():
    opening = await open_stream(MediaStream().says(*["nonsense"] * 9, net.connected(), net.mark("x"), net.start()))
    assert opening.counters.unreadable == 9
    assert opening.counters.misplaced == 1
