"""What one person hears: several sources, mixed twenty milliseconds at a time.

Live voices go through a jitter buffer each and lose their oldest frames when they come too fast: old sound is
worthless. A spoken reply is queued whole and waits for room instead. A sound that is repeated, like music on hold,
plays until it is hushed.
"""

import asyncio
import time
from collections import deque

from kitt_rtc.media.hearing import Hearing
from kitt_rtc.media.jitter import JitterBuffer
from kitt_rtc.media.mix import mix
from kitt_rtc.media.track import Sink
from kitt_rtc.model.audio import FRAME_BYTES, SILENCE, AudioFrame, Clock

SPEECH_FRAMES = 1_500
"""30 s of synthesised speech."""


class Earpiece:
    """Filled by the bridge and the narrator, emptied by whoever keeps a leg's time."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        """`clock` tells seconds since any moment: how long a live frame has waited."""
        self.hushes = 0
        """How often something was forgotten: who keeps time empties the far end's buffer too."""
        self._clock = clock
        self.hearing = Hearing()
        """What became of prepared speech."""
        self._dropped = self._concealed = 0
        """Of voices that are gone."""
        self._voices: dict[str, JitterBuffer] = {}
        self._speeches: dict[str, deque[AudioFrame]] = {}
        self._loops: dict[str, _Loop] = {}
        self._sound = asyncio.Event()
        self._room = asyncio.Event()
        self._reserved: frozenset[str] = frozenset()
        self._sinks: tuple[Sink, ...] = ()
        self._closed = False

    @property
    def dropped(self) -> int:
        """Live frames that were left out: they came too fast to be heard."""
        return self._dropped + sum(voice.dropped for voice in self._voices.values())

    @property
    def concealed(self) -> int:
        """Live frames that were made good: they came too late, or their sender's clock is slow."""
        return self._concealed + sum(voice.concealed for voice in self._voices.values())

    def play(self, frame: AudioFrame, *, source: str) -> None:
        """A frame of a live voice. Never waits; a full source loses its oldest frame."""
        if not self._takes(source):
            return
        voice = self._voices.get(source)
        if voice is None:
            voice = self._voices[source] = JitterBuffer(self._clock)
        voice.put(frame)
        self._sound.set()

    async def say(self, frame: AudioFrame, *, source: str) -> None:
        """A frame of prepared speech: waits while thirty seconds of it are still unheard."""
        while self._takes(source) and len(self._speeches.get(source, ())) >= SPEECH_FRAMES:
            self._room.clear()
            await self._room.wait()
        if self._takes(source):
            self.hearing.expect(source)
            self._speeches.setdefault(source, deque()).append(frame)
            self._sound.set()

    def loop(self, pcm: bytes, *, source: str) -> None:
        """Repeat a sound of whole frames, from its beginning, until its source is hushed."""
        if self._takes(source) and pcm:
            self._loops[source] = _Loop(pcm)
            self._sound.set()

    def hush(self, source: str | None = None) -> None:
        """Forget what has not been heard yet, of one source or of all."""
        for voice in [*self._voices] if source is None else [source]:
            self._forget(voice)
        if source is None:
            self._speeches.clear()
            self._loops.clear()
        else:
            self._speeches.pop(source, None)
            self._loops.pop(source, None)
        self.hushes += 1
        self.hearing.ring()
        self._room.set()
        self._sound.set()

    def reserve(self, *sources: str) -> None:
        """Forget everything, and take nothing but these sources from now on; without any, take everything again."""
        self._reserved = frozenset(sources)
        self.hush()

    def pending(self, source: str) -> int:
        """Frames of this source that have not been heard yet."""
        return len(self._speeches.get(source, ())) + len(self._voices.get(source, ()))

    def next(self) -> AudioFrame | None:
        """The next twenty milliseconds, mixed; None when there is nothing to hear."""
        heard = [frame for voice in self._voices.values() if (frame := voice.next()) is not None]
        for source, speech in [*self._speeches.items()]:
            heard.append(speech.popleft())
            self.hearing.leave(source)
            if not speech:
                del self._speeches[source]
        heard.extend(loop.next() for loop in self._loops.values())
        self._room.set()
        played = AudioFrame(mix([frame.pcm for frame in heard]), heard[0].at) if heard else None
        for sink in self._sinks:
            sink.offer(AudioFrame(played.pcm if played else SILENCE, self._clock()))
        if played is None:
            self._sound.clear()
        return played

    def attach(self, sink: Sink) -> None:
        """Have everything offered to this sink that is heard from now on, and when, by the earpiece's clock."""
        self._sinks = (*self._sinks, sink)

    def detach(self, sink: Sink) -> None:
        self._sinks = tuple(known for known in self._sinks if known is not sink)

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
        for voice in [*self._voices]:
            self._forget(voice)
        self._speeches.clear()
        self._loops.clear()
        self.hearing.ring()
        self._sound.set()
        self._room.set()
        for sink in self._sinks:
            sink.end()

    def _takes(self, source: str) -> bool:
        return not self._closed and (not self._reserved or source in self._reserved)

    def _forget(self, source: str) -> None:
        voice = self._voices.pop(source, None)
        if voice is not None:
            self._dropped += voice.dropped
            self._concealed += voice.concealed


class _Loop:
    """A sound that goes round."""

    def __init__(self, pcm: bytes) -> None:
        self._pcm = pcm
        self._position = 0

    def next(self) -> AudioFrame:
        piece = self._pcm[self._position : self._position + FRAME_BYTES]
        self._position = (self._position + FRAME_BYTES) % len(self._pcm)
        return AudioFrame(piece, 0.0)
