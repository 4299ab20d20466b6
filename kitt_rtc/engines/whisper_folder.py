"""What a folder of Whisper weights holds: what is missing or of another make is told before anything is loaded."""

import json
from pathlib import Path

from kitt_rtc.model.errors import EngineUnavailable

ENGINE = "whisper"
_FILES = ("model.bin", "config.json", "tokenizer.json")
_VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
_OTHERS = {
    "*.safetensors": "those of Transformers",
    "pytorch_model.bin": "those of Transformers",
    "*.pt": "OpenAI's own",
    "ggml*": "those of whisper.cpp",
    "*.gguf": "those of whisper.cpp",
}
"""Weights that faster-whisper cannot read, by their files."""
_CONVERT = (
    "convert with: ct2-transformers-converter --model FOLDER --output_dir NEW_FOLDER --quantization int8 "
    "--copy_files tokenizer.json preprocessor_config.json"
)
_POINTER = b"version http"
"""How a file begins that Git LFS has left in the place of a large one."""


def weights(name: str) -> Path:
    """A folder in which everything is there. Raises EngineUnavailable with what to do: what is missing would be looked
    for on the network, the folder itself included.
    """
    folder = Path(name)
    if not name or not folder.is_dir():
        raise _wrong("is not a folder: give the path of faster-whisper weights")
    missing = [file for file in _FILES if not (folder / file).is_file()]
    if not any((folder / file).is_file() for file in _VOCABULARIES):
        missing.append(_VOCABULARIES[0])
    if missing:
        other = next((whose for file, whose in _OTHERS.items() if any(folder.glob(file))), "")
        told = f" but {other} weights; {_CONVERT}" if other else ": give the path of faster-whisper weights"
        raise _wrong(f"holds no {missing[0]}{told}")
    with (folder / "model.bin").open("rb") as file:
        if file.read(len(_POINTER)) == _POINTER:
            raise _wrong("holds a pointer of Git LFS in the place of model.bin: fetch the file itself (git lfs pull)")
    if "model" not in _read(folder / "tokenizer.json"):
        raise _wrong("holds a tokenizer.json without a vocabulary: fetch it again")
    _read(folder / "config.json")
    return folder


def _read(path: Path) -> dict[str, object]:
    try:
        told = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise _wrong(f"holds a {path.name} that is not JSON: fetch it again") from error
    if not isinstance(told, dict):
        raise _wrong(f"holds a {path.name} that is not an object: fetch it again")
    return told


def _wrong(what: str) -> EngineUnavailable:
    return EngineUnavailable(ENGINE, f"WHISPER_FOLDER {what}")
