"""Speech with its words, from what the machine can install or make. Nothing of it is ever committed.

Debian's recorded prompts (one professional speaker a language, with the list of what they say) are fetched by apt once
and kept in `.cache/hearing`; where apt cannot be had, so it says. Free voices are made by flite, espeak-ng and Pico.
"""

import gzip
import hashlib
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import numpy as np

from evals.hearing.clip import Clip, Part
from kitt_rtc.engines import pico
from kitt_rtc.media import g711
from kitt_rtc.media.files import read_sound
from kitt_rtc.media.resample import Resampler
from kitt_rtc.media.wav import read_wav
from kitt_rtc.model.audio import RATE, seconds_of

Band = Literal["wide", "phone"]
CACHE = Path(__file__).resolve().parents[2] / ".cache" / "hearing"
SHORTEST, LONGEST = 0.3, 15.0
"""Seconds of a clip that is used."""
_PHONE_RATE = 8_000
_HELD_SHARE = 2
"""One clip in so many is held back."""
_ENGLISH_VOICES = ("slt", "rms", "awb", "kal16")
"""flite's."""
_ESPEAK_VOICES = ("en-us", "en-gb", "en-us+f3", "en-gb+m7")
PICO = "fr-FR"
"""The name of Pico's French voice: Whisper's base model understands it, and not espeak-ng's."""
_FRENCH_VOICES = ("fr", "fr-be", "fr+f3", "fr+m7")


class CorpusMissing(Exception):
    """A corpus cannot be had on this machine; the sentence says what would help."""


def prompts(language: str, band: Band = "wide", *, part: Part | None = None) -> list[Clip]:
    """What one recorded speaker says on a telephone switchboard. Raises CorpusMissing.

    `language` is en, fr, es, it or ru; the 16 kHz takes, or what a telephone leaves of them.
    """
    clips = [clip for clip in _prompts(language) if part is None or clip.part is part]
    return clips if band == "wide" else [_by_phone(clip) for clip in clips]


def voices(sentences: Sequence[str], language: str, band: Band = "wide", *, part: Part | None = None) -> list[Clip]:
    """These sentences by every free voice of the language."""
    names = _FRENCH_VOICES if language == "fr" else (*_ENGLISH_VOICES, *_ESPEAK_VOICES)
    clips = [
        Clip(f"{voice}: {text}", speak(text, voice=voice), text, language, voice, part_of(text))
        for voice in names
        for text in sentences
    ]
    chosen = [clip for clip in clips if part is None or clip.part is part]
    return chosen if band == "wide" else [_by_phone(clip) for clip in chosen]


@cache
def speak(text: str, *, voice: str, speed: int = 165) -> bytes:
    """House sound of one of flite's voices (slt, rms, awb, kal16), of Pico's (PICO) or of espeak-ng's; `speed` in words
    a minute.
    """
    if voice == PICO:
        return _by_pico(text, speed)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        if voice in _ENGLISH_VOICES:
            stretch = f"duration_stretch={165 / speed:.3f}"
            command = ["flite", "-voice", voice, "--setf", stretch, "-t", text, "-o", str(path)]
        else:
            command = ["espeak-ng", "-v", voice, "-s", str(speed), "-w", str(path), text]
        try:
            subprocess.run(command, check=True, capture_output=True)
        except FileNotFoundError as error:
            raise CorpusMissing("flite and espeak-ng are missing: make tools") from error
        return read_wav(path.read_bytes())


def _by_pico(text: str, speed: int) -> bytes:
    program = str(Path(pico.__file__).with_name("pico_process.py"))
    command = [sys.executable, program, "-v", PICO, "-s", str(speed)]
    try:
        made = subprocess.run(command, input=text.encode(), check=True, capture_output=True)
    except subprocess.CalledProcessError as error:
        raise CorpusMissing("Pico's French voice is missing: pip install 'kitt-rtc[tts]'") from error
    return read_wav(made.stdout)


