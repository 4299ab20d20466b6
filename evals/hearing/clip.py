"""A piece of speech with its words."""

from dataclasses import dataclass
from enum import StrEnum


class Part(StrEnum):
    """What a clip may be used for."""

    TUNE = "tune"
    """Numbers may be chosen by it."""
    HELD = "held"
    """Kept aside: figures are told of it, and nothing is chosen by it."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One sentence of one voice."""

    name: str
    pcm: bytes
    """House sound."""
    text: str
    language: str
    """Two letters."""
    voice: str
    part: Part
