"""Are signs of listening told from answers that sound the same? Two free voices through detector, floor and scribe.

The other side talks on and the word falls into its talk, or into a breath of it; or it asks, and the word answers,
whether it then waits or goes on at once. English, for its words are written down by the embedded engine.
"""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from evals.figure import Figure
from evals.hearing.corpora import CorpusMissing, speak
from evals.hearing.talk import frames_of, trimmed
from kitt_rtc.calls.floor import Floor
from kitt_rtc.engines.energy import GatedDetector
from kitt_rtc.engines.moonshine import MoonshineTranscriber
from kitt_rtc.engines.silero import Silero
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, RATE, SAMPLE_BYTES
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.model.facts import CallStarted, Entry, Fact, UtteranceHeard
from kitt_rtc.model.speech import Role, Segment, Speaker
from kitt_rtc.pipeline.scribe import Scribe
from kitt_rtc.pipeline.segmenter import Segmenter

_WORDS = ("Yeah.", "Right.", "Okay.", "I see.", "Mm hmm.", "Yes.", "Sure.", "Exactly.")
_TOLD = (
    "The recorder keeps thirty days of pictures on its own disk and then the oldest are written over.",
    "We come by on Monday morning with the new camera and take the old one back to our workshop.",
    "The price covers the visit and the parts and one year of support by telephone for your team.",
    "Most of our clients begin with one site and add the others once the first one runs well.",
)
_ASKED = (
    "Is the red light still on?",
    "Do you have the recorder in front of you?",
    "Can you see the picture of camera four?",
    "Would Monday morning suit you?",
)
_VOICES = (("rms", "slt"), ("slt", "rms"), ("awb", "slt"))
"""The other side, and whose word it is."""
_WRITTEN_AFTER = 0.3
"""Seconds until what was said is known."""
_OTHER, _SELF = Speaker("REP", Role.REP), Speaker("CLIENT", Role.CUSTOMER)
_MISTAKEN_SHARE = 2.0
"""Of a hundred answers, at most so many may be lost."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What both sides say, each from the start."""

    kind: str
    other: bytes
    word: bytes


async def figures(silero: Silero, *, quick: bool) -> Sequence[Figure]:
    """Words in talk, and words that answer."""
    try:
        scribe = Scribe(engine := MoonshineTranscriber())
    except EngineUnavailable as error:
        return [Figure("answers taken for signs of listening", None, "%", note=error.message)]
    found: dict[str, list[bool]] = {}
    try:
        scenes = await asyncio.to_thread(lambda: list(_scenes(quick=quick)))
        for scene in scenes:
            word = await _written(scene, silero, scribe)
            if word is not None:
                found.setdefault(scene.kind, []).append(word.utterance.backchannel)
    except CorpusMissing as error:
        return [Figure("answers taken for signs of listening", None, "%", note=str(error))]
    finally:
        await engine.close()
    answers = found["answer"] + found["answer, and on"]
    return [
        Figure("answers taken for signs of listening", _share(answers), "%", _MISTAKEN_SHARE, note=_count(answers)),
        *[
            Figure(f"signs of listening known, {kind}", _share(known), "%", note=_count(known))
            for kind, known in found.items()
            if not kind.startswith("answer")
        ],
    ]


def _scenes(*, quick: bool) -> Iterator[Scene]:
    for number, word in enumerate(_WORDS[::2] if quick else _WORDS):
        for other, own in _VOICES[:1] if quick else _VOICES:
            nod = trimmed(speak(word, voice=own))
            told, more = (trimmed(speak(_TOLD[(number + shift) % 4], voice=other)) for shift in (0, 1))
            asked = trimmed(speak(_ASKED[number % 4], voice=other))
            yield Scene("in talk", told, _later(2.0, nod))
            yield Scene(
                "in a breath", told + _silence(0.15) + _room_for(nod) + more, _later(_seconds(told) + 0.15, nod)
            )
            yield Scene("answer", asked, _later(_seconds(asked) + 0.4, nod))
            yield Scene(
                "answer, and on", asked + _silence(0.4) + _room_for(nod) + more, _later(_seconds(asked) + 0.3, nod)
            )


async def _written(scene: Scene, silero: Silero, scribe: Scribe) -> UtteranceHeard | None:
    """The word as it was written down; None when it was not heard, or as something else than a sign of listening."""
    floor, sides = Floor(), {"other": Segmenter(GatedDetector(silero.detector()))}
    sides["word"] = Segmenter(GatedDetector(silero.detector()))
    length = max(len(scene.other), len(scene.word)) + 2 * RATE * SAMPLE_BYTES
    talks = {"other": frames_of(scene.other.ljust(length, b"\0")), "word": frames_of(scene.word.ljust(length, b"\0"))}
    known = Conversation().after(Entry(1, 0.0, CallStarted("call", "coaching", "en", 0.0)))
    coming: list[tuple[float, Fact]] = []
    for _ in range(length // FRAME_BYTES):
        for leg, segmenter in sides.items():
            frame = next(talks[leg])
            segment = segmenter.feed(frame, floor.other(leg))
            if segmenter.voiced:
                floor.hear(leg, frame.at, frame.at + FRAME_SECONDS)
            if segment is None:
                continue
            facts = await scribe.write(_placed(segment, leg, floor), known)
            if leg == "word":
                return next((fact for fact in facts if isinstance(fact, UtteranceHeard)), None)
            coming += [(frame.at + _WRITTEN_AFTER, fact) for fact in facts]
        while coming and coming[0][0] <= frame.at:
            known = known.after(Entry(2, 0.0, coming.pop(0)[1]))
    return None


def _placed(segment: Segment, leg: str, floor: Floor) -> Segment:
    speaker = _SELF if leg == "word" else _OTHER
    return replace(segment, speaker=speaker, amid=floor.amid(leg, segment.start, segment.end))


def _room_for(nod: bytes) -> bytes:
    """The time a word takes, and a tenth of a second."""
    return _silence(_seconds(nod) + 0.1)


def _later(seconds: float, pcm: bytes) -> bytes:
    return _silence(seconds) + pcm


def _silence(seconds: float) -> bytes:
    return bytes(round(seconds * RATE) * SAMPLE_BYTES)


def _seconds(pcm: bytes) -> float:
    return len(pcm) / SAMPLE_BYTES / RATE


def _share(found: Sequence[bool]) -> float:
    return round(100.0 * sum(found) / len(found), 1)


def _count(found: Sequence[bool]) -> str:
    return f"{len(found)} words of free voices, written by the embedded engine"
