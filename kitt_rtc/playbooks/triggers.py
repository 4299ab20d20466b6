"""Words, stems and patterns that mark a sentence, compiled once."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kitt_rtc.model.words import fold, sentences
from kitt_rtc.playbooks.sheets import Row

QUOTE_CHARACTERS = 110
"""A longer sentence is quoted around the words that marked it."""
TRIGGER_KEYS = frozenset({"words", "stems", "patterns", "unless"})
_WORDS_AROUND = 6
_TOKEN = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it was said, and folded: folding costs more than searching, and is done once."""

    text: str
    folded: str


def hear(text: str) -> list[Sentence]:
    """The sentences of a text, ready for any number of triggers."""
    return [Sentence(sentence, fold(sentence)) for sentence in sentences(text)]


@dataclass(frozen=True, slots=True)
class Trigger:
    """Finds the words that mark a sentence. Everything is compared folded: small, plain, without punctuation."""

    marks: re.Pattern[str] | None
    unless: re.Pattern[str] | None = None
    """A sentence that also holds this is not meant: "not expensive"."""

    @classmethod
    def of(cls, row: Row, *, required: bool = True) -> "Trigger":
        """From a row's `words` (whole words), `stems` (beginnings), `patterns` and `unless` (expressions)."""
        parts = [rf"{re.escape(fold(word))}\b" for word in row.texts("words")]
        parts += [rf"{re.escape(fold(stem))}\w*" for stem in row.texts("stems")]
        parts += [_checked(row, "patterns", pattern) for pattern in row.texts("patterns")]
        if required and not parts:
            raise row.error("nothing triggers it: give words, stems or patterns")
        exceptions = [_checked(row, "unless", pattern) for pattern in row.texts("unless")]
        return cls(_any_of(parts), _any_of(exceptions))

    def find(self, heard: Iterable[Sentence]) -> str:
        """The words of the first sentence that is marked, exactly as they stand there; empty when none is."""
        if self.marks is None:
            return ""
        marked = next(filter(self._is_marked, heard), None)
        return _quote(marked.text, self.marks) if marked else ""

    def is_in(self, heard: Iterable[Sentence]) -> bool:
        """Is a sentence marked? Cheaper than to quote it."""
        return any(map(self._is_marked, heard))

    def _is_marked(self, sentence: Sentence) -> bool:
        if self.marks is None or not self.marks.search(sentence.folded):
            return False
        return not (self.unless and self.unless.search(sentence.folded))


def _checked(row: Row, key: str, pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise row.error(f"the expression {pattern!r} is not valid: {error}", key) from error
    return f"(?:{pattern})"


def _any_of(parts: list[str]) -> re.Pattern[str] | None:
    return re.compile(rf"\b(?:{'|'.join(parts)})") if parts else None


def _quote(sentence: str, marks: re.Pattern[str]) -> str:
    """The sentence, or of a long one the stretch around the marked words."""
    if len(sentence) <= QUOTE_CHARACTERS:
        return sentence
    tokens = list(_TOKEN.finditer(sentence))
    folded, owners = "", list[int]()
    for number, token in enumerate(tokens):
        piece = fold(token.group())
        if piece:
            folded += piece + " "
            owners += [number] * (len(piece) + 1)
    found = marks.search(folded.strip())
    if not found:
        return sentence[:QUOTE_CHARACTERS].rsplit(" ", 1)[0]
    first = max(0, owners[found.start()] - _WORDS_AROUND)
    last = min(len(tokens) - 1, owners[max(found.start(), found.end() - 1)] + _WORDS_AROUND)
    return sentence[tokens[first].start() : tokens[last].end()]
