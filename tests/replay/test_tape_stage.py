"""What people did in a taped call, done again at its time, to the twins of what they did it to."""

import asyncio
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace

import pytest

from kitt_rtc.calls.call import Call, Past
from kitt_rtc.calls.conductor import Conductor, ConductorOptions
from kitt_rtc.calls.taping import TAPED, Taping
from kitt_rtc.model.facts import (
    CallResumed,
    CallStarted,
    CaseSettled,
    CoachSnoozed,
    Entry,
    InsightGiven,
    InsightRated,
    LegHeld,
    LegLeft,
    UtteranceHeard,
)
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.pipeline.taping import TapedTranscriber
from kitt_rtc.replay.difference import Difference, retold
from kitt_rtc.replay.tape import Tape
from kitt_rtc.replay.tape_stage import play_tape
from kitt_rtc.replay.taped_engines import Answers, TapeTranscriber
from kitt_rtc.replay.virtual_time import VirtualLoop
from kitt_rtc.tape.records import Answered, Header, Told, VoiceBegan, VoiceEnded, VoiceHeard
from tests.fakes.leg import HandLeg
from tests.fakes.steps import ScriptedTranscriber, crew
from tests.fakes.tapes import ListTapes
from tests.sounds.made import silence, tone

STARTED = CallStarted("call", "coaching", "en", 1_700_000_000.0, "", (TAPED,))
UPLOADED = Utterance("utt_up", Speaker("GUEST", Role.REP), "from a file", "en", 20.0, 21.0)


async def speaks(leg: HandLeg, seconds: float) -> None:
    """As long as it takes, and a pause."""
    for piece in [tone(0.02)] * round(seconds * 50) + [silence(0.02)] * 50:
        leg.say(piece)
        await asyncio.sleep(0.02)


async def a_call(conductor: Conductor) -> None:
    call = conductor.call
    rep, client = (HandLeg(call.clock, role, leg_id=role.value) for role in (Role.REP, Role.CUSTOMER))
    for leg in (rep, client):
        conductor.invite(leg)
    await asyncio.gather(speaks(rep, 2.0), speaks(client, 1.2))
    card = next(entry.fact.insight for entry in call.journal.entries() if isinstance(entry.fact, InsightGiven))
    call.record(InsightRated(card.id, "wrong", "rep_1"))
    conductor.hold(client.id, held=True, by="rep_1")
    await speaks(rep, 1.0)
    conductor.hold(client.id, held=False, by="rep_1")
    call.record(CaseSettled(resolved=True, by="rep_1"))
    call.record(UtteranceHeard(UPLOADED, 0.1))
    await speaks(client, 1.5)
    call.record(CoachSnoozed(60.0, "rep_1"))
    client.leave("lost")
    await asyncio.sleep(1.0)


def taped(lines: Sequence[str], past: Past | None = None) -> tuple[Tape, Sequence[Entry]]:
    """The call, lived in no time, and its tape."""
    tapes = ListTapes()
    steps = crew(TapedTranscriber(ScriptedTranscriber(list(lines))))  # type: ignore[arg-type]
    house = replace(steps, taping=Taping(tapes))

    async def live() -> Sequence[Entry]:
        call = Call("call", house.playbook.manners, past=past, clock=asyncio.get_running_loop().time)
        if past is None:
            call.record(STARTED)
        else:
            call.resume()
        conductor = Conductor(call, house, lambda _: (), ConductorOptions(idle_seconds=900.0))
        running = asyncio.create_task(conductor.run())
        await conductor.opened()
        await a_call(conductor)
        call.end("hung_up")
        await running
        return call.journal.entries()

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        story = runner.run(live())
    of = tapes.records
    (header,) = [record for record in of if isinstance(record, Header)]
    return Tape(
        header,
        tuple(record for record in of if isinstance(record, VoiceBegan | VoiceHeard | VoiceEnded)),
        tuple(record for record in of if isinstance(record, Answered)),
        tuple(record.entry for record in of if isinstance(record, Told)),
    ), story


def again(tape: Tape) -> Sequence[Entry]:
    answers = Answers.of(tape.answers)
    return play_tape(tape, nullcontext(crew(TapeTranscriber(answers))), answers)  # type: ignore[arg-type]


LINES = ["good morning", "we pay too much", "and it fails"]


@pytest.fixture(scope="module")
def call() -> tuple[Tape, Sequence[Entry]]:
    return taped(LINES)


def of_kind(story: Sequence[Entry], kind: type) -> list:
    return [entry.fact for entry in story if isinstance(entry.fact, kind)]


def test_N8_two_voices_at_once_a_hold_and_all_that_people_did_come_again(call: tuple[Tape, Sequence[Entry]]):
    tape, story = call
    assert tape.story == tuple(story)
    first, second = again(tape), again(tape)
    assert retold(first) == retold(second)
    found = Difference.of(story, first)
    assert found.equal, list(found.lines())
    assert sorted(words.spoken.text for words in found.words) == sorted([*LINES, "from a file"])
    for kind in (LegHeld, CoachSnoozed, CaseSettled, LegLeft):
        assert of_kind(first, kind)[:1] == of_kind(story, kind)[:1] != []


def test_N8_a_card_that_was_rated_is_rated_in_the_replay(call: tuple[Tape, Sequence[Entry]]):
    tape, _ = call
    story = again(tape)
    (rated,) = of_kind(story, InsightRated)
    assert rated.insight_id == of_kind(story, InsightGiven)[0].insight.id
    assert rated.insight_id != of_kind(tape.story, InsightRated)[0].insight_id


def test_what_was_rated_and_does_not_come_any_more_is_rated_no_more(call: tuple[Tape, Sequence[Entry]]):
    tape, _ = call
    mute = replace(tape, answers=tuple(replace(one, answer={**one.answer, "text": ""}) for one in tape.answers))
    story = again(mute)
    assert of_kind(story, InsightGiven) == of_kind(story, InsightRated) == []


def test_a_voice_whose_end_is_not_on_the_tape_ends_with_it(call: tuple[Tape, Sequence[Entry]]):
    tape, story = call
    endless = replace(tape, voices=tuple(one for one in tape.voices if not isinstance(one, VoiceEnded)))
    assert Difference.of(story, again(endless)).same_words == len(LINES) + 1


def test_N8_a_call_that_outlived_a_restart_is_lived_again_with_its_gap():
    tape, story = taped(LINES, Past([Entry(1, 0.0, STARTED)], age=5.0, gap=4.0))
    lived = again(tape)
    assert Difference.of(story, lived).equal
    assert of_kind(lived, CallResumed) == of_kind(story, CallResumed) != []
