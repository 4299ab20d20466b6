"""How likely is it that two pieces of advice are one idea? By their meaning and by what each says alone.

The law: near in meaning and far in words is the same again in other words; near in meaning because the words are nearly
the same may be about another thing. So nearness counts by how little stands word for word, what has no counterpart in
the other text counts against, and another number, or a "not", counts more. Where most stands word for word, the few
words that do not decide (`alignment.py`): no vector tells "left" from "right".
"""

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from math import exp

import numpy as np
import numpy.typing as npt

from kitt_rtc.model.words import fold
from kitt_rtc.pipeline.alignment import align
from kitt_rtc.pipeline.counterparts import alone
from kitt_rtc.pipeline.senses import spoken_in
from kitt_rtc.pipeline.units import units_of

Vectors = Mapping[str, npt.NDArray[np.float64]]
"""Of unit length, by text."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Of two texts; the weights of these, learnt, have the same form."""

    retold: float
    """How near they are in meaning, by as much as they do not stand word for word."""
    counterparts: float
    """How near each word that stands alone comes to a word of the other text."""
    literal: float
    """The part that stands word for word; of two languages nothing does."""
    shared: float
    """The part of their weight that the sheet of senses finds in both."""
    translated: float
    """The same across two languages, where the sheet is surer."""
    opposed: float
    """1 where one denies what the other says, or has another of one kind."""
    figures: float
    """1 where the figures are others."""
    always: float = 1.0


WEIGHTS = Signs(
    retold=6.77,
    counterparts=5.79,
    literal=-5.81,
    shared=3.29,
    translated=-2.53,
    opposed=-1.67,
    figures=-1.36,
    always=-4.77,
)
"""Learnt by `python -m evals.coach.duplicates --learn`."""


_MOSTLY = 0.6
"""Of two texts in one language, so much word for word."""
_AS_GOOD_AS_SAID, _PERHAPS_ANOTHER_WORD_FOR_IT = 0.9, 0.3
"""How likely, where most stands word for word and the rest says nothing else, or does."""


def texts_to_place(one: str, other: str) -> list[str]:
    """Whose vectors `signs` wants."""
    return list(dict.fromkeys([one, other, *(unit.words for text in (one, other) for unit in units_of(text))]))


def signs(one: str, other: str, vectors: Vectors) -> Signs:
    """Of these two texts, by the vectors of `texts_to_place`."""
    words = align(one, other)
    across = _across(one, other)
    return Signs(
        retold=float(vectors[one] @ vectors[other]) * (1 - words.literal),
        counterparts=(_answered(one, other, vectors) + _answered(other, one, vectors)) / 2,
        literal=0.0 if across else words.literal,
        shared=words.shared,
        translated=words.shared if across else 0.0,
        opposed=float(words.opposed),
        figures=float(_figures(one) != _figures(other)),
    )


def sameness(one: str, other: str, vectors: Vectors) -> float:
    """0 to 1: so likely they are one idea."""
    words = align(one, other)
    if not _across(one, other) and words.literal >= _MOSTLY:
        return _AS_GOOD_AS_SAID if words.same() else _PERHAPS_ANOTHER_WORD_FOR_IT
    return likely(signs(one, other, vectors))


def likely(found: Signs, weights: Signs = WEIGHTS) -> float:
    """0 to 1, by these signs."""
    weighed = sum(value * weight for value, weight in zip(astuple(found), astuple(weights), strict=True))
    return 1.0 / (1.0 + exp(-weighed))


def _across(one: str, other: str) -> bool:
    """Two languages?"""
    spoken = spoken_in(one), spoken_in(other)
    return all(spoken) and spoken[0] != spoken[1]


def _answered(text: str, among: str, vectors: Vectors) -> float:
    """Of what `text` says alone, how near the other's nearest words come, in the mean; 1 where nothing is alone."""
    others = units_of(among)
    own = alone(units_of(text), others)
    if not own or not others:
        return 1.0 if not own else 0.0
    mine, theirs = (np.stack([vectors[unit.words] for unit in units]) for units in (own, others))
    return float(np.einsum("ik,jk->ij", mine, theirs).max(axis=1).mean())


def _figures(text: str) -> frozenset[str]:
    return frozenset(word for word in fold(text).split() if word.isdecimal())
