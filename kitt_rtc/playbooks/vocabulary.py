"""Ideas and the words that stand for them in one language, from `cards/<language>/words.yaml`.

A trigger names an idea as `<boss>`; whatever stands for it in the sheet is then meant. Words of the idea `filler` are
left out of a sentence before anything is looked for in it.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from itertools import pairwise
from types import MappingProxyType

from kitt_rtc.model.words import fold
from kitt_rtc.playbooks.sheets import Row, read_rows

NUMBER, NAME = "number", "name"
"""Ideas that need no sheet: a word with a digit in it; a capital within a sentence (except for `not_a_name`)."""
_SEEN_NUMBER, _SEEN_NAME = _SEEN = f"<{NUMBER}>", f"<{NAME}>"
_KEYS = frozenset({"id", "words", "stems", "also"})
_TOKEN = re.compile(r"\S+")
_PAUSE = re.compile(r"[,;:]$|^[-–—]+$")
_APOSTROPHE = re.compile(r"['’]")

Span = tuple[int, int]
"""From the number of a first word to before that of a last."""
Term = tuple[str, ...]
"""Folded words in a row; a last one that ends in a star is a beginning."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence as it was said, with the words that count and the ideas they stand for."""

    text: str
    words: Sequence[str]
    """Folded, without fillers."""
    places: Sequence[Span]
    """Where each stands in the text, in characters, with the signs around it."""
    order: Sequence[int]
    """The number of each among all words of the sentence."""
    pauses: frozenset[int]
    """The words that come after a comma."""
    found: Mapping[str, Sequence[Span]]
    """Ideas and other sought terms, and where they stand."""

    def spans(self, name: str) -> Sequence[Span]:
        return self.found.get(name, ())

    def clauses(self) -> Sequence[range]:
        """The words between two pauses, by their numbers."""
        ends = sorted({0, *self.pauses, len(self.words)})
        return [range(start, stop) for start, stop in pairwise(ends)]


