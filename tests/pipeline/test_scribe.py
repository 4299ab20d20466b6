from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import pytest

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineTimeout
from kitt_rtc.model.facts import SegmentSkipped, UtteranceHeard
from kitt_rtc.model.speech import Correction, Role, Segment, Speaker, Utterance
from kitt_rtc.pipeline.correction.names import Names
from kitt_rtc.pipeline.corrector import Corrector
from kitt_rtc.pipeline.scribe import Scribe
from kitt_rtc.ports import Transcription

PAUL = Speaker("TECH001", Role.TECHNICIAN, "Paul")
SEGMENT = Segment("seg_1", bytes(32_000), 2.0, PAUL)
ENGLISH = Conversation(language="en")


@dataclass
class Writer:
    """Writes what it was told to."""

    text: str = "Hello there."
    languages: frozenset[str] | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        self.asked.append((language, hint))
        return Transcription(self.text, language)


async def test_F12_an_utterance_carries_its_speaker_its_times_and_its_words():
    (fact,) = await Scribe(Writer("  Hello \n there. ")).write(SEGMENT, ENGLISH)
    assert isinstance(fact, UtteranceHeard)
    assert fact.utterance == Utterance("utt_1", PAUL, "Hello there.", "en", 2.0, 3.0)


@pytest.mark.parametrize("text", ["", "  ", "...", "♪", "- -"])
async def test_nothing_said_is_no_utterance(text: str):
    (fact,) = await Scribe(Writer(text)).write(SEGMENT, ENGLISH)
    assert fact == SegmentSkipped("TECH001", "technician", 1.0, "nothing_said")


async def test_what_is_corrected_keeps_the_words_that_were_heard():
    (fact,) = await Scribe(Writer("Call me at seven thirty, one of you.")).write(SEGMENT, ENGLISH)
    assert isinstance(fact, UtteranceHeard)
    assert fact.utterance.text == "Call me at 7:30, one of you."
    assert fact.utterance.heard == "Call me at seven thirty, one of you."
    assert fact.utterance.corrections == (Correction("number", "seven thirty", "7:30"),)


async def test_the_names_of_the_house_are_corrected_where_its_corrector_knows_them():
    scribe = Scribe(Writer("The hick vision is down."), corrector=Corrector(Names({"Hikvision": ["hick vision"]})))
    (fact,) = await scribe.write(SEGMENT, ENGLISH)
    assert isinstance(fact, UtteranceHeard)
    assert fact.utterance.text == "The Hikvision is down."


async def test_an_engine_never_gets_a_language_it_cannot_write():
    writer = Writer(languages=frozenset({"en"}))
    (fact,) = await Scribe(writer).write(SEGMENT, Conversation(language="fr"))
    assert isinstance(fact, SegmentSkipped)
    assert fact.reason == "no_engine"
    assert writer.asked == []


@pytest.mark.parametrize(
    ("languages", "language", "hears"),
    [(None, "fr", True), (frozenset({"en"}), "fr", False), (frozenset({"en", "fr"}), "fr", True)],
)
def test_what_can_be_heard_is_known_before_anyone_speaks(languages, language, hears):
    assert Scribe(Writer(languages=languages)).hears(language) is hears


async def test_without_a_transcriber_every_segment_says_so():
    assert not Scribe(None).hears("en")
    (fact,) = await Scribe(None).write(SEGMENT, ENGLISH)
    assert isinstance(fact, SegmentSkipped)
    assert fact.reason == "no_engine"


async def test_the_last_sentences_are_the_hint():
    said = tuple(Utterance(f"u{n}", PAUL, f"sentence {n}", "en", n, n + 1) for n in range(5))
    writer = Writer()
    await Scribe(writer).write(SEGMENT, Conversation(language="en", utterances=said))
    assert writer.asked == [("en", "sentence 2 sentence 3 sentence 4")]


async def test_a_failing_engine_is_not_hidden():
    class Failing(Writer):
        async def transcribe(
            self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
        ) -> Transcription:
            raise EngineTimeout("test", "too slow", retryable=True)

    with pytest.raises(EngineTimeout):
        await Scribe(Failing()).write(SEGMENT, ENGLISH)
