"""Engines whose answers are kept on the tape of the call that asked, for replays to be answered the same.

The law: the answer goes its way untouched, and at once; what is kept of it is a copy. Outside a taped call these
engines are the ones they stand before.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict
from typing import Any

from pydantic import TypeAdapter

from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.findings import Findings
from kitt_rtc.model.insight import Passage
from kitt_rtc.model.query import Query
from kitt_rtc.model.speech import Segment
from kitt_rtc.pipeline.foresight import question_of
from kitt_rtc.ports import EchoCanceller, Form, KnowledgeBase, LanguageModel, Seen, Transcriber, Transcription, Usage
from kitt_rtc.prompts.prompt import Prompt
from kitt_rtc.tape import questions
from kitt_rtc.tape.records import Answered
from kitt_rtc.tape.reel import Reel, turning

TRANSCRIBER, MODEL, KNOWLEDGE, ECHO = "transcriber", "model", "knowledge", "echo"
FINDINGS: TypeAdapter[Findings] = TypeAdapter(Findings)
_usages: ContextVar[list[Usage] | None] = ContextVar("taped usages", default=None)


class TapedTranscriber:
    """A `Transcriber`."""

    def __init__(self, transcriber: Transcriber) -> None:
        self._transcriber = transcriber

    @property
    def languages(self) -> frozenset[str] | None:
        return self._transcriber.languages

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        asking = self._transcriber.transcribe(pcm, language=language, hint=hint, among=among, terms=terms)
        reel = turning()
        if reel is None:
            return await asking
        sound = questions.of_sound(pcm, language)
        keep = _Keeper(reel, TRANSCRIBER, questions.of_transcription(sound, hint, among, terms), sound)
        with keep.failures():
            written = await asking
        keep({"text": written.text, "language": written.language, "confidence": written.confidence,
              "pieces": [asdict(piece) for piece in written.pieces], "engine": written.engine})  # fmt: skip
        return written


class TapedModel:
    """A `LanguageModel`."""

    def __init__(self, model: LanguageModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        return self._model.name

    async def write(self, prompt: Prompt) -> str:
        reel = turning()
        if reel is None:
            return await self._model.write(prompt)
        keep = _Keeper(reel, MODEL, model_question(prompt))
        with keep.failures():
            text = await self._model.write(prompt)
        keep({"text": text})
        return text

    async def fill(self, prompt: Prompt, form: type[Form], *, seen: Seen | None = None) -> Form:
        reel = turning()
        if reel is None:
            return await self._model.fill(prompt, form, seen=seen)
        keep = _Keeper(reel, MODEL, model_question(prompt, form))
        with keep.failures():
            filled = await self._model.fill(prompt, form, seen=None if seen is None else keep.watching(seen))
        keep({"form": filled.model_dump(mode="json")})
        return filled


class TapedKnowledge:
    """What a playbook asks of a `KnowledgeBase`; all else goes to the one behind it."""

    def __init__(self, knowledge: KnowledgeBase) -> None:
        self._knowledge = knowledge

    async def search(self, query: Query, *, limit: int) -> Findings:
        reel = turning()
        if reel is None:
            return await self._knowledge.search(query, limit=limit)
        keep = _Keeper(reel, KNOWLEDGE, questions.of_search(query, limit))
        with keep.failures():
            found = await self._knowledge.search(query, limit=limit)
        keep({"findings": FINDINGS.dump_python(found, mode="json")})
        return found

    async def replace(self, source: str, passages: Sequence[Passage]) -> None:
        await self._knowledge.replace(source, passages)

    async def count(self) -> int:
        return await self._knowledge.count()


async def reviewed(canceller: EchoCanceller, segment: Segment, reel: Reel) -> Segment | None:
    """The sentence cleaned of echo again; what it changes is kept."""
    if not reel.on:
        return await canceller.review(segment)
    keep = _Keeper(reel, ECHO, questions.of_review(segment))
    found = await canceller.review(segment)
    if found is None or found.pcm != segment.pcm:
        keep({"pcm": None if found is None else found.pcm.hex()})
    return found


def model_question(prompt: Prompt, form: type[Form] | None = None) -> str:
    """The digest of a question to a model; the same for two that `foresight` calls the same."""
    if form is not None:
        return questions.digest(MODEL, *question_of(prompt, form))
    return questions.digest(
        MODEL, prompt.name, prompt.language, prompt.instructions, *((one.label, one.text) for one in prompt.material)
    )


def note_usage(usage: Usage) -> None:
    """What an answer cost, told by the engine: it stands on the tape with it."""
    usages = _usages.get()
    if usages is not None:
        usages.append(usage)


class _Keeper:
    """Keeps the answer to one question."""

    def __init__(self, reel: Reel, port: str, question: str, about: str = "") -> None:
        self._reel = reel
        self._kept = (port, question, about)
        self._asked = reel.clock()
        self._usages: list[Usage] = []
        self._seen: list[tuple[float, Mapping[str, str]]] = []

    def __call__(self, answer: Mapping[str, Any]) -> None:
        took = self._reel.clock() - self._asked
        spent = {"usage": [asdict(usage) for usage in self._usages]} if self._usages else {}
        seen = {"seen": self._seen} if self._seen else {}
        self._reel.put(Answered(*self._kept, round(self._asked, 6), round(took, 6), {**answer, **spent, **seen}))

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Around the question: a failure is an answer too, and what it cost is noted."""
        token = _usages.set(self._usages)
        try:
            yield
        except EngineError as error:
            self({"error": error.code, "message": error.message})
            raise
        finally:
            _usages.reset(token)

    def watching(self, seen: Seen) -> Seen:
        """Told what is told while the answer is written."""

        def watched(texts: Mapping[str, str]) -> None:
            self._seen.append((round(self._reel.clock() - self._asked, 6), dict(texts)))
            seen(texts)

        return watched
