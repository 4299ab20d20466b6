"""Engines in front of a tape: the answer goes its way untouched, and the same stands on the tape of the call."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import pytest
from pydantic import BaseModel

from kitt_rtc.model.audio import AudioFrame
from kitt_rtc.model.errors import EngineTimeout, EngineUnavailable
from kitt_rtc.model.insight import Passage
from kitt_rtc.model.query import Query
from kitt_rtc.model.speech import Segment
from kitt_rtc.pipeline.taping import TapedKnowledge, TapedModel, TapedTranscriber, note_usage, reviewed
from kitt_rtc.ports import Form, Scores, Seen, Transcription, Usage
from kitt_rtc.prompts.prompt import Material, Prompt
from kitt_rtc.replay.taped_engines import Answers, TapeKnowledge, TapeModel, TapeTranscriber
from kitt_rtc.tape.records import Answered
from kitt_rtc.tape.reel import Reel, taped_on
from tests.fakes.steps import ScriptedTranscriber
from tests.fakes.thinking import SmallKnowledge
from tests.sounds.made import tone

PCM = tone(1.0)
WRITTEN = Transcription("hello", "en", 0.9, (Scores(1.0, 0.01, -0.2, 1.2, "hello"),), "Moonshine")
PROMPT = Prompt("coach", "Advise.", (Material("Call", "Client: hello"),))


class TitleForm(BaseModel):
    title: str


@dataclass
class Writer:
    """A model that writes in two pieces, and says what it cost."""

    name: str = "writer"

    async def write(self, prompt: Prompt) -> str:
        note_usage(Usage(7, 3))
        return "as you wish"

    async def fill(self, prompt: Prompt, form: type[Form], *, seen: Seen | None = None) -> Form:
        if seen is not None:
            seen({"title": "Pr"})
            seen({"title": "Price"})
        note_usage(Usage(100, 20))
        return form.model_validate({"title": "Price"})


@dataclass
class Broken(Writer):
    async def fill(self, prompt: Prompt, form: type[Form], *, seen: Seen | None = None) -> Form:
        raise EngineTimeout("model", "too late", retryable=True)


@dataclass
class Exact:
    languages: frozenset[str] | None = None
    asked: list[Mapping[str, object]] = field(default_factory=list)

    async def transcribe(self, pcm: bytes, **given: object) -> Transcription:
        self.asked.append(given)
        return WRITTEN


def reel() -> Reel:
    made = Reel(lambda: 2.5)
    made.on = True
    return made


def answers(taped: Reel) -> Answers:
    records = taped.take()
    assert all(isinstance(record, Answered) for record in records)
    return Answers.of(record for record in records if isinstance(record, Answered))


async def test_N8_a_transcription_is_what_it_was_and_comes_back_from_the_tape_the_same():
    taped, engine = reel(), Exact()
    given = {"language": "en", "hint": "the last words", "among": ("en", "fr"), "terms": ("Hikvision",)}
    with taped_on(taped):
        assert await TapedTranscriber(engine).transcribe(PCM, **given) == WRITTEN
    assert engine.asked == [given]
    known = answers(taped)
    assert await TapeTranscriber(known).transcribe(PCM, **given) == WRITTEN
    assert (known.missing, known.otherwise) == ({}, 0)


async def test_the_same_sound_with_another_hint_is_answered_and_counted_and_other_sound_is_not_on_the_tape():
    taped = reel()
    with taped_on(taped):
        await TapedTranscriber(Exact()).transcribe(PCM, language="en", hint="")
    known = answers(taped)
    ears = TapeTranscriber(known)
    assert await ears.transcribe(PCM, language="en", hint="something else") == WRITTEN
    assert known.otherwise == 1
    with pytest.raises(Exception, match="not on the tape"):
        await ears.transcribe(PCM[2:], language="en", hint="")
    assert known.missing == {"transcriber": 1}


async def test_N8_a_form_comes_back_with_its_pieces_and_what_it_cost():
    taped, seen = reel(), list[Mapping[str, str]]()
    with taped_on(taped):
        filled = await TapedModel(Writer()).fill(PROMPT, TitleForm, seen=seen.append)
        text = await TapedModel(Writer()).write(PROMPT)
    records = taped.take()
    assert [record.answer["usage"] for record in records if isinstance(record, Answered)] == [
        [{"tokens_in": 100, "tokens_out": 20, "estimated": False}],
        [{"tokens_in": 7, "tokens_out": 3, "estimated": False}],
    ]
    known = Answers.of(record for record in records if isinstance(record, Answered))
    known.clock = lambda: 2.5
    model, told = TapeModel(known, "writer"), list[Mapping[str, str]]()
    assert await model.fill(PROMPT, TitleForm, seen=told.append) == filled == TitleForm(title="Price")
    assert told == seen == [{"title": "Pr"}, {"title": "Price"}]
    assert await model.write(PROMPT) == text


async def test_a_failure_is_an_answer_too():
    taped = reel()
    with taped_on(taped), pytest.raises(EngineTimeout):
        await TapedModel(Broken()).fill(PROMPT, TitleForm)
    known = answers(taped)
    known.clock = lambda: 2.5
    with pytest.raises(EngineTimeout, match="too late"):
        await TapeModel(known, "broken").fill(PROMPT, TitleForm)


async def test_a_question_in_other_words_is_not_on_the_tape():
    taped = reel()
    with taped_on(taped):
        await TapedModel(Writer()).fill(PROMPT, TitleForm)
    known = answers(taped)
    for other in (
        replace(PROMPT, instructions="Advise well."),
        replace(PROMPT, material=(Material("Call", "Client: good-bye"),)),
        replace(PROMPT, language="fr"),
    ):
        with pytest.raises(Exception, match="not on the tape"):
            await TapeModel(known, "writer").fill(other, TitleForm)
    assert known.missing == {"model": 3}


async def test_N8_a_search_finds_on_the_tape_what_it_found():
    taped, passage = reel(), Passage("p1", "Cameras", "Check the status.", "guide.md", 0.8, version="2")
    with taped_on(taped):
        found = await TapedKnowledge(SmallKnowledge([passage])).search(Query("camera status"), limit=3)
    assert await TapeKnowledge(answers(taped)).search(Query("camera status"), limit=3) == found
    assert found.passages


async def test_outside_a_taped_call_engines_are_what_they_were():
    off = Reel(lambda: 0.0)
    with taped_on(off):
        await TapedTranscriber(ScriptedTranscriber(["a"])).transcribe(PCM, language="en", hint="")
        await TapedModel(Writer()).fill(PROMPT, TitleForm)
    assert off.take() == ()
    assert await TapedModel(Writer()).write(PROMPT) == "as you wish"


@dataclass
class Second:
    """A canceller whose second look at a sentence finds this."""

    look: Callable[[Segment], Segment | None]

    def played(self, frame: AudioFrame) -> None:
        pass

    def clean(self, frame: AudioFrame) -> AudioFrame:
        return frame

    async def review(self, segment: Segment) -> Segment | None:
        return self.look(segment)

    def close(self) -> None:
        pass


@pytest.mark.parametrize(
    ("look", "kept"),
    [
        (lambda segment: segment, None),
        (lambda segment: replace(segment, pcm=b"\1\0" * 320), {"pcm": "0100" * 320}),
        (lambda _: None, {"pcm": None}),
    ],
)
async def test_what_a_second_look_changes_is_kept(look, kept):
    taped = reel()
    assert await reviewed(Second(look), Segment("seg_1", PCM, 1.0), taped) == look(Segment("seg_1", PCM, 1.0))
    assert [record.answer for record in taped.take() if isinstance(record, Answered)] == ([kept] if kept else [])


async def test_an_engine_that_is_away_is_away_on_the_tape():
    taped = reel()
    engine = ScriptedTranscriber([EngineUnavailable("ears", "away", retryable=True)])
    with taped_on(taped), pytest.raises(EngineUnavailable):
        await TapedTranscriber(engine).transcribe(PCM, language="en", hint="")
    with pytest.raises(EngineUnavailable, match="away"):
        await TapeTranscriber(answers(taped)).transcribe(PCM, language="en", hint="")
