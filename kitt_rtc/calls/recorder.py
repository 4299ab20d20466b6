"""The recording of one call: our side on the left, everybody else on the right, on the time line of the transcript.

The law: nothing of it is waited for by a voice. Frames are taken where they pass, laid down two seconds later at the
place their own time says, and written by the second in another thread. What comes while the recording is paused, or
while anybody is on hold, is never kept: there is silence of the same length.
"""

import asyncio
import logging
from collections import deque
from dataclasses import dataclass
from enum import StrEnum

from kitt_rtc.calls.call import Call
from kitt_rtc.media.stereo import LEFT, RIGHT, lay
from kitt_rtc.model.audio import FRAME_SECONDS, SILENCE, AudioFrame, Clock
from kitt_rtc.model.errors import CallOver, EngineError, EngineUnavailable
from kitt_rtc.model.facts import RecordingChanged, Trouble
from kitt_rtc.model.speech import Role
from kitt_rtc.ports import Leg, Recordings, Tape

logger = logging.getLogger(__name__)

LATE_SECONDS = 2.0
"""A frame that comes later than this has no place any more."""
_MOST_AT_ONCE = 500
"""Frames of the time line in one writing, ten seconds: what a disk that was away longer has missed is silence."""
_MOST_WAITING = 4_096
"""Frames of voices, 2.6 MB: eight people for ten seconds. More, and the oldest is lost."""
_OURS = frozenset({Role.REP, Role.SUPPORT_AGENT})


@dataclass(frozen=True, slots=True)
class RecorderOptions:
    always: bool = False
    """Is the call recorded without anybody asking for it?"""
    every: float = 1.0
    """Seconds between two writings."""


class Act(StrEnum):
    """What may be done to a recording."""

    START = "start"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"


_CHANGES = {
    (Act.START, "off"): "started",
    (Act.START, "paused"): "resumed",
    (Act.PAUSE, "on"): "paused",
    (Act.RESUME, "paused"): "resumed",
    (Act.STOP, "on"): "stopped",
    (Act.STOP, "paused"): "stopped",
}
"""What comes of an act, by the state it meets; every other act changes nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class _Sink:
    """One voice on its way to its channel."""

    recorder: "Recorder"
    channel: int

    def offer(self, frame: AudioFrame) -> None:
        self.recorder.take(self.channel, frame)

    def end(self) -> None:
        pass


class Recorder:
    """Records one call, or does not."""

    def __init__(
        self,
        call: Call,
        recordings: Recordings | None,
        options: RecorderOptions | None = None,
        *,
        clock: Clock | None = None,
    ) -> None:
        """`clock` is the call's own where none is given."""
        self.lost_frames = 0
        """Frames that came too late, or found no room."""
        self._call = call
        self._recordings = recordings
        self._options = options or RecorderOptions()
        self._clock = clock or call.clock
        self._tape: Tape | None = None
        self._frames: deque[tuple[int, AudioFrame]] = deque()
        self._since = 0.0
        """What was said before this moment of the call is not for the tape."""
        self._next = 0
        """The number of the first frame of the time line that is not on the tape."""
        self._stopped_at = 0.0
        self._bell = asyncio.Event()
        self._finished = self._failing = False
        self._fresh = not any(isinstance(entry.fact, RecordingChanged) for entry in call.journal.entries())

    @property
    def state(self) -> str:
        """ "off", "on" or "paused"."""
        return self._call.conversation.recording

    def join(self, leg: Leg) -> None:
        """From now on this voice is heard by the recording. A supervisor is heard by nobody."""
        role = leg.speaker.role if leg.speaker is not None else Role.UNKNOWN
        if role is not Role.SUPERVISOR:
            leg.microphone.attach(_Sink(self, LEFT if role in _OURS else RIGHT))

    def take(self, channel: int, frame: AudioFrame) -> None:
        """A frame of a voice; called for every one, so nothing is done here but keeping it."""
        known = self._call.conversation
        if known.recording != "on" or known.legs_held:
            self._since = self._clock()
            return
        if frame.pcm is SILENCE or frame.at < self._since:
            return
        if frame.at < self._next * FRAME_SECONDS - FRAME_SECONDS:
            self.lost_frames += 1
            return
        if len(self._frames) >= _MOST_WAITING:
            self._frames.popleft()
            self.lost_frames += 1
        self._frames.append((channel, frame))

    def change(self, act: Act) -> str:
        """Do this to the recording; its state afterwards. Doing it twice is doing it once.

        Raises CallOver, or EngineUnavailable where nothing can be recorded.
        """
        if self._recordings is None:
            raise EngineUnavailable("recorder", "nothing can be recorded here: the house has no place for it")
        if self._finished or self._call.over.is_set():
            raise CallOver("the call is over")
        change = _CHANGES.get((act, self.state))
        if change is not None:
            self._since = self._stopped_at = self._clock()
            self._call.record(RecordingChanged(change))
            self._bell.set()
        return self.state

    async def run(self) -> None:
        """Write what comes, until `finish`."""
        if self._recordings is None:
            return
        if self._options.always and self._fresh and not self._call.over.is_set():
            self.change(Act.START)
        while not self._finished:
            await self._wait()
            if self.state == "off":
                await self._write(self._recordings, self._stopped_at)
            else:
                await self._write(self._recordings, self._clock() - LATE_SECONDS)
        await self._write(self._recordings, self._stopped_at)
        if self.lost_frames:
            logger.warning("sound is missing in a recording", extra={"lost_frames": self.lost_frames})

    def finish(self) -> None:
        """Nobody speaks any more: `run` writes the rest and returns."""
        self._finished = True
        if self.state != "off":
            self._stopped_at = self._clock() + FRAME_SECONDS
        self._bell.set()

    async def _wait(self) -> None:
        """Until something is done to the recording; while there is one, for a moment only."""
        try:
            async with asyncio.timeout(None if self.state == "off" else self._options.every):
                await self._bell.wait()
        except TimeoutError:
            return
        self._bell.clear()

    async def _write(self, recordings: Recordings, until: float) -> None:
        """Lay down what belongs before this moment of the call. What fails is tried again with the next."""
        end = int(until / FRAME_SECONDS)
        begin = max(self._next, end - _MOST_AT_ONCE)
        if end <= begin:
            return
        self._leave_out(before=begin)
        try:
            if self._tape is None:
                self._tape = await recordings.open(self._call.id, fresh=self._fresh)
                self._fresh = False
            await self._tape.write(lay(self._frames, begin=begin, frames=end - begin), frame=begin)
        except EngineError as error:
            self._tell(error)
            return
        self._failing = False
        self._next = end
        self._frames = deque(voice for voice in self._frames if voice[1].at + FRAME_SECONDS > end * FRAME_SECONDS)

    def _leave_out(self, *, before: int) -> None:
        """Forget the frames whose place is written already."""
        kept = [voice for voice in self._frames if voice[1].at + FRAME_SECONDS > before * FRAME_SECONDS]
        self.lost_frames += len(self._frames) - len(kept)
        self._frames = deque(kept)

    def _tell(self, error: EngineError) -> None:
        """Once for every time that it goes wrong; not for every second that it does."""
        if not self._failing:
            self._call.record(Trouble("recorder", error.code, error.message))
        self._failing = True
