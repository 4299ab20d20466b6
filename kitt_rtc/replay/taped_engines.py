"""Engines that answer from a tape: the same to the same question, after the same time.

The law: nothing is made up. A question that is not on the tape is refused as by an engine that fails, and counted.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from kitt_rtc.model.audio import AudioFrame
from kitt_rtc.model.errors import EngineError, EngineRefused, EngineTimeout, EngineUnavailable
from kitt_rtc.model.findings import Findings
from kitt_rtc.model.insight import Passage
from kitt_rtc.model.query import Query
from kitt_rtc.model.speech import Segment
from kitt_rtc.pipeline import spending
from kitt_rtc.pipeline.taping import ECHO, FINDINGS, KNOWLEDGE, MODEL, TRANSCRIBER, model_question
from kitt_rtc.ports import Form, Scores, Seen, Transcription, Usage
from kitt_rtc.prompts.prompt import Prompt
from kitt_rtc.tape import questions
from kitt_rtc.tape.records import Answered, VoiceHeard

_NEAR_SECONDS = 1.0
"""A question asked so much earlier than on the tape is answered when it was answered there."""
_EARLY_SECONDS = 6.0
"""A question may have been asked so long before its turn: then its answer is there so much sooner."""
_ERRORS = {kind.code: kind for kind in (EngineError, EngineRefused, EngineTimeout, EngineUnavailable)}


@dataclass(slots=True)
class Answers:
    """Of one tape, each given once while there are others left to the same question."""

    clock: Callable[[], float] = lambda: 0.0
    """Of the call that is replayed."""
    missing: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Questions that are not on the tape, by port."""
    otherwise: int = 0
    """Pieces of sound that were asked about with another hint, and answered as they were on the tape."""
    _by: dict[tuple[str, str], list[Answered]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, answers: Iterable[Answered]) -> "Answers":
        found = cls()
        for answer in answers:
            found._by[answer.port, answer.question].append(answer)
            if answer.about:
                found._by[answer.port, answer.about].append(answer)
        return found

    def find(self, port: str, question: str, about: str = "") -> Answered:
        """Raises EngineRefused where there is none."""
        known = self._by.get((port, question), [])
        if not known and about:
            known = self._by.get((port, about), [])
            self.otherwise += bool(known)
        if not known:
            self.missing[port] += 1
            raise EngineRefused(port, "not on the tape")
        now = self.clock()
        best = min(known, key=lambda one: abs(one.asked - now))
        if len(known) > 1:
            known.remove(best)
        return best

    @property
    def models(self) -> bool:
        """Did a model answer anything?"""
        return any(port == MODEL for port, _ in self._by)

    def has(self, port: str, question: str) -> bool:
        return bool(self._by.get((port, question)))

    def began(self, answer: Answered) -> float:
        """From when on its time counts: from when it was asked on the tape, if that was about now."""
        now = self.clock()
        about_now = -_NEAR_SECONDS <= now - answer.asked <= answer.took + _EARLY_SECONDS
        return answer.asked if about_now else now

    async def until(self, moment: float) -> None:
        """Of the call's clock."""
        await asyncio.sleep(max(0.0, moment - self.clock()))

    async def wait(self, answer: Answered) -> None:
        """Until its time has come."""
        await self.until(self.began(answer) + answer.took)


class TapeTranscriber:
    """Fits `ports.Transcriber`."""

    def __init__(self, answers: Answers, languages: frozenset[str] | None = None) -> None:
        """`languages`: what the taped one could write."""
        self.languages = languages
        self._answers = answers

    async def transcribe(
        self, pcm: bytes, *, language: str, hint: str, among: Collection[str] = (), terms: Sequence[str] = ()
    ) -> Transcription:
        sound = questions.of_sound(pcm, language)
        found = self._answers.find(TRANSCRIBER, questions.of_transcription(sound, hint, among, terms), sound)
        await self._answers.wait(found)
        _raise_failure(TRANSCRIBER, found.answer)
        answer = {name: found.answer[name] for name in ("text", "language", "confidence", "engine")}
        return Transcription(**answer, pieces=tuple(Scores(**piece) for piece in found.answer["pieces"]))


class TapeModel:
    """Fits `LanguageModel`."""

    def __init__(self, answers: Answers, name: str) -> None:
        self._answers = answers
        self.name = name

    async def write(self, prompt: Prompt) -> str:
        found = self._answers.find(MODEL, model_question(prompt))
        await self._answers.wait(found)
        _pay(found.answer)
        _raise_failure(MODEL, found.answer)
        return str(found.answer["text"])

    async def fill(self, prompt: Prompt, form: type[Form], *, seen: Seen | None = None) -> Form:
        found = self._answers.find(MODEL, model_question(prompt, form))
        await self._told(found, seen)
        _pay(found.answer)
        _raise_failure(MODEL, found.answer)
        return form.model_validate(found.answer["form"])

    async def _told(self, found: Answered, seen: Seen | None) -> None:
        """As it was written, piece by piece."""
        began = self._answers.began(found)
        if seen is not None:
            for after, texts in found.answer.get("seen", ()):
                await self._answers.until(began + after)
                seen(texts)
        await self._answers.until(began + found.took)


class TapeKnowledge:
    """What a playbook asks of a `KnowledgeBase`."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    async def search(self, query: Query, *, limit: int) -> Findings:
        found = self._answers.find(KNOWLEDGE, questions.of_search(query, limit))
        await self._answers.wait(found)
        _raise_failure(KNOWLEDGE, found.answer)
        return FINDINGS.validate_python(found.answer["findings"])

    async def replace(self, source: str, passages: Sequence[Passage]) -> None:
        raise EngineRefused(KNOWLEDGE, "a tape is not written to")

    async def count(self) -> int:
        return 0


class TapeDetector:
    """Fits `SpeechDetector`: says of each frame of a tape what was said of it then."""

    def __init__(self, speech: Mapping[int, bool]) -> None:
        """By the identity of the frame."""
        self._speech = speech

    @staticmethod
    def verdicts(heard: Iterable[object]) -> Mapping[int, bool]:
        return {id(one.frame): one.speech for one in heard if isinstance(one, VoiceHeard)}

    def hears(self, frame: AudioFrame) -> bool:
        return self._speech.get(id(frame), False)

    def close(self) -> None:
        """Nothing is held."""


class TapeCanceller:
    """Fits `EchoCanceller`: the frames of a tape are clean; what a second look changed is on it."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def played(self, frame: AudioFrame) -> None:
        """It made no difference any more."""

    def clean(self, frame: AudioFrame) -> AudioFrame:
        return frame

    async def review(self, segment: Segment) -> Segment | None:
        question = questions.of_review(segment)
        if not self._answers.has(ECHO, question):
            return segment
        found = self._answers.find(ECHO, question)
        await self._answers.wait(found)
        pcm = found.answer["pcm"]
        return None if pcm is None else replace(segment, pcm=bytes.fromhex(pcm))

    def close(self) -> None:
        """Nothing is held."""


def _pay(answer: Mapping[str, Any]) -> None:
    for usage in answer.get("usage", ()):
        spending.note_usage(Usage(**usage))


def _raise_failure(port: str, answer: Mapping[str, Any]) -> None:
    if "error" in answer:
        raise _ERRORS.get(answer["error"], EngineError)(port, str(answer["message"]))