def telephone(pcm: bytes) -> bytes:
    """House sound after a telephone: 8 kHz, mu-law, and back."""
    down, up = Resampler(rate=RATE, to_rate=_PHONE_RATE), Resampler(rate=_PHONE_RATE)
    narrow = down.feed(pcm) + down.flush()
    wide = up.feed(g711.to_pcm(g711.to_ulaw(narrow)))
    return (wide + up.flush())[: len(pcm)].ljust(len(pcm), b"\0")


def with_noise(pcm: bytes, noise: bytes, *, decibels: float) -> bytes:
    """Speech over noise of the same length or longer, at this ratio of their powers."""
    speech = np.frombuffer(pcm, "<i2").astype(np.float64)
    hum = np.frombuffer(noise, "<i2").astype(np.float64)[: len(speech)]
    scale = np.sqrt(np.mean(speech**2) / max(np.mean(hum**2), 1e-9)) * 10 ** (-decibels / 20)
    return np.clip(speech + hum * scale, -32_768, 32_767).astype("<i2").tobytes()


@cache
def _prompts(language: str) -> tuple[Clip, ...]:
    folder = CACHE / f"prompts-{language}"
    if not folder.is_dir():
        _fetch(folder, f"asterisk-core-sounds-{language}", f"asterisk-core-sounds-{language}-g722")
    texts = _texts(next(folder.rglob("core-sounds-*.txt.gz")))
    found = []
    for path in sorted(folder.rglob("*.g722")):
        name = _name(path)
        text = texts.get(name, "")
        pcm = read_sound(path) if _is_speech(text) else b""
        if SHORTEST <= seconds_of(pcm) <= LONGEST:
            found.append(Clip(name, pcm, text, language, f"prompts-{language}", part_of(name)))
    return tuple(found)


def fetched(name: str, *packages: str) -> Path:
    """A folder with what these packages of Debian's hold. Raises CorpusMissing."""
    folder = CACHE / name
    if not folder.is_dir():
        _fetch(folder, *packages)
    return folder


def _fetch(folder: Path, *packages: str) -> None:
    """Unpacked, not installed: nothing of the machine changes."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder.parent) as name:
        try:
            _download(*packages, inside=name)
            for package in Path(name).glob("*.deb"):
                _run("dpkg", "-x", str(package), f"{name}/all", inside=name)
        except (FileNotFoundError, subprocess.CalledProcessError) as error:
            raise CorpusMissing(f"apt cannot fetch {packages[-1]}: Debian and its registry are needed") from error
        Path(name, "all").rename(folder)


def _download(*packages: str, inside: str) -> None:
    """A fresh machine may not know its registry's list yet."""
    try:
        _run("apt-get", "download", *packages, inside=inside)
    except subprocess.CalledProcessError:
        _run("apt-get", "update", "-qq", inside=inside)
        _run("apt-get", "download", *packages, inside=inside)


def _run(*command: str, inside: str) -> None:
    subprocess.run(command, cwd=inside, check=True, capture_output=True)


def _texts(path: Path) -> dict[str, str]:
    lines = gzip.decompress(path.read_bytes()).decode("utf-8", "replace").splitlines()
    pairs = (line.partition(":") for line in lines if not line.startswith(";"))
    return {name.strip(): text.strip() for name, colon, text in pairs if colon}


def _name(path: Path) -> str:
    """As the list has it: `digits/7`, `vm-intro`."""
    place = path.with_suffix("")
    return place.name if place.parent.parent.name == "sounds" else f"{place.parent.name}/{place.name}"


def _is_speech(text: str) -> bool:
    """Not the description of a sound ("[a beep]", "(silence)")."""
    return bool(text) and not re.search(r"[\[\](){}<>]", text)


def part_of(name: str) -> Part:
    """By its name alone, so that no clip ever changes sides."""
    return Part.HELD if hashlib.sha256(name.encode()).digest()[0] % _HELD_SHARE == 0 else Part.TUNE


def _by_phone(clip: Clip) -> Clip:
    return replace(clip, pcm=_telephoned(clip.pcm))


_telephoned: Callable[[bytes], bytes] = cache(telephone)