class Vocabulary:
    """Learns terms while cards are loaded; then finds all of them in a sentence, in one pass."""

    def __init__(self, ideas: Mapping[str, Sequence[Term]] = MappingProxyType({})) -> None:
        self._ideas = dict(ideas)
        self._fillers = frozenset(self._ideas.pop("filler", ()))
        self._no_names = frozenset(self._ideas.pop("not_a_name", ()))
        self._by_word: dict[str, list[tuple[Term, list[str]]]] = defaultdict(list)
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        self._longest_filler = max(map(len, self._fillers), default=0)
        self._known: set[str] = set()
        for idea, terms in self._ideas.items():
            self._teach(idea, terms)

    @classmethod
    def load(cls, sheet: Traversable, name: str) -> "Vocabulary":
        """Raises SettingsError with file and line; without the sheet there are no ideas."""
        return cls(_ideas(read_rows(sheet, name)) if sheet.is_file() else {})

    def knows(self, idea: str) -> bool:
        return idea in self._ideas or idea in {NUMBER, NAME}

    def is_filler(self, word: str) -> bool:
        return _term(word) in self._fillers

    def denies(self, alternatives: str) -> bool:
        """Is one of these words or ideas a "not"?"""
        nots = set(self._ideas.get("not", ()))
        return any(self._terms_of(one) <= nots for one in alternatives.split("|"))

    def _terms_of(self, alternative: str) -> set[Term]:
        """What a word, or an idea in brackets, stands for; an idea nobody knows stands for what is never said."""
        if alternative.startswith("<"):
            return set(self._ideas.get(alternative.strip("<>"), [()]))
        return {_term(alternative.replace("_", " "))}

    def seek(self, alternatives: str) -> str:
        """Have `word|stem*|<idea>` looked for from now on; the name under which it will be found."""
        if alternatives not in self._known:
            terms: list[Term] = []
            for one in alternatives.split("|"):
                if not one.startswith("<"):
                    terms.append(_term(one.replace("_", " ")))
                    continue
                terms += self._ideas.get(one.strip("<>"), ())
                if one in _SEEN:
                    terms.append((one,))
            self._teach(alternatives, terms)
        return alternatives

    def hear(self, sentence: str) -> Spoken:
        words, places, names, pauses = _cut(sentence)
        order = tuple(self._without_fillers(words))
        kept = [words[number] for number in order]
        found: dict[str, list[Span]] = defaultdict(list)
        for at, number in enumerate(order):
            for span, alternatives in self._terms_at(kept, at, number in names):
                for name in alternatives:
                    found[name].append(span)
        after = frozenset(bisect_left(order, number) for number in pauses)
        return Spoken(sentence, kept, [places[number] for number in order], order, after, found)

    def _terms_at(self, words: Sequence[str], at: int, capital: bool) -> Iterator[tuple[Span, Sequence[str]]]:
        word = words[at]
        for term, names in self._by_word.get(word, ()):
            if len(term) == 1 or _fits(term, words[at : at + len(term)]):
                yield (at, at + len(term)), names
        for size in range(2, len(word) + 1):
            if stemmed := self._by_stem.get(word[:size]):
                yield (at, at + 1), stemmed
        if any(map(str.isdigit, word)):
            yield (at, at + 1), [NUMBER, *self._by_stem.get(_SEEN_NUMBER, ())]
        if capital and (word,) not in self._no_names:
            yield (at, at + 1), [NAME, *self._by_stem.get(_SEEN_NAME, ())]

    def _teach(self, name: str, terms: Sequence[Term]) -> None:
        self._known.add(name)
        for term in dict.fromkeys(terms):
            bare = tuple(term[number] for number in self._without_fillers(term)) or term
            if len(bare) == 1 and (bare[0].endswith("*") or bare[0].startswith("<")):
                self._by_stem[bare[0].rstrip("*")].append(name)
                continue
            taught = next((names for known, names in self._by_word[bare[0]] if known == bare), None)
            if taught is None:
                self._by_word[bare[0]].append((bare, [name]))
            elif name not in taught:
                taught.append(name)

    def _without_fillers(self, words: Sequence[str]) -> Iterator[int]:
        at = 0
        while at < len(words):
            sizes = range(min(self._longest_filler, len(words) - at), 0, -1)
            size = next((size for size in sizes if tuple(words[at : at + size]) in self._fillers), 0)
            if not size:
                yield at
            at += size or 1


def _ideas(rows: Sequence[Row]) -> dict[str, Sequence[Term]]:
    ideas: dict[str, Sequence[Term]] = {}
    for row in rows:
        row.only(_KEYS)
        idea = row.text("id", longest=40)
        if idea in ideas:
            raise row.error(f"the idea {idea!r} stands above already", "id")
        terms = [_term(word) for word in row.texts("words")] + [_term(f"{stem}*") for stem in row.texts("stems")]
        for other in row.texts("also"):
            if other not in ideas:
                raise row.error(f"the idea {other!r} must stand above", "also")
            terms += ideas[other]
        if not terms or not all(terms):
            raise row.error("no words: give words, stems or also", "words")
        ideas[idea] = terms
    return ideas


def _term(text: str) -> Term:
    words = fold(text).split()
    return (*words[:-1], f"{words[-1]}*") if text.endswith("*") and words else tuple(words)


def _fits(term: Term, words: Sequence[str]) -> bool:
    return len(term) == len(words) and all(
        word.startswith(part[:-1]) if part.endswith("*") else word == part
        for part, word in zip(term, words, strict=True)
    )


def _cut(sentence: str) -> tuple[list[str], list[Span], set[int], set[int]]:
    """The folded words, where each stands, which are names, and which come after a pause."""
    words: list[str] = []
    places: list[Span] = []
    names: set[int] = set()
    pauses: set[int] = set()
    for token in _TOKEN.finditer(sentence):
        pieces = fold(token.group()).split()
        if words and pieces and _APOSTROPHE.split(token.group().strip("'’"))[-1][:1].isupper():
            names.add(len(words) + len(pieces) - 1)
        words += pieces
        places += [token.span()] * len(pieces)
        if _PAUSE.search(token.group()):
            pauses.add(len(words))
    return words, places, names, pauses
