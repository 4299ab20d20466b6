"""Somebody is put on hold: who hears what, and what is written down and advised on meanwhile."""

import asyncio
from collections.abc import Sequence

import pytest

from kitt_rtc.calls.bridge import HOLD, KEYS
from kitt_rtc.calls.conductor import Conductor
from kitt_rtc.media import tones
from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.model.audio import FRAME_BYTES, SILENCE, AudioFrame
from kitt_rtc.model.errors import LegNotFound, NotForThem
from kitt_rtc.model.facts import (
    CallEnded,
    Fact,
    InsightGiven,
    KeysPressed,
    LegHeld,
    LegLeft,
    PhoneStatusChanged,
    SegmentSkipped,
    UtteranceHeard,
)
from kitt_rtc.model.speech import Role
from kitt_rtc.readers.narrator import SOURCE
from tests.calls.test_conductor import facts, live
from tests.fakes.leg import HandLeg
from tests.fakes.steps import EchoPlaybook, ScriptedTranscriber
from tests.sounds.made import silence, tone

SENTENCE = tone(1.0) + silence(1.0)


def join(conductor: Conductor, name: str, role: Role = Role.CUSTOMER) -> HandLeg:
    leg = HandLeg(conductor.call.clock, role, leg_id=name)
    conductor.invite(leg)
    return leg


async def count(conductor: Conductor, kind: type[Fact], number: int) -> Sequence[Fact]:
    """So many facts of a kind, once they are there."""
    async for _ in conductor.call.journal.follow():
        if len(found := facts(conductor, kind)) >= number:
            return found
    raise AssertionError(f"the call ended with too few of {kind.__name__}")


def words(conductor: Conductor) -> list[str]:
    return [fact.utterance.text for fact in facts(conductor, UtteranceHeard)]


def heard_by(ear: Earpiece, frames: int = 10) -> bytes:
    """What this ear hears next; silence where there is nothing."""
    heard = (ear.next() for _ in range(frames))
    return b"".join(SILENCE if frame is None else frame.pcm for frame in heard)


def heard_from(speaker: HandLeg, listener: HandLeg) -> bool:
    """Does what this one says now reach that one?"""
    listener.earpiece.hush(speaker.id)
    speaker.say(tone(0.02))
    return listener.earpiece.pending(speaker.id) > 0


async def test_who_is_held_hears_music_and_nobody_else_and_is_heard_by_nobody():
    async with live() as (_, conductor):
        rep, client, agent = (join(conductor, name) for name in ("rep", "client", "agent"))
        rep.say(tone(0.1))
        conductor.hold("client", held=True)
        for leg in (rep, client, agent):
            leg.say(tone(0.1))
        assert heard_by(client.earpiece) == tones.hold_music()[: 10 * FRAME_BYTES]
        assert rep.earpiece.pending("client") == agent.earpiece.pending("client") == 0
        assert rep.earpiece.pending("agent") > 0
        assert agent.earpiece.pending("rep") > 0


async def test_who_is_taken_back_hears_no_more_music_and_everybody_hears_everybody():
    async with live() as (_, conductor):
        legs = [join(conductor, name) for name in ("rep", "client", "agent")]
        client = legs[1]
        conductor.hold("client", held=True)
        heard_by(client.earpiece)
        hushes = client.earpiece.hushes
        conductor.hold("client", held=False)
        assert client.earpiece.hushes > hushes  # what the far end has queued is forgotten too
        assert client.earpiece.next() is None
        assert all(heard_from(one, other) for one in legs for other in legs if one is not other)


async def test_of_two_who_are_held_the_one_taken_back_does_not_hear_the_other():
    async with live() as (_, conductor):
        rep, client, agent = (join(conductor, name) for name in ("rep", "client", "agent"))
        conductor.hold("client", held=True)
        conductor.hold("agent", held=True)
        conductor.hold("agent", held=False)
        assert heard_from(rep, agent)
        assert not heard_from(client, agent)
        assert not heard_from(agent, client)
        conductor.hold("client", held=False)
        assert heard_from(client, agent)


