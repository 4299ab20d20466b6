"""Which words of French and English mean the same: the built-in lines of `glossary.yaml`, and a desk's own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from kitt_rtc.model.errors import SettingsError

_BUILT_IN = Path(__file__).with_name("glossary.yaml")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text, folded, with its stem in either language."""

    text: str
    fr: str
    en: str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of words, from `start` to before `stop`, that stands for ideas of the glossary."""

    start: int
    stop: int
    ideas: tuple[str, ...]
    """Names that begin with "="."""


_Book = dict[tuple[str, ...], tuple[str, ...]]
"""Stems of a term, in order, to the ideas it stands for."""


class Glossary:
    """Finds ideas in texts."""

    def __init__(self, pairs: Mapping[str, str], words_of: Callable[[str], Sequence[Word]]) -> None:
        """`pairs`: French terms to English terms, those of one idea with commas between them."""
        self._french: _Book = {}
        self._english: _Book = {}
        for french, english in pairs.items():
            idea = "=" + ":".join(terms.split(",")[0].strip() for terms in (french, english))
            for term in french.split(","):
                _add(self._french, tuple(word.fr for word in words_of(term)), idea)
            for term in english.split(","):
                _add(self._english, tuple(word.en for word in words_of(term)), idea)
        self._longest = max(map(len, (*self._french, *self._english)), default=1)

    def spans(self, words: Sequence[Word], language: str) -> Iterator[Span]:
        """The ideas in a text, the longest terms first; `language` is that of the text, empty when unknown.

        English terms count in a French sentence ("le firmware"), French ones do not in an English one ("a box").
        """
        place = 0
        while place < len(words):
            span = self._span_at(place, words, language)
            if span:
                yield span
            place = span.stop if span else place + 1

    def _span_at(self, place: int, words: Sequence[Word], language: str) -> Span | None:
        for stop in range(min(len(words), place + self._longest), place, -1):
            term = words[place:stop]
            ideas = self._french.get(tuple(word.fr for word in term), ()) if language != "en" else ()
            if language != "fr" or not ideas:
                ideas += self._english.get(tuple(word.en for word in term), ())
            if ideas:
                return Span(place, stop, tuple(dict.fromkeys(ideas)))
        return None


def read_pairs(path: str = "") -> dict[str, str]:
    """The built-in pairs and those of a desk's file. Raises SettingsError when that file cannot be used."""
    pairs = _read(_BUILT_IN)
    return pairs | _read(Path(path)) if path else pairs


def _add(book: _Book, key: tuple[str, ...], idea: str) -> None:
    if key:
        book[key] = tuple(dict.fromkeys((*book.get(key, ()), idea)))


def _read(path: Path) -> dict[str, str]:
    try:
        lines = yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"GLOSSARY: {path.name} cannot be read as YAML in UTF-8") from error
    if not isinstance(lines, dict):
        raise SettingsError(f'GLOSSARY: {path.name} must be lines like "enregistreur: recorder"')
    pairs: dict[str, str] = {}
    for french, english in lines.items():
        terms = ", ".join(map(str, english)) if isinstance(english, list) else english
        if not isinstance(french, str) or not isinstance(terms, str):
            raise SettingsError(f"GLOSSARY: {path.name}: {french!r} must be words (quote yes, no and numbers)")
        pairs[french] = terms
    return pairs
