"""What was read in a text, so that each sentence of a call is read once and not at every turn; the text is not kept."""

from collections.abc import Callable
from hashlib import blake2b
from typing import Generic, TypeVar

Found = TypeVar("Found")

REMEMBERED = 2_000
"""Texts; the oldest make room. Some eighty calls' worth of what the context holds."""


class Memo(Generic[Found]):
    """Findings by the digest of their text. For one thread."""

    def __init__(self, read: Callable[[str, str], Found], remembered: int = REMEMBERED) -> None:
        """`read` takes the text and its language."""
        self._read = read
        self._remembered = remembered
        self._found: dict[bytes, Found] = {}

    def of(self, text: str, language: str) -> Found:
        digest = blake2b(f"{language} {text}".encode(), digest_size=16).digest()
        if digest not in self._found:
            if len(self._found) >= self._remembered:
                del self._found[next(iter(self._found))]
            self._found[digest] = self._read(text, language)
        return self._found[digest]
