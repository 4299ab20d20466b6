"""Envelopes over a real data channel."""

import asyncio
from dataclasses import replace

from kitt_rtc.captions import Captions
from kitt_rtc.journal import Journal
from kitt_rtc.model.caption import Caption
from kitt_rtc.model.facts import Trouble
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.transports.commands import Hush, Inbox, RateInsight
from kitt_rtc.transports.webrtc.caller import Caller
from kitt_rtc.transports.webrtc.channel import Channel, ChannelOptions
from kitt_rtc.transports.webrtc.peer import PeerOptions
from kitt_rtc.transports.webrtc.session import SessionOptions
from kitt_rtc.wire import decode_caption
from tests.fakes.browser import BadWire, clock, nothing_left, talking, tone, until

SAID = Caption("utt_1", "leg_1", Speaker("REP", Role.REP, "Anna"), 2.5, "The camera", "is of")


def journal_of(count: int, *, size: int = 10) -> Journal:
    journal = Journal("call_1", clock())
    for number in range(count):
        journal.append(Trouble("test", f"code_{number + 1}", "x" * size))
    return journal


async def numbers(caller: Caller, last: int) -> list[int]:
    found: list[int] = []
    async for envelope in caller.envelopes():
        found.append(envelope.entry.seq)
        if envelope.entry.seq >= last:
            break
    return found


async def test_every_envelope_arrives_in_order() -> None:
    journal = journal_of(50)
    async with nothing_left(), talking(journal) as talk:
        assert await numbers(talk.caller, 50) == list(range(1, 51))
        journal.append(Trouble("test", "live", "now"))
        assert await numbers(talk.caller, 51) == [51]


async def test_a_page_that_comes_back_gets_what_it_missed() -> None:
    journal = journal_of(20)
    async with talking(journal, after=17) as talk:
        assert await numbers(talk.caller, 20) == [18, 19, 20]


async def test_much_is_sent_without_much_waiting() -> None:
    journal = journal_of(200, size=5_000)
    options = PeerOptions(session=SessionOptions(channel=ChannelOptions(most_bytes=20_000, low_bytes=5_000)))
    async with talking(journal, options=options) as talk:
        assert await numbers(talk.caller, 200) == list(range(1, 201))


async def test_commands_come_up_and_nothing_else() -> None:
    async with talking(journal_of(1)) as talk:
        await numbers(talk.caller, 1)
        for text in ("hello", "{}", '{"type": "end_call"}', '{"type": "resume", "after": 0}', "x" * 5_000):
            talk.caller.send(text)
        talk.caller.rate("i_1", "helpful")
        talk.caller.hush()
        commands = aiter(talk.peer.commands)
        assert await anext(commands) == RateInsight("i_1", "helpful")
        assert await anext(commands) == Hush()


async def test_captions_go_beside_the_envelopes() -> None:
    journal, captions = journal_of(3), Captions("call_1")
    captions.show(replace(SAID, committed="The"))
    async with nothing_left(), talking(journal, captions=captions) as talk:
        assert await numbers(talk.caller, 3) == [1, 2, 3]
        await until(lambda: talk.caller.caption == replace(SAID, committed="The"))
        captions.show(SAID)
        await until(lambda: talk.caller.caption == SAID)
        captions.end("utt_1", said=True)
        await until(lambda: talk.caller.caption == replace(SAID, over=True))
        journal.append(Trouble("test", "live", "now"))
        assert await numbers(talk.caller, 4) == [4]


class Deafness:
    """Once it begins, the peer hears nothing of SCTP: no acknowledgement, while media and consent go on."""

    def __init__(self) -> None:
        self.began = False

    def __call__(self, data: bytes, to_peer: bool) -> bool:
        return self.began and to_peer and bool(data) and 20 <= data[0] < 64


async def test_a_page_that_acknowledges_nothing_loses_its_channel_and_keeps_its_leg() -> None:
    deafness = Deafness()
    journal = journal_of(1)
    channel = ChannelOptions(most_bytes=20_000, low_bytes=5_000, stall_seconds=0.2)
    options = PeerOptions(session=SessionOptions(channel=channel))
    async with nothing_left(), talking(journal, options=options, wire=BadWire(deafness)) as talk:
        await numbers(talk.caller, 1)
        deafness.began = True
        for number in range(500):
            journal.append(Trouble("test", f"code_{number}", "x" * 1_000))
        await until(lambda: talk.peer.channel_stalled)
        tap = talk.peer.microphone.tap(1_000)
        await talk.caller.play(tone(0.3))
        async for frame in tap:
            if any(frame.pcm):
                break
        assert not talk.run.done()
        assert talk.caller.state == "connected"


class FullWire:
    """A data channel in which so much waits."""

    def __init__(self) -> None:
        self.readyState = "open"
        self.bufferedAmount = 50_000
        self.sent: list[str] = []

    def on(self, event: str, then: object) -> None:
        pass

    def send(self, text: str) -> None:
        self.sent.append(text)


async def test_captions_do_not_queue_where_much_waits_already() -> None:
    wire, captions = FullWire(), Captions("call_1")
    options = ChannelOptions(most_bytes=100_000, low_bytes=20_000)
    sending = asyncio.create_task(Channel(wire, Inbox(), options).caption(captions))
    for count in range(1_000):
        captions.show(replace(SAID, committed=f"word {count}"))
        await asyncio.sleep(0)
    assert wire.sent == []
    wire.bufferedAmount = 20_000
    captions.show(SAID)
    await until(lambda: wire.sent)
    assert [decode_caption(text) for text in wire.sent] == [SAID]
    captions.close()
    await sending


async def test_a_page_that_closes_the_channel_has_hung_up() -> None:
    async with nothing_left(), talking(journal_of(1)) as talk:
        await numbers(talk.caller, 1)
        talk.caller.close_channel()
        assert await talk.run == "hung_up"
