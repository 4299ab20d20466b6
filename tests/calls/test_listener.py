"""Two voices of one call side by side: who ends whose sentence, and what is a sign of listening."""

import asyncio
from collections.abc import Callable, Mapping

from kitt_rtc.calls.conductor import Conductor, ConductorOptions
from kitt_rtc.engines.echo import EchoCancellation
from kitt_rtc.media.mix import mix
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, SILENCE
from kitt_rtc.model.facts import SegmentSkipped, UtteranceHeard
from kitt_rtc.model.speech import Role, Utterance
from tests.calls.test_conductor import facts, live
from tests.calls.test_hold import count, join
from tests.fakes.leg import HandLeg
from tests.fakes.steps import ScriptedTranscriber
from tests.sounds.made import chatter, quieter, silence, tone

PATIENT = ConductorOptions(min_insight_interval=0.0, drain_seconds=5.0, rejoin_seconds=5.0, idle_seconds=5.0)


async def play(voices: Mapping[HandLeg, bytes]) -> None:
    """These sounds at once, frame by frame, as fast as they are heard."""
    longest = max(len(pcm) for pcm in voices.values())
    for start in range(0, longest, FRAME_BYTES):
        for leg, pcm in voices.items():
            leg.say(pcm[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0"))
        for _ in range(4):
            await asyncio.sleep(0)


async def lines(conductor: Conductor, number: int) -> list[Utterance]:
    async with asyncio.timeout(5.0):
        found = await count(conductor, UtteranceHeard, number)
    return [fact.utterance for fact in found if isinstance(fact, UtteranceHeard)]


async def test_a_sign_of_listening_is_written_down_and_neither_splits_a_sentence_nor_wakes_the_adviser():
    async with live(ScriptedTranscriber(["I see.", "We come on Monday."])) as (_, conductor):
        rep, client = join(conductor, "leg_1", Role.REP), join(conductor, "leg_2", Role.CUSTOMER)
        await play({rep: tone(2.5) + silence(1.0), client: silence(1.2) + tone(0.5) + silence(1.8)})
        nod, sentence = await lines(conductor, 2)
        assert (nod.speaker.role, nod.backchannel) == (Role.CUSTOMER, True)
        assert (sentence.speaker.role, sentence.backchannel) == (Role.REP, False)
        assert round(sentence.end - sentence.start, 1) == 2.6
        assert conductor.call.conversation.pending == (sentence,)


async def test_the_same_word_after_a_question_is_an_answer_that_the_adviser_hears():
    async with live(ScriptedTranscriber(["Shall we come on Monday?", "I see."])) as (_, conductor):
        rep, client = join(conductor, "leg_1", Role.REP), join(conductor, "leg_2", Role.CUSTOMER)
        await play({rep: tone(1.5) + silence(2.5), client: silence(1.8) + tone(0.5) + silence(1.7)})
        _, answer = await lines(conductor, 2)
        assert (answer.text, answer.backchannel) == ("I see.", False)


async def test_a_sentence_is_over_once_the_other_side_has_taken_the_turn():
    async with live() as (_, conductor):
        rep, client = join(conductor, "leg_1", Role.REP), join(conductor, "leg_2", Role.CUSTOMER)
        mine = tone(1.5) + silence(0.28) + tone(1.0) + silence(1.0)
        await play({rep: mine, client: silence(0.6) + tone(2.5) + silence(0.7)})
        found = await lines(conductor, 3)
        assert [round(line.end - line.start, 1) for line in found if line.speaker.role is Role.REP] == [1.6, 1.4]


SLOWLY = tone(0.8) + silence(0.5) + tone(0.8) + silence(1.4)
"""A sentence with a pause that would end anybody's sentence of whom nothing is known."""


def last_sentence_seconds(conductor: Conductor) -> float:
    """Of a call that is over."""
    last = facts(conductor, UtteranceHeard)[-1]
    assert isinstance(last, UtteranceHeard)
    return round(last.utterance.end - last.utterance.start, 1)


async def test_a_stranger_who_speaks_slowly_is_cut_short():
    async with live() as (_, conductor):
        await play({join(conductor, "leg_1"): SLOWLY})
    assert last_sentence_seconds(conductor) < 1.3


async def test_what_is_known_of_a_speakers_pauses_outlives_a_hold():
    async with live() as (_, conductor):
        client = join(conductor, "leg_1")
        await play({client: SLOWLY * 20})
        conductor.hold("leg_1", held=True)
        conductor.hold("leg_1", held=False)
        await play({client: SLOWLY})
    assert last_sentence_seconds(conductor) > 2.1


async def test_what_is_known_of_a_speakers_pauses_outlives_a_line_that_was_lost():
    async with live(options=PATIENT) as (_, conductor):
        client = join(conductor, "leg_1")
        await play({client: SLOWLY * 20})
        client.leave("lost")
        await conductor.left(client)
        await play({join(conductor, "leg_2"): SLOWLY})
    assert last_sentence_seconds(conductor) > 2.1


QUESTION = chatter(3.0, seed=1) + silence(1.0)


async def speak_to_a_loudspeaker(
    rep: HandLeg, client: HandLeg, question: bytes, answer: bytes = b"", look: Callable[[], None] = lambda: None
) -> None:
    """What the client's earpiece plays comes back into the client's microphone, half as loud and 0.2 s late; `look` is
    called after each frame."""
    air = [SILENCE] * round(0.2 / FRAME_SECONDS)
    for start in range(0, len(question), FRAME_BYTES):
        rep.say(question[start : start + FRAME_BYTES])
        heard = client.earpiece.next()
        air.append(quieter(heard.pcm, 0.5) if heard else SILENCE)
        client.say(mix([air.pop(0), answer[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0")]))
        for _ in range(4):
            await asyncio.sleep(0)
        look()


def speakers(conductor: Conductor) -> set[Role]:
    """Of whom anything was written down, in a call that is over."""
    return {
        fact.utterance.speaker.role for fact in facts(conductor, UtteranceHeard) if isinstance(fact, UtteranceHeard)
    }


async def test_N5_a_loudspeaker_beside_a_microphone_makes_no_second_speaker():
    cancellation = EchoCancellation()
    async with live(canceller=cancellation.canceller) as (_, conductor):
        rep, client = join(conductor, "leg_1", Role.REP), join(conductor, "leg_2", Role.CUSTOMER)
        await speak_to_a_loudspeaker(rep, client, QUESTION * 2)
    await cancellation.close()
    assert speakers(conductor) == {Role.REP}
    skips = [fact for fact in facts(conductor, SegmentSkipped) if isinstance(fact, SegmentSkipped)]
    assert {(skip.role, skip.reason) for skip in skips} == {("customer", "echo")}


async def test_without_a_canceller_it_makes_one():
    async with live() as (_, conductor):
        rep, client = join(conductor, "leg_1", Role.REP), join(conductor, "leg_2", Role.CUSTOMER)
        await speak_to_a_loudspeaker(rep, client, QUESTION)
    assert speakers(conductor) == {Role.REP, Role.CUSTOMER}


async def test_N5_who_speaks_over_a_loudspeaker_is_heard():
    cancellation = EchoCancellation()
    async with live(canceller=cancellation.canceller) as (_, conductor):
        rep, client = join(conductor, "leg_1", Role.REP), join(conductor, "leg_2", Role.CUSTOMER)
        await speak_to_a_loudspeaker(rep, client, QUESTION)
        async with asyncio.timeout(5.0):
            await count(conductor, SegmentSkipped, 1)
        await speak_to_a_loudspeaker(rep, client, QUESTION, silence(1.0) + chatter(1.5, seed=2) + silence(1.5))
    await cancellation.close()
    mine = [
        fact.utterance
        for fact in facts(conductor, UtteranceHeard)
        if isinstance(fact, UtteranceHeard) and fact.utterance.speaker.role is Role.CUSTOMER
    ]
    assert [(round(line.start), round(line.end)) for line in mine] == [(5, 7)]


async def test_N5_our_own_voice_in_a_loudspeaker_does_not_take_the_floor():
    cancellation = EchoCancellation()
    taken: list[bool] = []
    async with live(canceller=cancellation.canceller) as (_, conductor):
        rep, client = join(conductor, "leg_1", Role.REP), join(conductor, "leg_2", Role.CUSTOMER)
        await speak_to_a_loudspeaker(
            rep, client, QUESTION * 2, look=lambda: taken.append(conductor.floor.taken_by(Role.CUSTOMER))
        )
    await cancellation.close()
    assert not any(taken[len(taken) // 2 :])
