"""What was read in a text, so that each sentence of a call is read once and not at every turn; the text is not kept."""

from collections.abc import Callable
from hashlib import blake2b
from threading import Lock
from typing import Generic, TypeVar

Found = TypeVar("Found")

REMEMBERED = 2_000
"""Texts; the oldest make room. Some eighty calls' worth of what the context holds."""


class Memo(Generic[Found]):
    """Findings by the digest of their text. For the loop and the threads that read beside it."""

    def __init__(self, read: Callable[[str, str], Found], remembered: int = REMEMBERED) -> None:
        """`read` takes the text and its language."""
        self._read = read
        self._remembered = remembered
        self._found: dict[bytes, Found] = {}
        self._making_room = Lock()

    def of(self, text: str, language: str) -> Found:
        digest = blake2b(f"{language} {text}".encode(), digest_size=16).digest()
        with self._making_room:
            if digest in self._found:
                return self._found[digest]
        found = self._read(text, language)  # outside: nobody waits for another's text
        with self._making_room:
            if len(self._found) >= self._remembered and digest not in self._found:
                del self._found[next(iter(self._found))]
            return self._found.setdefault(digest, found)
