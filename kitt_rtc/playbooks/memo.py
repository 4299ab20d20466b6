"""What was read in a text, so that each sentence of a call is read once and not at every turn; the text is not kept."""

from collections.abc import Callable
from hashlib import blake2b
from threading import Lock
from typing import Generic, TypeVar

Found = TypeVar("Found")

REMEMBERED = 2_000
"""Texts; the oldest make room. Some eighty calls' worth of what the context holds."""


class Memo(Generic[Found]):
    """Findings by the digest of their text, for any thread: a lock is held where one makes room, and not to read."""

    def __init__(self, read: Callable[[str, str], Found], remembered: int = REMEMBERED) -> None:
        """`read` takes the text and its language."""
        self._read = read
        self._remembered = remembered
        self._found: dict[bytes, tuple[Found]] = {}
        self._room = Lock()

    def of(self, text: str, language: str) -> Found:
        digest = blake2b(f"{language} {text}".encode(), digest_size=16).digest()
        known = self._found.get(digest)
        if known is not None:
            return known[0]
        found = self._read(text, language)
        with self._room:
            if len(self._found) >= self._remembered:
                del self._found[next(iter(self._found))]
            self._found[digest] = (found,)
        return found
