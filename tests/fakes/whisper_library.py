"""Stands in for faster-whisper 1.2: a folder of weights names what it hears.

`model.bin` holds one "language probability" pair per line; what is written down says in which language it was asked.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass
class Info:
    language: str
    all_language_probs: list[tuple[str, float]] | None


@dataclass
class Piece:
    text: str
    start: float = 0.0
    end: float = 1.0
    no_speech_prob: float = 0.01
    avg_logprob: float = -0.2
    compression_ratio: float = 1.2


@dataclass
class Inner:
    is_multilingual: bool = True


@dataclass
class WhisperModel:
    folder: str
    device: str = "auto"
    compute_type: str = "default"
    cpu_threads: int = 0
    num_workers: int = 1
    local_files_only: bool = False
    model: Inner = field(default_factory=Inner)
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        pairs = [line.split() for line in Path(self.folder, "model.bin").read_text("ascii").splitlines()]
        self.likely = sorted(((name, float(share)) for name, share in pairs), key=lambda pair: -pair[1])
        self.model = Inner(is_multilingual=len(pairs) > 1)

    def transcribe(
        self,
        audio: Any,
        language: str | None = None,
        *,
        beam_size: int = 5,
        initial_prompt: str | None = None,
        hotwords: str | None = None,
        condition_on_previous_text: bool = True,
        without_timestamps: bool = False,
    ) -> tuple[Iterator[Piece], Info]:
        """The language is found at once; the words are computed while they are read, as in the library."""
        found = language or self.likely[0][0]
        words = f"in {found}, prompt {initial_prompt}, hot {hotwords}"
        return iter([Piece(words)]), Info(found, None if language else self.likely)
