"""What a sentence is an example of, learnt from a sheet of examples: the near ones weigh most, all of them count.

The law: an example that says nothing of a scale is an example of its first value, so that what is like nothing in
particular stays there.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable

import numpy as np
import numpy.typing as npt

from kitt_rtc.playbooks.sheets import read_rows
from kitt_rtc.ports import Embedder

_BATCH = 32
"""Examples placed at once: what is said meanwhile waits for no more."""
_WIDTH = 1.0
"""How fast an example loses its weight with distance."""
_RIDGE = 0.1
"""How little a single example bends the rest."""

Scales = Mapping[str, Sequence[str]]
"""The values of each scale; the first is what nothing tells."""
_Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Example:
    say: str
    values: Mapping[str, str]
    """By scale."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a sentence most probably is on one scale, apart from nothing."""

    value: str
    ahead: float
    """Of nothing; below zero, nothing is likelier."""
    apart: float
    """From the next likely value; infinite where the scale has no other."""


def read_examples(sheet: Traversable, name: str, scales: Scales) -> list[Example]:
    """Raises SettingsError with file and line."""
    examples = []
    for row in read_rows(sheet, name):
        row.only({*scales, "say"})
        values = {scale: row.choice(scale, scales[scale]) for scale in scales if scale in row.values}
        said = row.texts("say")
        if not said:
            raise row.error("'say' is missing: a row lists sentences")
        examples += [Example(sentence, values) for sentence in said]
    return examples


class Learnt:
    """Examples and where they lie; kernel ridge regression, solved once."""

    def __init__(self, scales: Scales, places: _Floats, weights: _Floats) -> None:
        self._scales = scales
        self._places = places
        self._weights = weights

    @classmethod
    async def of(cls, examples: Sequence[Example], scales: Scales, embedder: Embedder) -> "Learnt":
        """Raises EngineError. Two thousand examples keep a thread busy for half a second."""
        vectors: list[Sequence[float]] = []
        for start in range(0, len(examples), _BATCH):
            vectors += await embedder.embed([one.say for one in examples[start : start + _BATCH]])
        places = np.asarray(vectors, np.float32)
        wanted = np.hstack([_targets(examples, scale, values) for scale, values in scales.items()])
        return cls(scales, places, await asyncio.to_thread(_solved, places, wanted))

    def weigh(self, vector: Sequence[float]) -> Mapping[str, Weighed]:
        """By scale. A thousand examples cost a fraction of a millisecond."""
        # Not a product of matrices: BLAS wakes a thread a processor for one, and this thread waits for them all.
        cosines = np.einsum("ij,j->i", self._places, np.asarray(vector, np.float32))
        likely = np.einsum("i,ij->j", _near(cosines), self._weights)
        found, start = {}, 0
        for scale, values in self._scales.items():
            part = likely[start : start + len(values)]
            best = 1 + int(part[1:].argmax())
            others = np.delete(part[1:], best - 1)
            apart = part[best] - others.max(initial=-np.inf)
            found[scale] = Weighed(values[best], float(part[best] - part[0]), float(apart))
            start += len(values)
        return found


def _targets(examples: Sequence[Example], scale: str, values: Sequence[str]) -> _Floats:
    told = [values.index(one.values.get(scale, values[0])) for one in examples]
    return np.eye(len(values), dtype=np.float32)[told]


def _near(cosines: _Floats) -> _Floats:
    """Of vectors of unit length: 1 for the same, less the farther they lie apart."""
    near: _Floats = np.exp(2 * _WIDTH * (cosines - 1))
    return near


def _solved(places: _Floats, wanted: _Floats) -> _Floats:
    near = _near(places @ places.T).astype(np.float64)
    near[np.diag_indices_from(near)] += _RIDGE
    weights: _Floats = np.linalg.solve(near, wanted).astype(np.float32)
    return weights
