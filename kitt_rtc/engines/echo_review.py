"""A sentence that was heard before its echo was well known, cleaned again from its sound as it came."""

from dataclasses import dataclass, replace

import numpy as np

from kitt_rtc.engines.energy import SPEECH_LOUDNESS
from kitt_rtc.media.echo_delay import REACH_SAMPLES, delay
from kitt_rtc.media.echo_path import SHOWN_SAMPLES
from kitt_rtc.media.echo_remover import EchoRemover
from kitt_rtc.media.far_end import Samples
from kitt_rtc.media.mix import loudness
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SAMPLES, FRAME_SECONDS, RATE
from kitt_rtc.model.speech import Segment

EARLY = RATE * 24 // 1_000
"""A path begins so many samples before the highest peak, which may be a reflection."""
_LEAST_FRAMES = 7
"""Frames of a voice: fewer are what is left of an echo."""
_REMAINS = 0.25
"""So much of a frame's loudness is left where somebody speaks: of an echo alone less is."""
_LEAD_FRAMES = 10
"""Kept before and behind them."""


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch without its echo, and what was learnt on the way."""

    pcm: bytes
    offset: int
    remover: EchoRemover


@dataclass(frozen=True, slots=True)
class Stretch:
    """Sound of a microphone as it was heard, and what was played meanwhile and shortly before."""

    pcm: bytes
    start: int
    """The number of its first sample."""
    far: Samples
    far_start: int
    """The number of the far end's first sample."""
    offset: int | None
    """What to add to the one number for the other, where the path begins; None: not known."""
    remover: EchoRemover

    def clean(self) -> Found | None:
        """None where there is no echo. Costs about 30 ms a second: for a thread."""
        offset = self._find() if self.offset is None else self.offset
        if offset is None:
            return None
        played = self._played(offset)
        learnt = self.remover.again()
        learnt.clean_all(played, self.pcm)
        return Found(learnt.again().clean_all(played, self.pcm), offset, learnt)

    def _find(self) -> int | None:
        if len(self.pcm) < 2 * SHOWN_SAMPLES * 2:
            return None
        lag = delay(np.frombuffer(self.pcm, "<i2").astype(np.float32), self.far)
        return None if lag is None else self.far_start + REACH_SAMPLES - self.start - lag + min(EARLY, lag)

    def _played(self, offset: int) -> Samples:
        """From one frame before the stretch to its end, where the path begins; silence where nothing is known."""
        count = len(self.pcm) // FRAME_BYTES * FRAME_SAMPLES + FRAME_SAMPLES
        first = self.start - FRAME_SAMPLES + offset - self.far_start
        shown = np.zeros(count, np.float32)
        known = self.far[max(0, first) : max(0, first + count)]
        shown[max(0, -first) :][: len(known)] = known
        return shown


def voice_of(segment: Segment, heard: bytes) -> Segment | None:
    """From a little before the first frame of a voice to a little behind the last; None where nobody speaks.

    `heard` is the end of the segment's sound as it was before it was cleaned.
    """
    pieces, before = _frames(segment.pcm), _frames(heard)
    skipped = len(pieces) - len(before)
    loud = [
        number
        for number, piece in enumerate(pieces)
        if loudness(piece) >= SPEECH_LOUDNESS
        and (number < skipped or loudness(piece) >= _REMAINS * loudness(before[number - skipped]))
    ]
    if len(loud) < _LEAST_FRAMES:
        return None
    first = max(0, loud[0] - _LEAD_FRAMES)
    pcm = b"".join(pieces[first : loud[-1] + _LEAD_FRAMES + 1])
    voice = replace(segment, pcm=pcm, start=segment.start + first * FRAME_SECONDS)
    spoken = segment.speech_seconds
    return voice if spoken is None else replace(voice, speech_seconds=min(spoken, voice.seconds))


def _frames(pcm: bytes) -> list[bytes]:
    return [pcm[start : start + FRAME_BYTES] for start in range(0, len(pcm), FRAME_BYTES)]
