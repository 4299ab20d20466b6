"""Short sentences spoken by free voices, made when they are needed: flite for English, espeak-ng for French too."""

import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kitt_rtc.media.wav import read_wav


@cache
def spoken(text: str, *, voice: str = "slt") -> bytes:
    """House sound. `voice` is one of flite's (slt, rms, awb), or a language of espeak-ng's (en-us, fr)."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        if voice in {"slt", "rms", "awb"}:
            command = ["flite", "-voice", voice, "-t", text, "-o", str(path)]
        else:
            command = ["espeak-ng", "-v", voice, "-w", str(path), text]
        subprocess.run(command, check=True, capture_output=True)
        return read_wav(path.read_bytes())
