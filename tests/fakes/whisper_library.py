"""Stands in for faster-whisper 1.2: a folder of weights names what it hears.

`model.bin` holds one "language probability" pair per line; what is written down says in which language it was asked,
what stood before it, and how many seconds of window the network was given.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SPECIAL = 1 << 21
"""Ids from here on are names between angle brackets; below, letters."""


@dataclass
class Encoded:
    ids: list[int]


class Vocabulary:
    def __init__(self) -> None:
        self.names: list[str] = []

    def token_to_id(self, name: str) -> int:
        if name not in self.names:
            self.names.append(name)
        return _SPECIAL + self.names.index(name)

    def encode(self, text: str, add_special_tokens: bool = True) -> Encoded:
        assert not add_special_tokens
        return Encoded([ord(letter) for letter in text])

    def decode(self, ids: Sequence[int]) -> str:
        return "".join(chr(one) if one < _SPECIAL else self.names[one - _SPECIAL] for one in ids)


class Spectra:
    mel_filters = np.zeros((80, 1))

    def __call__(self, sound: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.zeros((80, len(sound) // 160 + 1), np.float32)


@dataclass
class Result:
    sequences_ids: list[list[int]]
    scores: list[float]
    no_speech_prob: float = 0.01


@dataclass
class Network:
    likely: list[tuple[str, float]]
    vocabulary: Vocabulary
    n_mels: int = 80

    @property
    def is_multilingual(self) -> bool:
        return len(self.likely) > 1

    def detect_language(self, frames: int) -> list[list[tuple[str, float]]]:
        return [[(f"<|{name}|>", share) for name, share in self.likely]]

    def generate(self, frames: int, prompts: list[list[int]], **options: Any) -> list[Result]:
        told = self.vocabulary.decode(prompts[0])
        before, _, task = told.rpartition("<|startoftranscript|>")
        language = task.removeprefix("<|").partition("|>")[0] if self.is_multilingual else "en"
        words = f"in {language}, after{before.removeprefix('<|startofprev|>') or ' nothing'}, {frames / 100:g} s"
        assert options["max_length"] > len(prompts[0])
        return [Result([self.vocabulary.encode(words, add_special_tokens=False).ids], [-0.2])]


@dataclass
class WhisperModel:
    folder: str
    device: str = "auto"
    compute_type: str = "default"
    cpu_threads: int = 0
    num_workers: int = 1
    local_files_only: bool = False
    hf_tokenizer: Vocabulary = field(default_factory=Vocabulary)
    feature_extractor: Spectra = field(default_factory=Spectra)

    def __post_init__(self) -> None:
        pairs = [line.split() for line in Path(self.folder, "model.bin").read_text("ascii").splitlines()]
        likely = sorted(((name, float(share)) for name, share in pairs), key=lambda pair: -pair[1])
        self.model = Network(likely, self.hf_tokenizer)

    def encode(self, spectra: NDArray[np.float32]) -> int:
        """Frames of the window."""
        return int(spectra.shape[-1])
