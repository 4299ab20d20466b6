"""A leg over a real connection in the same process."""

import asyncio
import gc

import pytest

from kitt_rtc.journal import Journal
from kitt_rtc.media.track import Tap
from kitt_rtc.model.audio import AudioFrame
from kitt_rtc.model.errors import BadOffer
from kitt_rtc.transports.webrtc.caller import Caller
from kitt_rtc.transports.webrtc.peer import Peer, PeerOptions
from kitt_rtc.transports.webrtc.pulse import PeerState, PulseOptions
from tests.fakes.browser import (
    REP,
    BadWire,
    clock,
    loudest_hertz,
    loudness_by_tenths,
    nothing_left,
    sockets,
    talking,
    tone,
    until,
)
from tests.transports.webrtc.test_offer import GOOD

QUICK = PeerOptions(pulse=PulseOptions(connect=0.3, silent=0.2, lost=0.4, gone=0.8, tick=0.05))


async def sound_of(tap: Tap, *, until_silent: bool = True) -> bytes:
    """From the first sound to the first 200 ms of silence, or to the track's end."""
    pcm, quiet = bytearray(), 0
    async for frame in tap:
        loud = max(loudness_by_tenths(frame.pcm * 5)) > 0.001
        quiet = 0 if loud else quiet + 1
        if pcm or loud:
            pcm += frame.pcm
        if until_silent and pcm and quiet >= 10:
            break
    return bytes(pcm)


async def test_a_tone_arrives_with_its_length_level_and_frequency() -> None:
    async with nothing_left(), talking() as talk:
        tap = talk.peer.microphone.tap(1_000)
        await talk.caller.play(tone(1.0, hertz=440.0, level=0.25))
        pcm = await sound_of(tap)
        assert abs(len(pcm) / 32_000 - 1.2) < 0.06
        middle = loudness_by_tenths(pcm)[2:8]
        assert all(abs(level - 0.177) < 0.02 for level in middle)
        assert abs(loudest_hertz(pcm[6_400:25_600]) - 440.0) < 3.0
        assert talk.peer.state is PeerState.LIVE


async def test_what_the_earpiece_holds_is_heard() -> None:
    async with talking() as talk:
        pcm = tone(0.6, hertz=880.0)
        for start in range(0, len(pcm), 640):
            await talk.peer.earpiece.say(AudioFrame(pcm[start : start + 640], 0.0), source="voice")
        await until(lambda: len(talk.caller.heard) >= 32_000)
        heard = talk.caller.heard
        loud = [level for level in loudness_by_tenths(heard) if level > 0.15]
        assert 5 <= len(loud) <= 6
        start = loudness_by_tenths(heard).index(max(loud)) * 3_200
        assert abs(loudest_hertz(heard[start : start + 3_200]) - 880.0) < 11.0


async def test_a_twentieth_of_the_packets_lost_keeps_the_length() -> None:
    seen = 0

    def loses(data: bytes, to_peer: bool) -> bool:
        nonlocal seen
        rtp = to_peer and len(data) > 1 and 128 <= data[0] < 192 and not 192 <= data[1] < 224
        seen += rtp
        return rtp and seen % 20 == 19

    async with nothing_left(), talking(wire=BadWire(loses)) as talk:
        tap = talk.peer.microphone.tap(1_000)
        await talk.caller.play(tone(2.0))
        pcm = await sound_of(tap)
        assert abs(len(pcm) / 32_000 - 2.2) < 0.08
        assert 3 <= talk.peer.microphone.lost_frames <= 12


async def test_the_browser_hangs_up() -> None:
    async with nothing_left(), talking() as talk:
        tap = talk.peer.microphone.tap()
        await talk.caller.close()
        assert await talk.run == "hung_up"
        assert talk.peer.state is PeerState.OVER
        assert talk.peer.microphone.ended
        assert talk.peer.earpiece.closed
        assert [command async for command in talk.peer.commands] == []
        await sound_of(tap, until_silent=False)  # it ends


async def test_we_hang_up() -> None:
    async with nothing_left(), talking() as talk:
        await talk.peer.hang_up()
        assert await talk.run == "hung_up"
        await talk.caller.left()
        await talk.peer.hang_up()


async def test_a_browser_that_vanishes_is_silent_then_lost_then_gone() -> None:
    dead = False
    wire = BadWire(lambda data, to_peer: dead)
    async with nothing_left(), talking(options=QUICK, wire=wire) as talk:
        tap = talk.peer.microphone.tap(1_000)
        await talk.caller.play(tone(0.3))
        await sound_of(tap)
        assert talk.peer.state is PeerState.LIVE
        dead = True
        seen = [PeerState.LIVE]
        while not talk.run.done():
            if talk.peer.state is not seen[-1]:
                seen.append(talk.peer.state)
            await asyncio.sleep(0.02)
        assert seen[:3] == [PeerState.LIVE, PeerState.SILENT, PeerState.LOST]
        assert await talk.run == "lost"
        assert talk.peer.ending == "vanished"