async def test_who_joins_while_somebody_is_held_hears_the_others_only():
    async with live() as (_, conductor):
        rep, client = join(conductor, "rep"), join(conductor, "client")
        conductor.hold("client", held=True)
        late = join(conductor, "late", Role.SUPERVISOR)
        assert heard_from(rep, late)
        assert not heard_from(client, late)
        conductor.hold("client", held=False)
        assert heard_from(client, late)


async def test_a_spoken_reply_is_not_said_to_somebody_on_hold():
    async with live() as (_, conductor):
        technician = join(conductor, "tech", Role.TECHNICIAN)
        await technician.earpiece.say(AudioFrame(tone(0.02), 0.0), source=SOURCE)
        conductor.hold("tech", held=True)
        await technician.earpiece.say(AudioFrame(tone(0.02), 0.0), source=SOURCE)
        assert heard_by(technician.earpiece) == tones.hold_music()[: 10 * FRAME_BYTES]
        conductor.hold("tech", held=False)
        await technician.earpiece.say(AudioFrame(tone(0.02), 0.0), source=SOURCE)
        assert heard_by(technician.earpiece, 1) == tone(0.02)


async def test_held_twice_is_held_once_and_taken_back_without_a_hold_is_nothing():
    async with live() as (_, conductor):
        join(conductor, "client")
        conductor.hold("client", held=False)
        conductor.hold("client", held=True, by="REP1")
        conductor.hold("client", held=True)
        conductor.hold("client", held=False)
        conductor.hold("client", held=False)
    assert facts(conductor, LegHeld) == [LegHeld("client", True, "REP1"), LegHeld("client", False)]


async def test_nobody_can_hold_a_stranger_or_a_supervisor():
    async with live() as (_, conductor):
        join(conductor, "boss", Role.SUPERVISOR)
        with pytest.raises(LegNotFound):
            conductor.hold("nobody", held=True)
        with pytest.raises(NotForThem, match="supervisor"):
            conductor.hold("boss", held=True)
        assert conductor.call.conversation.legs_held == ()


async def test_nothing_is_written_down_of_anybody_while_somebody_is_held():
    async with live(transcriber := ScriptedTranscriber(["Before.", "After."])) as (_, conductor):
        rep, client = join(conductor, "rep", Role.REP), join(conductor, "client")
        client.say(SENTENCE)
        await count(conductor, UtteranceHeard, 1)
        conductor.hold("client", held=True)
        for leg in (rep, client):
            leg.say(SENTENCE)
        conductor.hold("client", held=False)
        client.say(SENTENCE)
        await count(conductor, UtteranceHeard, 2)
        for leg in (rep, client):
            leg.leave()
        await count(conductor, CallEnded, 1)
    assert words(conductor) == ["Before.", "After."]
    assert len(transcriber.heard) == 2
    assert facts(conductor, SegmentSkipped) == []


async def test_a_sentence_that_was_open_is_heard_up_to_the_hold_and_what_follows_is_another():
    async with live(transcriber := ScriptedTranscriber(["Just a", "Here I am."])) as (_, conductor):
        client = join(conductor, "client")
        client.say(tone(0.8))
        conductor.hold("client", held=True)
        await count(conductor, UtteranceHeard, 1)
        client.say(tone(3.0))
        conductor.hold("client", held=False)
        client.say(tone(1.2) + silence(0.5))
        await count(conductor, UtteranceHeard, 2)
    assert words(conductor) == ["Just a", "Here I am."]
    assert [round(len(pcm) / 32_000, 1) for pcm in transcriber.heard] == [0.8, 1.3]


async def test_who_joins_during_a_hold_is_written_down_from_its_end():
    async with live(ScriptedTranscriber(["Good morning."])) as (_, conductor):
        join(conductor, "client")
        conductor.hold("client", held=True)
        rep = join(conductor, "rep", Role.REP)
        rep.say(SENTENCE)
        conductor.hold("client", held=False)
        rep.say(SENTENCE)
        await count(conductor, UtteranceHeard, 1)
        rep.leave()
        await count(conductor, LegLeft, 1)
    assert words(conductor) == ["Good morning."]


