"""Who is heard in which language: as declared, as shown by what they say, and as it was before a restart."""

import asyncio
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from kitt_rtc.calls.call import Call, Past
from kitt_rtc.calls.conductor import Conductor
from kitt_rtc.calls.switchboard import CallOrder, Switchboard, SwitchboardOptions
from kitt_rtc.model.facts import Fact, LanguageSwitched, LegJoined, Trouble, UtteranceHeard
from kitt_rtc.model.speech import Role, Segment, Speaker
from kitt_rtc.ports import Transcription
from tests.fakes.leg import HandLeg
from tests.fakes.steps import crew
from tests.fakes.store import ListStore
from tests.sounds.made import tone

PAUL = Speaker("TECH001", Role.TECHNICIAN, "Paul")
ENGLISH = [("The recorder is in the cupboard by the door.", "en"), ("It does not record any more.", "en")]
FRENCH = [("Depuis hier elle n'enregistre plus rien.", "fr"), ("Je vois le direct mais pas les vidéos.", "fr")]


@dataclass
class Polyglot:
    """Hears its script, and says in which language each line is; keeps what it was asked."""

    script: list[tuple[str, str]]
    languages: frozenset[str] | None = None
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    """The language expected, and those it might be."""
    terms: tuple[str, ...] = ()
    gate: asyncio.Event | None = None

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        self.asked.append((language, tuple(among)))
        self.terms = tuple(terms)
        line = self.script.pop(0)
        if self.gate is not None:
            await self.gate.wait()
        return Transcription(*line)


@asynccontextmanager
async def live(transcriber: Polyglot) -> AsyncIterator[Conductor]:
    options = SwitchboardOptions(language="en", languages=("en", "fr"))
    switchboard = Switchboard({"coaching": crew(transcriber)}, lambda _: [], ListStore(), options)
    try:
        yield await switchboard.start(CallOrder("call_1"))
    finally:
        await switchboard.close()


def facts(conductor: Conductor, kind: type[Fact]) -> list[Fact]:
    return [entry.fact for entry in conductor.call.journal.entries() if isinstance(entry.fact, kind)]


def piece(number: int, seconds: float = 2.0) -> Segment:
    return Segment(f"seg_{number}", tone(seconds), number * 3.0, PAUL)


async def test_R02_a_technician_switches_and_back_on_repeated_evidence_only():
    script = [*ENGLISH, FRENCH[0], ENGLISH[0], *FRENCH, FRENCH[0], ENGLISH[0], ENGLISH[1], ENGLISH[0]]
    async with live(Polyglot(list(script))) as conductor:
        for number in range(len(script)):
            await conductor.take(piece(number))
        transcriber = conductor.crew.scribe
        switches = facts(conductor, LanguageSwitched)
        spoken = [heard.utterance.language for heard in facts(conductor, UtteranceHeard)]
    assert transcriber is not None
    assert switches == [
        LanguageSwitched("TECH001", "fr", "en", "repeated"),
        LanguageSwitched("TECH001", "en", "fr", "repeated"),
    ]
    assert spoken == [language for _, language in script]


async def test_R02_the_rest_of_a_leg_is_heard_in_its_new_language_first():
    transcriber = Polyglot([*FRENCH, ("Oui.", "en"), ("We see.", "en")])
    async with live(transcriber) as conductor:
        for number, seconds in enumerate((2.0, 2.0, 2.0, 0.6)):
            await conductor.take(piece(number, seconds))
        spoken = [heard.utterance.language for heard in facts(conductor, UtteranceHeard)]
    assert transcriber.asked == [("en", ("en", "fr")), ("en", ("en", "fr")), ("fr", ("fr", "en")), ("fr", ())]
    assert spoken == ["fr", "fr", "fr", "fr"]


async def test_R02_two_sentences_written_down_at_once_switch_once():
    transcriber = Polyglot([*FRENCH, *FRENCH], gate=asyncio.Event())
    async with live(transcriber) as conductor:
        writing = [asyncio.create_task(conductor.take(piece(number))) for number in range(4)]
        await asyncio.sleep(0)
        transcriber.gate.set()
        await asyncio.gather(*writing)
        assert [language for language, _ in transcriber.asked[:2]] == ["en", "en"], "neither knew of the other"
        assert facts(conductor, LanguageSwitched) == [LanguageSwitched("TECH001", "fr", "en", "repeated")]


async def test_R02_an_engine_of_one_language_is_asked_in_no_other():
    transcriber = Polyglot([("Depuis hier she is broken.", "fr")] * 3, languages=frozenset({"en"}))
    async with live(transcriber) as conductor:
        for number in range(3):
            await conductor.take(piece(number))
        assert facts(conductor, LanguageSwitched) == []
    assert transcriber.asked == [("en", ())] * 3


async def test_R02_who_declares_a_language_is_heard_in_it_and_keeps_the_one_they_changed_to():
    async with live(Polyglot([])) as conductor:
        first = HandLeg(conductor.call.clock, Role.TECHNICIAN, leg_id="leg_1")
        conductor.invite(first, "fr")
        assert conductor.call.conversation.language_of(first.speaker.id) == "fr"
        conductor.call.record(LanguageSwitched(first.speaker.id, "en", "fr", "repeated"))
        first.leave()
        await conductor.left(first)
        conductor.invite(HandLeg(conductor.call.clock, Role.TECHNICIAN, leg_id="leg_2"), "fr")
        assert len(facts(conductor, LegJoined)) == 2
        assert conductor.call.conversation.language_of(first.speaker.id) == "en"
        declared = facts(conductor, LanguageSwitched)[0]
    assert (declared.language, declared.before, declared.reason) == ("fr", "en", "declared")


async def test_R02_a_declared_language_that_nothing_writes_is_told_before_anyone_speaks():
    transcriber = Polyglot([], languages=frozenset({"en"}))
    async with live(transcriber) as conductor:
        leg = HandLeg(conductor.call.clock, Role.TECHNICIAN)
        conductor.invite(leg, "fr")
        (trouble,) = facts(conductor, Trouble)
        await conductor.take(Segment("seg_1", tone(2.0), 0.0, leg.speaker))
    assert (trouble.code, "“fr”" in trouble.detail) == ("no_engine", True)
    assert transcriber.asked == []


async def test_R02_after_a_restart_everybody_is_heard_on_in_their_language():
    async with live(Polyglot(list(FRENCH))) as conductor:
        for number in range(2):
            await conductor.take(piece(number))
        story = conductor.call.journal.entries()
        manners = conductor.crew.playbook.manners
    again = Call("call_1", manners, past=Past([entry for entry in story if entry.seq <= 4], 60.0, 5.0))
    transcriber = Polyglot([FRENCH[0]])
    (heard,) = await crew(transcriber).scribe.write(piece(9), again.conversation)
    assert isinstance(heard, UtteranceHeard)
    assert transcriber.asked == [("fr", ("fr", "en"))]


async def test_R02_the_terms_of_a_call_are_its_people_and_its_topics():
    transcriber = Polyglot([ENGLISH[0]])
    async with live(transcriber) as conductor:
        conductor.invite(HandLeg(conductor.call.clock, Role.TECHNICIAN, name="Paul Lefèvre"))
        await conductor.take(piece(0))
    assert transcriber.terms == ("Paul Lefèvre",)
