"""Short sentences spoken by free voices, made when needed: flite for English, espeak-ng and Pico for French."""

import subprocess
import sys
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from kitt_rtc.engines import pico
from kitt_rtc.media.wav import read_wav


@cache
def spoken(text: str, *, voice: str = "slt") -> bytes:
    """House sound. `voice` is one of flite's (slt, rms, awb), a language of espeak-ng's (en-us, fr), or Pico's fr-FR,
    whom a transcriber understands better.
    """
    if voice == "fr-FR":
        return _by_pico(text)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        if voice in {"slt", "rms", "awb"}:
            command = ["flite", "-voice", voice, "-t", text, "-o", str(path)]
        else:
            command = ["espeak-ng", "-v", voice, "-w", str(path), text]
        subprocess.run(command, check=True, capture_output=True)
        return read_wav(path.read_bytes())


def _by_pico(text: str) -> bytes:
    command = [sys.executable, str(Path(pico.__file__).with_name("pico_process.py")), "-v", "fr-FR", "-s", "150"]
    made = subprocess.run(command, input=text.encode(), check=True, capture_output=True)
    return read_wav(made.stdout)