@pytest.mark.parametrize("reason", ["hung_up", "lost"])
async def test_a_held_leg_that_goes_takes_the_hold_with_it(reason: str):
    async with live(ScriptedTranscriber(["So."])) as (_, conductor):
        rep, client = join(conductor, "rep", Role.REP), join(conductor, "client")
        conductor.hold("client", held=True)
        client.leave(reason)
        await count(conductor, LegLeft, 1)
        assert conductor.call.conversation.quiet_reason == ""
        again = join(conductor, "client-2")
        rep.say(SENTENCE)
        await count(conductor, UtteranceHeard, 1)
        assert again.earpiece.pending("rep") > 0
    assert words(conductor) == ["So."]


async def test_a_call_that_ends_on_hold_ends_and_nothing_is_left():
    async with live() as (switchboard, conductor):
        client = join(conductor, "client")
        conductor.hold("client", held=True)
        client.say(tone(1.0))
        conversation = await switchboard.end("call_1")
    assert conversation.total_segments == 0
    assert facts(conductor, CallEnded)[0].reason == "hung_up"


async def test_what_was_said_before_a_hold_and_not_considered_is_considered_after_it():
    asked, held = asyncio.Event(), asyncio.Event()

    class Slow(EchoPlaybook):
        """Thinks until the hold has begun."""

        async def advise(self, conversation):
            asked.set()
            await held.wait()
            return await EchoPlaybook.advise(self, conversation)

    async with live(ScriptedTranscriber(["It is too dear."]), Slow()) as (_, conductor):
        client = join(conductor, "client")
        client.say(SENTENCE)
        await asked.wait()
        conductor.hold("client", held=True)
        held.set()
        await conductor.turn()
        assert facts(conductor, InsightGiven) == []
        conductor.hold("client", held=False)
        (given,) = await count(conductor, InsightGiven, 1)
    assert given.insight.content == "It is too dear."


async def test_nobody_is_advised_about_a_machine_whose_words_are_written_down_all_the_same():
    async with live(ScriptedTranscriber(["Leave a message.", "Sorry, I was screening."])) as (_, conductor):
        client = join(conductor, "client")
        answered = PhoneStatusChanged("CA1", "in-progress", answered_by="machine", speaker=client.speaker)
        conductor.call.record(answered)
        client.say(SENTENCE)
        await count(conductor, UtteranceHeard, 1)
        await conductor.turn()
        assert facts(conductor, InsightGiven) == []
        human = PhoneStatusChanged("CA1", "in-progress", answered_by="human", speaker=client.speaker)
        conductor.call.record(human)
        (given,) = await count(conductor, InsightGiven, 1)
    assert given.insight.content == "Leave a message."


async def test_keys_are_tones_in_one_ear_beside_what_it_hears():
    async with live() as (_, conductor):
        rep, bank = join(conductor, "rep"), join(conductor, "bank")
        await conductor.press("bank", "1#")
        rep.say(SILENCE * 2)
        assert rep.earpiece.next() is None
        assert bank.earpiece.pending("rep") == 2
        assert heard_by(bank.earpiece, bank.earpiece.pending(KEYS)) == tones.keys("1#")
        with pytest.raises(LegNotFound):
            await conductor.press("nobody", "1")
    assert facts(conductor, KeysPressed) == [KeysPressed("bank", "1#", sent=True)]


async def test_keys_reach_somebody_on_hold():
    async with live() as (_, conductor):
        bank = join(conductor, "bank")
        conductor.hold("bank", held=True)
        await conductor.press("bank", "1")
        assert bank.earpiece.pending(KEYS) * FRAME_BYTES == len(tones.keys("1"))
        bank.earpiece.hush(HOLD)
        assert heard_by(bank.earpiece, bank.earpiece.pending(KEYS)) == tones.keys("1")
