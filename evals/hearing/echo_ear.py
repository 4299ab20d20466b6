"""The whole hearing of one microphone, with or without a canceller: what the embedded engine writes, and when."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from evals.hearing.echo_scene import Turn
from kitt_rtc.engines.echo import Canceller
from kitt_rtc.engines.energy import GatedDetector
from kitt_rtc.engines.moonshine import MoonshineTranscriber
from kitt_rtc.engines.silero import Silero
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, AudioFrame
from kitt_rtc.model.speech import Segment
from kitt_rtc.model.words import fold
from kitt_rtc.pipeline.segmenter import Segmenter

_AFTER_SECONDS = 0.75
"""An echo ends later than what was played."""


@dataclass(frozen=True, slots=True)
class Line:
    words: Sequence[str]
    """Folded."""
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Heard:
    lines: Sequence[Line]
    worked: float
    """Seconds of processor the canceller took."""

    def during(self, turn: Turn) -> list[Line]:
        """Whose middle lies in this turn."""
        return [line for line in self.lines if turn.start < (line.start + line.end) / 2 < turn.end + _AFTER_SECONDS]


class Ear:
    """On the embedded engines."""

    def __init__(self) -> None:
        """Raises EngineUnavailable."""
        self._engine = MoonshineTranscriber()
        self._silero = Silero()

    async def hear(self, microphone: bytes, far: bytes = b"", canceller: Canceller | None = None) -> Heard:
        """`far` is what was played, of the same length; it is nothing to an ear without a canceller."""
        segmenter = Segmenter(GatedDetector(self._silero.detector()))
        lines: list[Line] = []
        worked = 0.0
        for number, start in enumerate(range(0, len(microphone), FRAME_BYTES)):
            at = number * FRAME_SECONDS
            frame = AudioFrame(microphone[start : start + FRAME_BYTES], at)
            if canceller is not None:
                began = time.thread_time()
                canceller.played(AudioFrame(far[start : start + FRAME_BYTES], at))
                frame = canceller.clean(frame)
                worked += time.thread_time() - began
            lines += await self._written(segmenter.feed(frame), canceller)
        lines += await self._written(segmenter.flush(), canceller)
        return Heard(lines, worked)

    async def close(self) -> None:
        await self._engine.close()

    async def _written(self, closed: Segment | None, canceller: Canceller | None) -> list[Line]:
        segment = await canceller.review(closed) if closed and canceller else closed
        if segment is None:
            return []
        words = fold((await self._engine.transcribe(segment.pcm, language="en", hint="")).text).split()
        return [Line(words, segment.start, segment.end)] if words else []
