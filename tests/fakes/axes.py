"""An embedder whose sentences lie on the axes that a table names; those of one axis mean the same."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kitt_rtc.ports import Vector


@dataclass
class AxisEmbedder:
    """What stands in no row of the table lies on the first axis, with all that means nothing in particular."""

    axes: Sequence[Sequence[str]]
    asked: list[str] = field(default_factory=list)
    failure: Exception | None = None
    late: bool = False
    """It never answers."""

    @property
    def size(self) -> int:
        return len(self.axes) + 1

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        self.asked += texts
        if self.late:
            await asyncio.Event().wait()
        if self.failure is not None:
            raise self.failure
        return [self._vector(text) for text in texts]

    def _vector(self, text: str) -> Vector:
        place = self._places().get(text, 0)
        return tuple(float(axis == place) for axis in range(self.size))

    def _places(self) -> Mapping[str, int]:
        return {text: place for place, row in enumerate(self.axes, start=1) for text in row}
