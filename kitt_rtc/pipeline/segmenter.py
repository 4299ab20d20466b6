"""Where speech begins and ends: frames in, segments out.

The law: it counts seconds of sound, never of clock. The end of speech closes a segment at once; the buffer lengths are
upper bounds (contract T10 to T12). What ends a sentence is the speaker's own pause: `pauses.py`.
"""

import secrets
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from kitt_rtc.media.mix import loudness
from kitt_rtc.model.audio import FRAME_SECONDS, AudioFrame
from kitt_rtc.model.speech import Segment, Stretch
from kitt_rtc.pipeline.pauses import Pauses
from kitt_rtc.ports import SpeechDetector

_ROUNDING = 1e-6
_FRESH_SECONDS = 3.0
"""Longer ago nobody asked what is now answered."""
_STILL_SECONDS = 0.3
"""A voice that was heard so lately speaks still: two listeners are never quite abreast."""


@dataclass(frozen=True, slots=True)
class SegmenterOptions:
    """All in seconds of sound."""

    pause: float = 0.4
    """Silence that ends a sentence of somebody whose pauses are not known yet."""
    buffer: float = 3.0
    """Once this much is held, `short_pause` is enough."""
    short_pause: float = 0.2
    """Beside `pause`; it grows and shrinks with what is learnt of that."""
    answer: float = 0.7
    """So much speech may be an answer ("yes"), if the other side has just spoken: `answer_pause` ends it."""
    answer_pause: float = 0.25
    turn: float = 0.8
    """Once the other side has broken in for so long it has taken the turn, and `turn_pause` is enough: a sign of
    listening is shorter."""
    turn_pause: float = 0.16
    max_buffer: float = 10.0
    """Unbroken speech is cut here, at the quietest point of its last second."""
    lead_in: float = 0.3
    """Kept before the first word: detectors wake late on soft beginnings, one in a hundred a quarter second late."""
    lead_out: float = 0.1
    """Kept behind the last word; the rest of the pause is trimmed."""
    least_speech: float = 0.1
    """Less speech than this is a click."""
    voice_loudness: float = 0.01
    """The quietest voice that takes the floor; RMS in parts of full scale (contract T16)."""


