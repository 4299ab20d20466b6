"""The texts of a form while they are written: one JSON object, read piece by piece.

The law: what is told here is for the eye alone. The whole answer is read anew and checked (`openai_forms.read_form`);
half a form is never taken for a whole one.
"""

import json
import re
from collections.abc import Mapping
from types import MappingProxyType

_THOUGHTS, _THOUGHT = "<think>", "</think>"
_MARK = re.compile(r'[{}\[\]",]')
_WHOLE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_SO_FAR = re.compile(r'"((?:[^"\\]|\\u[0-9a-fA-F]{4}|\\[^u])*)', re.DOTALL)
"""Without an escape that is only half there."""
_HALF_PAIR = re.compile("[\ud800-\udbff]$")
"""The first half of a character that is written as two."""


class FormReader:
    """Of one answer."""

    def __init__(self) -> None:
        self._raw = ""
        self._place = 0
        """Everything before it is read."""
        self._depth = 0
        self._name: str | None = None
        """The field whose value comes next; None: a name does."""
        self._texts: dict[str, str] = {}

    @property
    def texts(self) -> Mapping[str, str]:
        """By field of the form, in the order they were begun; the last one may still grow."""
        return MappingProxyType(self._texts)

    def feed(self, piece: str) -> bool:
        """Take what comes next; is any text longer now?"""
        before = dict(self._texts)
        self._raw += piece
        if not self._thinking():
            while self._step():
                pass
        return self._texts != before

    def _thinking(self) -> bool:
        """Some open models think aloud before they answer, with braces of their own."""
        start = self._raw.lstrip()[: len(_THOUGHTS)]
        if self._depth or not start or not _THOUGHTS.startswith(start):
            return False
        end = self._raw.find(_THOUGHT)
        self._place = max(self._place, end)
        return end < 0

    def _step(self) -> bool:
        """Read one mark or one whole text; False when what comes next is not there yet."""
        found = _MARK.search(self._raw, self._place)
        if found is None:
            self._place = len(self._raw)
            return False
        mark = found.group()
        if mark == '"':
            return self._text(found.start())
        self._place = found.end()
        self._depth += {"{": 1, "[": 1, "}": -1, "]": -1, ",": 0}[mark]
        if self._depth == 1 and mark in "{,":
            self._name = None
        return True

    def _text(self, start: int) -> bool:
        whole = _WHOLE.match(self._raw, start)
        found = whole or _SO_FAR.match(self._raw, start)
        assert found is not None
        self._place = start if whole is None else whole.end()
        if self._depth == 1:
            self._take(_plain(found.group(1)), whole=whole is not None)
        return whole is not None

    def _take(self, text: str, *, whole: bool) -> None:
        if self._name is not None:
            self._texts[self._name] = text
        elif whole:
            self._name = text


def _plain(inside: str) -> str:
    """What stands between the quotation marks; empty when it is no text of JSON."""
    try:
        text: str = json.loads(f'"{inside}"', strict=False)
    except ValueError:
        return ""
    return _HALF_PAIR.sub("", text)