async def test_a_wire_that_comes_back_in_time_is_live_again() -> None:
    dead = False
    wire = BadWire(lambda data, to_peer: dead)
    options = PeerOptions(pulse=PulseOptions(silent=0.2, lost=0.3, gone=30.0, tick=0.05))
    async with talking(options=options, wire=wire) as talk:
        await until(lambda: talk.peer.state is PeerState.LIVE)
        dead = True
        await until(lambda: talk.peer.state is PeerState.LOST)
        dead = False
        await until(lambda: talk.peer.state is PeerState.LIVE)


async def test_a_browser_that_never_connects_is_freed_with_the_reason() -> None:
    async with nothing_left():
        journal = Journal("call_1", clock())
        peer = await Peer.answer(GOOD, leg_id="l", speaker=REP, clock=clock(), journal=journal, options=QUICK)
        assert peer.state is PeerState.CONNECTING
        assert await peer.run() == "lost"
        assert peer.ending == "never_connected"


async def test_a_leg_that_is_never_run_is_closed_by_hand() -> None:
    async with nothing_left():
        journal = Journal("call_1", clock())
        peer = await Peer.answer(GOOD, leg_id="l", speaker=REP, clock=clock(), journal=journal)
        await peer.hang_up()
        await peer.close()
        assert peer.state is PeerState.OVER
        assert await peer.run() == "hung_up"


async def test_a_cancelled_leg_closes_all_the_same() -> None:
    async with nothing_left(), talking() as talk:
        talk.run.cancel()
        with pytest.raises(asyncio.CancelledError):
            await talk.run
        await talk.caller.left()


async def test_video_is_refused() -> None:
    offer = GOOD + "m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=mid:2\r\n"
    async with nothing_left():
        with pytest.raises(BadOffer, match="video"):
            await Peer.answer(offer, leg_id="l", speaker=REP, clock=clock(), journal=Journal("c", clock()))


async def test_who_only_listens_is_live() -> None:
    options = PeerOptions(pulse=PulseOptions(silent=0.1, lost=30.0, tick=0.05))
    journal = Journal("call_1", clock())
    async with nothing_left(), Caller() as caller:
        runs: list[asyncio.Task[str]] = []
        peers: list[Peer] = []

        async def exchange(sdp: str) -> str:
            offer = sdp.replace("a=sendrecv", "a=recvonly")
            peers.append(
                await Peer.answer(offer, leg_id="l", speaker=REP, clock=clock(), journal=journal, options=options)
            )
            runs.append(asyncio.create_task(peers[0].run()))
            return peers[0].answer_sdp

        await caller.call(exchange)
        await until(lambda: len(caller.heard) >= 6_400)
        assert peers[0].state is PeerState.LIVE
        await peers[0].hang_up()
        assert await runs[0] == "hung_up"


async def test_twenty_calls_leave_no_knots_for_the_garbage_collector() -> None:
    async with talking():
        pass
    gc.collect()
    open_sockets, known = sockets(), len(gc.get_objects())
    gc.disable()
    try:
        for _ in range(20):
            async with talking():
                pass
        grown = len(gc.get_objects()) - known
    finally:
        gc.enable()
    assert sockets() == open_sockets
    assert grown / 20 < 100  # stock aiortc: 700 a pair


def _is_rtp(data: bytes) -> bool:
    return len(data) > 1 and 128 <= data[0] < 192 and not 192 <= data[1] < 224


async def test_a_lossy_wire_is_told_as_such_and_so_is_the_way_there_and_back() -> None:
    seen = 0

    def loses(data: bytes, to_peer: bool) -> bool:
        nonlocal seen
        seen += to_peer and _is_rtp(data)
        return to_peer and _is_rtp(data) and seen % 5 == 0

    async with talking(wire=BadWire(loses)) as talk:
        assert talk.peer.quality is None
        await until(lambda: talk.peer.quality is not None and talk.peer.quality.round_trip_ms is not None)
        quality = talk.peer.quality
        assert quality is not None
        assert abs(quality.loss - 0.2) < 0.05
        assert 0.0 < quality.round_trip_ms < 500.0
        assert quality.jitter_ms < 100.0


async def test_a_browser_that_sends_no_sound_is_not_lost_and_one_that_sends_nothing_has_no_quality() -> None:
    mute = dead = False
    options = PeerOptions(pulse=PulseOptions(silent=0.2, lost=3.0, gone=30.0, tick=0.05))
    wire = BadWire(lambda data, to_peer: dead or (mute and to_peer and _is_rtp(data)))
    async with talking(options=options, wire=wire) as talk:
        await until(lambda: talk.peer.quality)
        mute = True
        await until(lambda: talk.peer.state is PeerState.SILENT)
        assert talk.peer.quality is not None
        dead = True
        await until(lambda: talk.peer.state is PeerState.LOST)
        assert talk.peer.quality is None
