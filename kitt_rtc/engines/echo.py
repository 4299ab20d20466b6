"""The embedded echo canceller: a phone or laptop that plays the far side into its microphone makes no second speaker.

The law: nothing is changed before an echo has been found, or while the far end is silent. A sentence heard before its
echo was known, or hardly known, is cleaned again, in a thread, when it closes.
"""

import math
from collections import deque
from dataclasses import replace
from itertools import islice

import numpy as np

from kitt_rtc.engines.echo_review import EARLY, Stretch, voice_of
from kitt_rtc.engines.workers import Workers
from kitt_rtc.media.echo_delay import LOOK_SAMPLES, REACH_SAMPLES, DelayFinder
from kitt_rtc.media.echo_path import SHOWN_SAMPLES
from kitt_rtc.media.echo_remover import EchoRemover
from kitt_rtc.media.far_end import FarEnd
from kitt_rtc.media.mix import loudness
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SAMPLES, FRAME_SECONDS, FULL_SCALE, RATE, AudioFrame
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.speech import Segment

ENGINE = "echo"
_LOOKED_AT = LOOK_SAMPLES // FRAME_SAMPLES
_REVIEWED = 450
"""Frames that are kept to be cleaned again: nine seconds."""
_GROWN = 250
"""After so many frames of echo a path is well known."""
_WITHIN = RATE * 100 // 1_000
"""A peak that lies so far behind the path's beginning is still of the same path."""
_SOON, _SOMETIMES, _EAGER_LOOKS = 3, 10, 30
"""Frames between two looks, at first and later, and how many looks are the first."""
_STEPS = 5
"""Frames that are cleaned at once, at the most, until what was heard before is caught up with."""
_HEARD, _PLAYED = 0.002, 0.001
"""Loudness of a microphone, and of a far end, in which an echo is looked for."""
_REMAINS = 0.5
"""If so much of a frame's loudness remains, perhaps somebody speaks, and perhaps the echo has moved."""
_REVIEW_SECONDS = 1.5
"""A sentence that is not cleaned again by then is written down as it was heard."""


class EchoCancellation:
    """Makes cancellers, one a leg."""

    def __init__(self) -> None:
        self._workers = Workers(ENGINE, threads=1, waiting=32)

    def canceller(self) -> "Canceller":
        return Canceller(self._workers)

    async def close(self) -> None:
        """Wait for what has begun."""
        await self._workers.close()


