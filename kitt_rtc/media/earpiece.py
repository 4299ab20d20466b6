"""What one person hears: several sources, mixed twenty milliseconds at a time.

Live voices that arrive faster than they are heard lose their oldest frames: old sound is worthless. A spoken reply is
queued whole and waits for room instead. A sound that is repeated, like music on hold, plays until it is hushed.
"""

import asyncio
from collections import deque

from kitt_rtc.media.hearing import Hearing
from kitt_rtc.media.mix import mix
from kitt_rtc.model.audio import FRAME_BYTES, AudioFrame

LIVE_FRAMES = 10
"""200 ms of one live source."""
SPEECH_FRAMES = 1_500
"""30 s of synthesised speech."""


class Earpiece:
    """Filled by the bridge and the narrator, emptied by whoever keeps a leg's time."""

    def __init__(self) -> None:
        self.dropped = 0
        """Live frames that came too fast to be heard."""
        self.hushes = 0
        """How often something was forgotten: who keeps time empties the far end's buffer too."""
        self.hearing = Hearing()
        """What became of prepared speech."""
        self._sources: dict[str, deque[AudioFrame]] = {}
        self._loops: dict[str, _Loop] = {}
        self._sound = asyncio.Event()
        self._room = asyncio.Event()
        self._closed = False

    def play(self, frame: AudioFrame, *, source: str) -> None:
        """A frame of a live voice. Never waits; a full source loses its oldest frame."""
        if self._closed:
            return
        queue = self._sources.setdefault(source, deque())
        if len(queue) >= LIVE_FRAMES:
            queue.popleft()
            self.dropped += 1
        queue.append(frame)
        self._sound.set()

    async def say(self, frame: AudioFrame, *, source: str) -> None:
        """A frame of prepared speech: waits while thirty seconds of it are still unheard."""
        while not self._closed and len(self._sources.get(source, ())) >= SPEECH_FRAMES:
            self._room.clear()
            await self._room.wait()
        if not self._closed:
            self.hearing.expect(source)
            self._sources.setdefault(source, deque()).append(frame)
            self._sound.set()

    def loop(self, pcm: bytes, *, source: str) -> None:
        """Repeat a sound of whole frames, from its beginning, until its source is hushed."""
        if not self._closed and pcm:
            self._loops[source] = _Loop(pcm)
            self._sound.set()

    def hush(self, source: str | None = None) -> None:
        """Forget what has not been heard yet, of one source or of all."""
        if source is None:
            self._sources.clear()
            self._loops.clear()
        else:
            self._sources.pop(source, None)
            self._loops.pop(source, None)
        self.hushes += 1
        self.hearing.ring()
        self._room.set()
        self._sound.set()

    def pending(self, source: str) -> int:
        """Frames of this source that have not been heard yet."""
        return len(self._sources.get(source, ()))

    def next(self) -> AudioFrame | None:
        """The next twenty milliseconds, mixed; None when there is nothing to hear."""
        heard: list[AudioFrame] = []
        for source in list(self._sources):
            queue = self._sources[source]
            if queue:
                heard.append(queue.popleft())
                self.hearing.leave(source)
            if not queue:
                del self._sources[source]
        heard.extend(loop.next() for loop in self._loops.values())
        self._room.set()
        if not heard:
            self._sound.clear()
            return None
        return AudioFrame(mix([frame.pcm for frame in heard]), heard[0].at)

    async def wait_for_sound(self) -> None:
        """Until there is something to hear, or the earpiece is closed."""
        if not self._closed:
            await self._sound.wait()

    @property
    def closed(self) -> bool:
        return self._closed

    def close(self) -> None:
        """The person has left."""
        self._closed = True
        self._sources.clear()
        self._loops.clear()
        self.hearing.ring()
        self._sound.set()
        self._room.set()


class _Loop:
    """A sound that goes round."""

    def __init__(self, pcm: bytes) -> None:
        self._pcm = pcm
        self._position = 0

    def next(self) -> AudioFrame:
        piece = self._pcm[self._position : self._position + FRAME_BYTES]
        self._position = (self._position + FRAME_BYTES) % len(self._pcm)
        return AudioFrame(piece, 0.0)
