"""Resemblyzer's weights without Resemblyzer: read safely, and computed right."""

import pickle
import random
from importlib.util import find_spec
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from kitt_rtc.engines.torch_weights import read_weights
from kitt_rtc.engines.voiceprint import VoiceprintEncoder, VoiceprintOptions
from kitt_rtc.engines.voiceprint_network import Network
from kitt_rtc.media.g711 import to_pcm, to_ulaw
from kitt_rtc.model.errors import EngineUnavailable
from tests.sounds.spoken import spoken

EXPECTED_PLACES = [15, 137, 152, 168, 16]
EXPECTED = [0.21729, 0.186306, 0.18147, 0.174405, 0.165532]
SENTENCES = (
    "the camera does not record any more since yesterday evening",
    "could you please tell me where the recorder is installed",
    "we will send somebody to look at it on thursday morning",
)


def _nearness(one, other) -> float:
    return float(np.dot(one, other))


@pytest.mark.engines
async def test_R05_the_same_voice_is_nearer_than_another() -> None:
    encoder = VoiceprintEncoder()
    voices = {}
    for voice in ("slt", "rms", "awb"):
        told = await encoder.encode([to_pcm(to_ulaw(spoken(sentence, voice=voice))) for sentence in SENTENCES])
        assert all(vector is not None for vector in told)
        voices[voice] = told
    await encoder.close()
    same = [_nearness(a, b) for told in voices.values() for a, b in combinations(told, 2)]
    other = [_nearness(a, b) for one, two in combinations(voices.values(), 2) for a in one for b in two]
    assert min(same) > max(other)


@pytest.mark.engines
async def test_R05_too_short_or_silent_sound_is_of_nobody() -> None:
    encoder = VoiceprintEncoder()
    assert await encoder.encode([bytes(3_200), bytes(64_000), b""]) == [None, None, None]
    await encoder.close()


@pytest.mark.engines
def test_R05_the_network_thinks_what_pytorch_thinks() -> None:
    """The expected numbers are those of torch 2.13.0 on the same weights and spectra."""
    package = find_spec("resemblyzer")
    assert package is not None
    assert package.origin is not None
    network = Network.load(Path(package.origin).with_name("pretrained.pt"))
    chance = random.Random(1)
    rows = np.array([chance.gauss(0.0, 1.0) ** 2 * 0.01 for _ in range(160 * 40)], np.float32).reshape(1, 160, 40)
    (vector,) = network.vectors(rows)
    assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
    largest = np.argsort(vector)[::-1][:5]
    assert largest.tolist() == EXPECTED_PLACES
    assert vector[largest] == pytest.approx(EXPECTED, abs=1e-5)


def test_R05_weights_that_are_not_there_are_named(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="VOICES_WEIGHTS"):
        VoiceprintEncoder(VoiceprintOptions(str(tmp_path / "nowhere.pt")))


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not ours", b"\x80\x02K\x01."])
def test_R05_a_file_of_something_else_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "pretrained.pt"
    path.write_bytes(content)
    with pytest.raises(EngineUnavailable, match="not those we know"):
        VoiceprintEncoder(VoiceprintOptions(str(path)))


class Bomb:
    def __reduce__(self):
        return (Path.touch, (Path("exploded"),))


def test_R05_nothing_in_a_file_of_weights_is_executed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    magic = 0x1950A86A20F9469CFC6C
    content = [magic, 1001, {}, {"model_state": Bomb()}, []]
    Path("bomb.pt").write_bytes(b"".join(pickle.dumps(part, protocol=2) for part in content))
    with pytest.raises(ValueError, match="none needs"):
        read_weights(Path("bomb.pt"), "model_state")
    assert not Path("exploded").exists()
