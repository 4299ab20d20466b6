"""Passages as points of a vector base: their numbers, their stable names, and the way back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from json import dumps
from typing import Any
from uuid import UUID, uuid5

import numpy as np
from numpy.typing import NDArray

from kitt_rtc.engines.lexicon import Lexicon
from kitt_rtc.engines.relevance import Weights, passage_weights
from kitt_rtc.model.insight import Passage
from kitt_rtc.ports import Vector

_NAMESPACE = UUID("5f0c6a52-6c1b-5b0e-9b0a-6b1d5a1f0c11")
Meanings = NDArray[np.float32] | None
"""A row a passage: as lists of numbers they would take eight times the memory."""
NEVER = 99_999_999
"""A day that does not come."""
_OF_THE_QUERY = frozenset({"score", "parts"})
_FIELDS = tuple(field.name for field in fields(Passage) if field.name not in _OF_THE_QUERY)


@dataclass(frozen=True, slots=True)
class Point:
    """A passage and its numbers."""

    id: str
    passage: Passage
    stems: Weights
    letters: Vector
    meaning: Vector | None
    """None without an embedder of meaning."""


def point_id(passage: Passage) -> str:
    """A UUID of what the passage's numbers are made of: another word, or another product, is another point.

    Another version or date is the same one, so that none of its numbers are made anew.
    """
    return str(uuid5(_NAMESPACE, dumps([passage.source, passage.product, text_of(passage)])))


def payload_of(passage: Passage) -> dict[str, str | int]:
    """The passage's fields, and its days as numbers that a server can compare."""
    said: dict[str, str | int] = {name: getattr(passage, name) for name in _FIELDS}
    return said | {"from_day": day_number(passage.valid_from, 0), "until_day": day_number(passage.valid_until, NEVER)}


def day_number(day: str, otherwise: int) -> int:
    """ "2026-11-29" is 20261129."""
    return int(day.replace("-", "")) if day else otherwise


def passage_of(payload: Mapping[str, Any] | None) -> Passage:
    """A field that the payload does not have is empty."""
    known: dict[str, Any] = {name: str((payload or {}).get(name, "")) for name in _FIELDS}
    return Passage(**known)


def text_of(passage: Passage) -> str:
    """What is embedded: the words, under the headings they stand under."""
    return "\n".join(part for part in (passage.title, passage.section, passage.text) if part)


def make_points(lexicon: Lexicon, passages: Sequence[Passage], meanings: Meanings = None) -> list[Point]:
    """Costs about a millisecond a passage. `meanings`: of each passage, or none at all."""
    points = []
    for place, passage in enumerate(passages):
        text = lexicon.units(f"{passage.section}\n{passage.text}")
        product = lexicon.units(passage.product) + lexicon.names(passage.product)
        stems = passage_weights(lexicon.units(passage.title), text, product)
        meaning = meanings[place].tolist() if meanings is not None else None
        points.append(Point(point_id(passage), passage, stems, lexicon.vector(text_of(passage)), meaning))
    return points
