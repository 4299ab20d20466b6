"""Local Whisper: what is missing is told before anything is loaded, and nothing is ever downloaded."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from kitt_rtc.engines.whisper import WhisperOptions, WhisperTranscriber
from kitt_rtc.model.errors import EngineUnavailable

FILES = ("model.bin", "config.json", "tokenizer.json")


def fill(folder: Path) -> None:
    """What looks like weights and is none."""
    for name in FILES:
        (folder / name).write_bytes(b"not a model")


@pytest.mark.parametrize("name", ["", "large-v3"])
def test_a_folder_that_is_not_there_is_not_taken_for_a_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match="WHISPER_FOLDER is not a folder"):
        WhisperTranscriber(WhisperOptions(folder=name and str(tmp_path / name)))


@pytest.mark.parametrize("missing", FILES)
def test_a_folder_without_all_its_files_is_told_and_nothing_is_fetched(missing: str, tmp_path: Path) -> None:
    fill(tmp_path)
    (tmp_path / missing).unlink()
    with pytest.raises(EngineUnavailable, match=f"holds no {missing}"):
        WhisperTranscriber(WhisperOptions(folder=str(tmp_path)))


@pytest.mark.skipif(find_spec("faster_whisper") is not None, reason="faster-whisper is installed here")
def test_a_missing_library_is_told_with_the_command_that_installs_it(tmp_path: Path) -> None:
    fill(tmp_path)
    with pytest.raises(EngineUnavailable, match="pip install"):
        WhisperTranscriber(WhisperOptions(folder=str(tmp_path)))


@pytest.mark.skipif(find_spec("faster_whisper") is None, reason="needs faster-whisper")
async def test_weights_that_are_not_weights_are_told(tmp_path: Path) -> None:
    fill(tmp_path)
    engine = WhisperTranscriber(WhisperOptions(folder=str(tmp_path)))
    assert engine.languages is None
    with pytest.raises(EngineUnavailable, match="cannot read the weights"):
        await engine.warm()
    await engine.close()
