"""Speak the sample calls again, with flite's free voices: `python -m evals.speak_samples`.

Each call's `call.yaml` holds the text. Out come one Ogg file per leg, all on one time line, and `timeline.json` with
the moment of every turn.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

from kitt_rtc.media.files import read_sound, write_sound
from kitt_rtc.model.audio import RATE, SAMPLE_BYTES, seconds_of

CALLS = Path(__file__).parent.parent / "kitt_rtc" / "samples" / "calls"
LEAD_IN = 1.5
"""Seconds of silence before the first word: the lines must be up."""


def speak(text: str, voice: str) -> bytes:
    """House sound of a sentence."""
    with tempfile.NamedTemporaryFile(suffix=".wav") as wav:
        subprocess.run(["flite", "-voice", voice, "-t", text, "-o", wav.name], check=True)
        return read_sound(wav.name)


def silence(seconds: float) -> bytes:
    return bytes(round(seconds * RATE) * SAMPLE_BYTES)


def make(folder: Path) -> float:
    """One call; its length in seconds."""
    call = yaml.safe_load((folder / "call.yaml").read_text("utf-8"))
    voices = {name: bytearray(silence(LEAD_IN)) for name in call["legs"]}
    timeline = []
    for turn in call["turns"]:
        spoken = speak(turn["text"], call["legs"][turn["leg"]]["voice"])
        start = seconds_of(voices[turn["leg"]])
        timeline.append({**turn, "start": round(start, 2), "end": round(start + seconds_of(spoken), 2)})
        for name, pcm in voices.items():
            pcm.extend(spoken if name == turn["leg"] else bytes(len(spoken)))
            pcm.extend(silence(turn["pause"]))
    for name, pcm in voices.items():
        write_sound(folder / call["legs"][name]["file"], bytes(pcm))
    (folder / "timeline.json").write_text(json.dumps(timeline, indent=1) + "\n", "utf-8")
    return seconds_of(next(iter(voices.values())))


def main() -> int:
    if shutil.which("flite") is None:
        print("flite is missing: apt-get install flite", file=sys.stderr)
        return 1
    for folder in sorted(path.parent for path in CALLS.glob("*/call.yaml")):
        print(f"{folder.name}: {make(folder):.1f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