class Canceller:
    """Of one leg. Costs nothing until something is played, and about 12 ms a second while it is."""

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._far = FarEnd()
        self._finder = DelayFinder(agreeing=3, looks=6)
        self._remover = EchoRemover()
        self._offset: int | None = None
        """What to add to the number of a microphone's sample for that of the far end's where the path begins."""
        self._grown = math.inf
        """Call time from which on a sentence needs no second look."""
        self._heard: deque[bytes] = deque(maxlen=_REVIEWED)
        self._behind: deque[bytes] = deque()
        """Frames that the path has not been shown yet; the last is the newest."""
        self._end = 0
        """Samples of the microphone so far."""
        self._due: float | None = None
        self._unplayed = 0
        """Samples of the microphone since the far end last played."""
        self._looks = self._rest = 0

    def played(self, frame: AudioFrame) -> None:
        self._far.put(frame)
        self._unplayed = 0

    def clean(self, frame: AudioFrame) -> AudioFrame:
        if len(frame.pcm) != FRAME_BYTES:
            return frame
        self._count(frame)
        if not self._far.end:
            return frame
        pcm = frame.pcm if self._offset is None else self._remove(frame.pcm, self._offset)
        self._search(frame.pcm, pcm)
        if self._grown == math.inf and self._remover.echoes > _GROWN:
            self._grown, self._heard = frame.at, deque(self._heard, maxlen=_LOOKED_AT)
        return frame if pcm is frame.pcm else AudioFrame(pcm, frame.at)

    async def review(self, segment: Segment) -> Segment | None:
        stretch = self._stretch(segment)
        if stretch is None:
            return segment
        try:
            found = await self._workers.run(stretch.clean, seconds=_REVIEW_SECONDS)
        except EngineError:
            return segment
        if found is None:
            return segment
        if self._offset is None:
            self._begin(found.offset, found.remover)
        behind = len(segment.pcm) - len(found.pcm)
        return voice_of(replace(segment, pcm=segment.pcm[:behind] + found.pcm), stretch.pcm)

    def close(self) -> None:
        self._heard.clear()
        self._behind.clear()

    def _count(self, frame: AudioFrame) -> None:
        hole = 0.0 if self._due is None else frame.at - self._due
        if hole >= FRAME_SECONDS / 2:
            self._end += round(hole * RATE)
            self._heard.clear()
            self._behind.clear()
        self._due = frame.at + FRAME_SECONDS
        self._end += FRAME_SAMPLES
        self._unplayed += FRAME_SAMPLES
        self._heard.append(frame.pcm)

    @property
    def _at_once(self) -> int:
        """What would have to be added to a microphone's number for the far end's if there were no delay."""
        return self._far.end + max(0, self._unplayed - FRAME_SAMPLES) - self._end

    def _begin(self, offset: int, remover: EchoRemover) -> None:
        self._offset, self._remover = offset, remover.again()
        self._finder = DelayFinder(agreeing=7, looks=10)
        self._behind = deque(self._latest())

    def _latest(self) -> list[bytes]:
        return [*islice(self._heard, max(0, len(self._heard) - _LOOKED_AT), None)]

    def _remove(self, pcm: bytes, offset: int) -> bytes:
        """The frame without echo, or as it was while the path is still shown what was heard before."""
        self._behind.append(pcm)
        heard = pcm
        for _ in range(min(_STEPS, len(self._behind))):
            end = self._end - (len(self._behind) - 1) * FRAME_SAMPLES
            far = self._far.window(end - SHOWN_SAMPLES + offset, SHOWN_SAMPLES)
            heard = self._remover.clean(far, self._behind.popleft())
        return pcm if self._behind else heard

    def _search(self, heard: bytes, left: bytes) -> None:
        """Look for an echo in what was heard, unless what is known of it takes it away."""
        self._rest -= 1
        if self._rest > 0 or len(self._heard) < _LOOKED_AT or loudness(heard) < _HEARD:
            return
        if self._offset is not None and (self._behind or loudness(left) < _REMAINS * loudness(heard)):
            self._rest = _SOON
            return
        place = self._look()
        if place is not None and (self._offset is None or not 0 <= self._offset - place <= _WITHIN):
            self._begin(place + min(EARLY, self._at_once - place), EchoRemover())

    def _look(self) -> int | None:
        first = self._end + self._at_once - LOOK_SAMPLES - REACH_SAMPLES
        far = self._far.window(first, LOOK_SAMPLES + REACH_SAMPLES)
        if float(np.dot(far, far)) < len(far) * (_PLAYED * FULL_SCALE) ** 2:
            return None
        self._looks += 1
        self._rest = _SOON if self._looks < _EAGER_LOOKS and self._offset is None else _SOMETIMES
        near = np.frombuffer(b"".join(self._latest()), "<i2").astype(np.float32)
        return self._finder.look(near, far, self._at_once)

    def _stretch(self, segment: Segment) -> Stretch | None:
        """As much of a sentence as is kept as it was heard; None where it need not be cleaned again."""
        if self._due is None or segment.start >= self._grown or not self._far.end:
            return None
        back = round((self._due - segment.start) / FRAME_SECONDS)
        skipped = max(0, back - len(self._heard))
        frames = len(segment.pcm) // FRAME_BYTES - skipped
        first = len(self._heard) - back + skipped
        pcm = b"".join(islice(self._heard, first, first + frames)) if frames > 0 else b""
        start = self._end - (back - skipped) * FRAME_SAMPLES
        far_start = start + self._at_once - REACH_SAMPLES
        far = self._far.window(far_start, len(pcm) // 2 + REACH_SAMPLES)
        if not pcm or float(np.sqrt(np.mean(far**2))) < _PLAYED * FULL_SCALE:
            return None
        return Stretch(pcm, start, far, far_start, self._offset, self._remover.again())
