"""MediaTrack: one voice. Pushed into by a transport, listened to through taps.

The law: a push never waits, and a slow listener loses its own oldest frames and nobody else's.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator
from typing import Protocol

from kitt_rtc.media.resample import Resampler
from kitt_rtc.model.audio import FRAME_BYTES, FRAME_SECONDS, RATE, SAMPLE_BYTES, SILENCE, AudioFrame, Clock, seconds_of

logger = logging.getLogger(__name__)

LISTENING_FRAMES = 100
"""Two seconds: how far behind a listener may fall."""
_MOST_FILLED_SECONDS = 2.0
"""A longer hole is not filled, which would flood every listener: the time of the call moves on instead."""
_MAX_GAP_SECONDS = 10.0
"""A longer hole in the sender's time line is a jump of its clock, not lost sound."""
_SLACK_SECONDS = 0.010
"""Half a frame: smaller differences between time lines are rounding."""
_TOLD_FRAMES = 50
"""At DEBUG the log is told of every second of sound (contract L02)."""


class Sink(Protocol):
    """Whoever takes frames from a track. Called for every frame: must be quick and never wait."""

    def offer(self, frame: AudioFrame) -> None: ...
    def end(self) -> None: ...


class Tap:
    """A listener with a ring of its own: `async for frame in tap`."""

    def __init__(self, capacity: int = LISTENING_FRAMES) -> None:
        """`capacity` in frames of 20 ms."""
        self.dropped = 0
        """Frames lost because this listener was slow."""
        self._ring: deque[AudioFrame] = deque(maxlen=capacity)
        self._bell = asyncio.Event()
        self._ended = False

    def offer(self, frame: AudioFrame) -> None:
        if len(self._ring) == self._ring.maxlen:
            self.dropped += 1
        self._ring.append(frame)
        self._bell.set()

    def end(self) -> None:
        self._ended = True
        self._bell.set()

    async def __aiter__(self) -> AsyncIterator[AudioFrame]:
        while True:
            while self._ring:
                yield self._ring.popleft()
            if self._ended:
                return
            self._bell.clear()
            await self._bell.wait()


class MediaTrack:
    """One voice as house sound, cut into frames and stamped with the call's time."""

    def __init__(self, clock: Clock) -> None:
        self.lost_frames = 0
        """Frames that never came: silence, a guess, or a step in time."""
        self.last_push: float | None = None
        """Call time of the newest sound, for those who watch whether a voice still comes."""
        self._clock = clock
        self._sinks: tuple[Sink, ...] = ()
        self._taps: list[Tap] = []
        self._resampler: Resampler | None = None
        self._rest = bytearray()
        self._next_at: float | None = None
        self._origin: float | None = None
        self._expected: float = 0.0
        self._frames = self._told = 0
        self.ended = False

    @property
    def dropped_frames(self) -> int:
        """Frames that slow listeners lost, all taps together."""
        return sum(tap.dropped for tap in self._taps)

    def push(self, pcm: bytes, *, rate: int, channels: int = 1, at: float | None = None, lost: bool = False) -> None:
        """Take 16-bit sound of any rate, one or two channels. Never waits.

        `at` is the sender's own time line in seconds, of the first sample: a hole in it becomes silence of the same
        length, or when it is long a step in the frames' times, so that the call's time stays true. `lost` says that
        this sound is a guess at what never came.
        """
        if self.ended:
            return
        self.last_push = self._clock()
        if self._next_at is None:
            self._next_at = self.last_push
        if at is not None:
            self._fill_gap(at)
            self._expected = at + len(pcm) / (rate * channels * SAMPLE_BYTES)
        self.lost_frames += lost
        self._deliver(self._at_house_rate(pcm, rate, channels))

    def tap(self, capacity: int = LISTENING_FRAMES) -> Tap:
        """A new listener."""
        tap = Tap(capacity)
        self._taps.append(tap)
        self.attach(tap)
        return tap

    def attach(self, sink: Sink) -> None:
        """Have every frame offered to this sink from now on."""
        self._sinks = (*self._sinks, sink)
        if self.ended:
            sink.end()

    def detach(self, sink: Sink) -> None:
        self._sinks = tuple(known for known in self._sinks if known is not sink)

    def end(self) -> None:
        """The voice has left: listeners finish what they hold and stop."""
        if self.ended:
            return
        self.ended = True
        if self._resampler is not None:
            self._deliver(self._resampler.flush())
        self._tell()
        for sink in self._sinks:
            sink.end()

    def _at_house_rate(self, pcm: bytes, rate: int, channels: int) -> bytes:
        known = self._resampler
        if known is None or known.rate != rate or known.channels != channels:
            if known is not None:
                self._deliver(known.flush())
            known = self._resampler = Resampler(rate=rate, channels=channels)
            logger.debug("sound is converted", extra={"rate": rate, "channels": channels, "to_rate": RATE})
            # What it holds back is made up for at once, or each frame would wait for the packet behind it.
            due = len(pcm) // (SAMPLE_BYTES * channels) * RATE // rate
            return known.feed(pcm).rjust(due * SAMPLE_BYTES, b"\0")
        return known.feed(pcm)

    def _fill_gap(self, at: float) -> None:
        if self._origin is None:
            self._origin = self._expected = at
            return
        missing = at - self._expected
        if not _SLACK_SECONDS < missing <= _MAX_GAP_SECONDS:
            return
        self.lost_frames += max(1, round(missing / FRAME_SECONDS))
        filled = missing if missing <= _MOST_FILLED_SECONDS else _seconds_to_a_whole_frame(self._rest)
        self._deliver(bytes(round(filled * RATE) * SAMPLE_BYTES))
        if self._next_at is not None:
            self._next_at += missing - filled

    def _deliver(self, pcm: bytes) -> None:
        rest = self._rest
        rest += pcm
        at = self._next_at if self._next_at is not None else self._clock()
        used = 0
        while len(rest) - used >= FRAME_BYTES:
            piece = bytes(rest[used : used + FRAME_BYTES])
            used += FRAME_BYTES
            frame = AudioFrame(piece if piece != SILENCE else SILENCE, at)
            at += FRAME_SECONDS
            for sink in self._sinks:
                sink.offer(frame)
        if used:
            del rest[:used]
            self._frames += used // FRAME_BYTES
            if self._frames - self._told >= _TOLD_FRAMES:
                self._tell()
        self._next_at = at

    def _tell(self) -> None:
        """How much sound there has been, for whoever reads the log at DEBUG."""
        self._told = self._frames
        lost = {"lost_frames": self.lost_frames, "dropped_frames": self.dropped_frames}
        logger.debug("frames", extra={"frames": self._frames, **lost})


def _seconds_to_a_whole_frame(rest: bytearray) -> float:
    return seconds_of(bytes(-len(rest) % FRAME_BYTES))
