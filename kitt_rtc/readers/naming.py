"""Words without the names of people who are known: each becomes [name], however it is written."""

import re
from collections.abc import Iterable

from kitt_rtc.model.words import EMPTY_WORDS, fold

_WORD = re.compile(r"[^\W\d_]+")
_SEVERAL = re.compile(r"\[name\](?:[\s'’-]+(?:(?:de|du|des|la|le|van|von)\s+)*\[name\])+", re.IGNORECASE)
_SHORT = 3
"""Shorter names are words too ("Le", "An", "Jo"): only with a capital."""
_EMPTY = frozenset().union(*EMPTY_WORDS.values())


def nameless(text: str, people: Iterable[str]) -> str:
    """The text with [name] for every word of these names. A transcriber writes them small, and without accents."""
    names = {word for name in people for part in _WORD.findall(name) for word in fold(part).split()}

    def hidden(found: re.Match[str]) -> str:
        word = fold(found.group())
        plain = len(word) < _SHORT or word in _EMPTY
        named = word in names and (not plain or found.group()[0].isupper())
        return "[name]" if named else found.group()

    return _SEVERAL.sub("[name]", _WORD.sub(hidden, text))
