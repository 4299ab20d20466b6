"""pyannote's speaker embedding: what is missing is told before anything is loaded, and nothing is fetched or told.

No weights can be had here. Where the library is installed, a network of random numbers goes through its real files.
"""

import os
import socket
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from kitt_rtc.engines.pyannote import PyannoteEncoder, PyannoteOptions
from kitt_rtc.model.errors import EngineUnavailable
from tests.sounds.made import tone

INSTALLED = find_spec("pyannote") is not None and find_spec("pyannote.audio") is not None
needs_library = pytest.mark.skipif(not INSTALLED, reason="pyannote.audio is an extra: make test does not install it")


@pytest.mark.parametrize("name", ["", "wespeaker-voxceleb-resnet34-LM"])
def test_R05_a_folder_that_is_not_there_is_not_taken_for_a_name_on_the_hub(name: str, tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="PYANNOTE_FOLDER is not a folder"):
        PyannoteEncoder(PyannoteOptions(name and str(tmp_path / name)))


def test_R05_a_folder_without_the_model_is_told_by_the_file_it_lacks(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text("model: {}\n", "utf-8")
    with pytest.raises(EngineUnavailable, match=r"PYANNOTE_FOLDER holds no pytorch_model\.bin"):
        PyannoteEncoder(PyannoteOptions(str(tmp_path)))


@pytest.mark.skipif(INSTALLED, reason="pyannote.audio is here, so it cannot be missing")
def test_R05_a_missing_library_is_told_with_the_command_that_installs_it(tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(b"whatever")
    with pytest.raises(EngineUnavailable, match=r"pip install 'kitt-rtc\[pyannote\]'"):
        PyannoteEncoder(PyannoteOptions(str(tmp_path)))


@needs_library
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("content", [b"", b"not a model", b"PK\x03\x04 cut short"])
async def test_R05_a_file_of_something_else_is_told(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "pytorch_model.bin").write_bytes(content)
    engine = PyannoteEncoder(PyannoteOptions(str(tmp_path)))
    with pytest.raises(EngineUnavailable, match="cannot read"):
        await engine.warm()
    await engine.close()


def saved(model: object, folder: Path) -> None:
    """A model as the library gives it out: a checkpoint of its trainer."""
    import lightning
    import torch
    from pyannote.audio import __version__

    content = {"state_dict": model.state_dict(), "hyper_parameters": dict(model.hparams), "epoch": 0, "global_step": 0}
    content["pytorch-lightning_version"] = lightning.__version__
    content["pyannote.audio"] = {
        "versions": {"torch": torch.__version__, "pyannote.audio": __version__},
        "architecture": {"module": type(model).__module__, "class": type(model).__name__},
        "specifications": model.specifications,
    }
    torch.save(content, folder / "pytorch_model.bin")


@needs_library
@pytest.mark.filterwarnings("ignore")
async def test_R05_a_checkpoint_becomes_vectors_offline_and_untold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch
    from pyannote.audio.core.task import Problem, Resolution, Specifications
    from pyannote.audio.models.embedding import WeSpeakerResNet34

    torch.manual_seed(1)
    model = WeSpeakerResNet34()
    model.specifications = Specifications(Problem.REPRESENTATION, Resolution.CHUNK, 3.0, classes=["one", "two"])
    saved(model, tmp_path)

    def refused(*_: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setenv("PYANNOTE_METRICS_ENABLED", "1")
    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    engine = PyannoteEncoder(PyannoteOptions(str(tmp_path)))
    await engine.warm()
    assert os.environ["PYANNOTE_METRICS_ENABLED"].lower() in {"false", "0"}
    long, again, other, short, silent = await engine.encode(
        [tone(1.0), tone(1.0), tone(2.0, hertz=900), tone(0.2), bytes(64_000)]
    )
    await engine.close()
    assert (short, silent) == (None, None)
    assert long == pytest.approx(again)
    for vector in (long, other):
        assert np.linalg.norm(vector) == pytest.approx(1.0, abs=1e-5)
    assert np.dot(long, other) > 0.0


@needs_library
@pytest.mark.filterwarnings("ignore")
async def test_R05_a_model_that_is_no_speaker_embedding_is_told(tmp_path: Path) -> None:
    from pyannote.audio.core.task import Problem, Resolution, Specifications
    from pyannote.audio.models.segmentation.debug import SimpleSegmentationModel

    model = SimpleSegmentationModel()
    model.specifications = Specifications(Problem.MULTI_LABEL_CLASSIFICATION, Resolution.FRAME, 3.0, classes=["one"])
    model.build()
    saved(model, tmp_path)
    engine = PyannoteEncoder(PyannoteOptions(str(tmp_path)))
    with pytest.raises(EngineUnavailable, match="no speaker embedding"):
        await engine.warm()
    await engine.close()