class Segmenter:
    """Cuts one voice into segments."""

    def __init__(
        self, detector: SpeechDetector, options: SegmenterOptions | None = None, pauses: Pauses | None = None
    ) -> None:
        """`pauses`: what is known of the speaker's, from segmenters before this one too."""
        self.heard = False
        """Did the detector call the last frame speech?"""
        self._detector = detector
        self._options = options or SegmenterOptions()
        self._pauses = pauses or Pauses()
        self._before: deque[AudioFrame] = deque(maxlen=_frames(self._options.lead_in))
        self._held: list[AudioFrame] = []
        self._id = ""
        """Of the segment that is open."""
        self._spoken = 0
        """Frames of speech among those held."""
        self._quiet = 0
        """Frames of silence at the end of those held."""
        self._last_at: float | None = None
        self._voice_at: float | None = None
        """When the last speech ended; None where a hole came since."""
        self._answers = False
        """Did the other side speak just before what is held?"""
        self._loud = 0
        """Frames among those held that are as loud as a voice; counted no further than it takes to tell one."""

    @property
    def speaking(self) -> bool:
        """Does somebody speak? Sure a tenth of a second after the first sound, until the pause that ends the sentence.

        A detector holds on to a cough for longer than it lasted, so that loud frames are counted, not those it calls
        speech.
        """
        return bool(self._held) and self._loud >= _frames(self._options.least_speech)

    @property
    def voiced(self) -> bool:
        """Was there speech in the last frame, of somebody who speaks?"""
        return self.speaking and not self._quiet

    @property
    def open(self) -> Segment | None:
        """What is held so far, under the id of the segment that it becomes; None between sentences, and for a click."""
        if self._spoken < _frames(self._options.least_speech):
            return None
        return self._segment(self._held, self._spoken)

    def feed(self, frame: AudioFrame, other: Stretch | None = None) -> Segment | None:
        """The next frame of the voice; the segment that it closes, if any. `other`: what the other side said last."""
        cut = self._at_hole(frame)
        speech = self.heard = self._detector.hears(frame)
        if not self._held and not speech:
            self._before.append(frame)
            return cut
        if not self._held:
            self._begin(frame, other)
        self._held.append(frame)
        self._count_loud([frame])
        self._spoken += speech
        self._quiet = 0 if speech else self._quiet + 1
        if speech:
            self._note_pause(frame)
        return cut or self._at_pause(other) or self._at_limit()

    def flush(self) -> Segment | None:
        """The sentence cut short when the voice leaves, if there is one. Gives the detector back."""
        self._detector.close()
        return self._close(self._held) if self._held else None

    def _at_hole(self, frame: AudioFrame) -> Segment | None:
        """Time in which nothing came is a pause: what was held ends before it, and begins anew behind it."""
        hole = self._last_at is not None and frame.at - self._last_at >= self._options.pause
        self._last_at = frame.at
        if not hole:
            return None
        segment = self._close(self._held) if self._held else None
        self._before.clear()
        self._voice_at = None
        return segment

    def _begin(self, frame: AudioFrame, other: Stretch | None) -> None:
        self._id = _new_id()
        self._held.extend(self._before)
        self._before.clear()
        self._count_loud(self._held)
        self._answers = (
            other is not None
            and frame.at - other.end <= _FRESH_SECONDS
            and (self._voice_at is None or self._voice_at < other.end)
        )

    def _note_pause(self, frame: AudioFrame) -> None:
        if self._voice_at is not None:
            self._pauses.note(frame.at - self._voice_at)
        self._voice_at = frame.at + FRAME_SECONDS

    def _count_loud(self, frames: Sequence[AudioFrame]) -> None:
        if not self.speaking:
            self._loud += sum(loudness(frame.pcm) >= self._options.voice_loudness for frame in frames)

    def _at_pause(self, other: Stretch | None) -> Segment | None:
        if not self._quiet or self._quiet * FRAME_SECONDS + _ROUNDING < self._pause(other):
            return None
        return self._close(self._held)

    def _pause(self, other: Stretch | None) -> float:
        """The silence that is enough now, in seconds."""
        options = self._options
        pause = self._pauses.limit(options.pause)
        if len(self._held) >= _frames(options.buffer):
            pause *= options.short_pause / options.pause
        elif self._answers and self._spoken <= _frames(options.answer):
            pause = min(pause, options.answer_pause)
        return min(pause, options.turn_pause) if other is not None and self._lost_turn(other) else pause

    def _lost_turn(self, other: Stretch) -> bool:
        """Has the other side broken in, and does it speak still?"""
        broke_in = other.start > self._held[0].at and other.seconds >= self._options.turn
        return broke_in and self._held[-1].at - other.end < _STILL_SECONDS

    def _at_limit(self) -> Segment | None:
        if len(self._held) < _frames(self._options.max_buffer):
            return None
        cut = _quietest_of_last_second(self._held)
        rest = self._held[cut:]
        spoken, loud, self._quiet = self._spoken, self._loud, 0
        segment = self._close(self._held[:cut])
        self._held, self._loud, self._id = rest, loud, _new_id()
        self._spoken = min(spoken, len(rest))
        return segment

    def _close(self, held: Sequence[AudioFrame]) -> Segment | None:
        spoken, quiet = self._spoken, self._quiet
        self._held, self._spoken, self._quiet, self._loud = [], 0, 0, 0
        self._before.extend(held[len(held) - quiet :])
        kept = held[: len(held) - max(0, quiet - _frames(self._options.lead_out))]
        if spoken < _frames(self._options.least_speech):
            return None
        return self._segment(kept, spoken)

    def _segment(self, frames: Sequence[AudioFrame], spoken: int) -> Segment:
        return Segment(
            id=self._id,
            pcm=b"".join(frame.pcm for frame in frames),
            start=frames[0].at,
            speech_seconds=round(spoken * FRAME_SECONDS, 3),
        )


def _new_id() -> str:
    return f"seg_{secrets.token_hex(6)}"


def _frames(seconds: float) -> int:
    return max(1, round(seconds / FRAME_SECONDS))


def _quietest_of_last_second(held: Sequence[AudioFrame]) -> int:
    """The index of the frame to cut at: nobody's word is split where the voice is lowest."""
    second = range(max(1, len(held) - _frames(1.0)), len(held))
    return min(second, key=lambda index: loudness(held[index].pcm))
