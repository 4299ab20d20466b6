"""Hosted vectors from any server that speaks OpenAI's API."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kitt_rtc.engines.openai_client import OpenAIClient
from kitt_rtc.engines.openai_faults import ENGINE, OutOfForm
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.ports import Vector

_SIZES = {"text-embedding-3-small": 1_536, "text-embedding-3-large": 3_072, "text-embedding-ada-002": 1_536}
"""Numbers in a vector of OpenAI's own models."""


@dataclass(frozen=True, slots=True)
class EmbedderOptions:
    model: str = "text-embedding-3-small"
    size: int = 0
    """Numbers in a vector; 0: known for OpenAI's own models, else after the first call."""
    seconds: float = 8.0
    """Deadline of one batch, all tries together."""
    batch: int = 64
    """Texts in one request."""
    longest: int = 8_000
    """Characters of a text that are sent."""


class OpenAIEmbedder:
    """An embedding model. Its server says how long its vectors are."""

    def __init__(self, client: OpenAIClient, options: EmbedderOptions) -> None:
        self._client = client
        self._options = options
        self._size = options.size or _SIZES.get(options.model, 0)

    @property
    def size(self) -> int:
        """Raises EngineUnavailable while nobody knows: `embed` one text first."""
        if not self._size:
            raise EngineUnavailable(ENGINE, "the size of this model's vectors is known after its first answer")
        return self._size

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """In the order of the texts. Raises EngineError."""
        vectors: list[Vector] = []
        for start in range(0, len(texts), self._options.batch):
            vectors += await self._batch(texts[start : start + self._options.batch])
        return vectors

    async def _batch(self, texts: Sequence[str]) -> list[Vector]:
        # An empty text is refused by the API; a blank in its place means as little.
        sent = [text[: self._options.longest].strip() or "-" for text in texts]

        async def question(sdk: Any) -> list[Vector]:
            answer = await sdk.embeddings.create(model=self._options.model, input=sent)
            rows = sorted(answer.data, key=lambda row: row.index)
            if [row.index for row in rows] != list(range(len(sent))):
                raise OutOfForm("not one vector for each text")
            return [self._unit(row.embedding) for row in rows]

        return await self._client.ask(question, work="embed", seconds=self._options.seconds)

    def _unit(self, numbers: Any) -> Vector:
        vector = np.asarray(numbers, np.float32)
        length = float(np.linalg.norm(vector)) if vector.ndim == 1 else 0.0
        if not np.isfinite(length) or not length or (self._size and len(vector) != self._size):
            raise OutOfForm("not a vector of the size that was expected")
        self._size = len(vector)
        unit: list[float] = (vector / length).tolist()
        return unit
