"""The embedded analyser and embedder: word stems, a bilingual glossary and hashed letters; no model, no network.

The law: the same text gives the same numbers in every process, and French and English words that the glossary calls
the same are the same.
"""

import asyncio
import hashlib
import json
import math
import re
import threading
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from zlib import crc32

import numpy as np
import numpy.typing as npt
import snowballstemmer
import yaml

from kitt_rtc.model.errors import SettingsError
from kitt_rtc.ports import Vector

_HERE = Path(__file__).parent
_VERSION = 1
"""Raised when the same text would give other numbers than before: stored vectors are then made anew."""
_WORD = re.compile(r"[0-9a-z]+")
_NOT = re.compile(r"n['’]t\b")
_INLINE_CHARACTERS = 2_000
"""More text than this is embedded in a thread: the event loop is not to wait for it."""
_LONGEST_WORD = 40
"""What is longer is no word; its head is enough."""

_CONCEPT_WEIGHT = 1.0
_SURFACE_WEIGHT = 0.8
_NEGATION_WEIGHT = 0.8
_SOFT_WEIGHT = 0.3
_STOP_WEIGHT = 0.12


@dataclass(frozen=True, slots=True)
class LexiconOptions:
    size: int = 512
    """Numbers in a vector."""
    glossary: str = ""
    """A YAML file of word pairs (fr: en) added to the built-in ones; empty: none."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or a phrase that means something: it is found when any of its features is."""

    features: tuple[str, ...]
    """Stems, and glossary ideas marked by "="."""
    glossed: bool
    """Is it in the glossary, so that it can be found in the other language?"""
    soft: bool = False
    """Is it said of nearly everything (problem, work, ask), so that it proves little?"""


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a text, folded, with its stem in either language."""

    text: str
    fr: str
    en: str


@dataclass(frozen=True, slots=True)
class _Span:
    """A stretch of words that stands for glossary ideas."""

    start: int
    stop: int
    concepts: tuple[str, ...]


_Book = dict[tuple[str, ...], tuple[str, ...]]
"""Stems of a term, in order, to the glossary ideas it stands for."""


def _words_of(value: str) -> frozenset[str]:
    return frozenset(value.split())


_LISTS: Mapping[str, str] = yaml.safe_load((_HERE / "stopwords.yaml").read_text("utf-8"))
_FRENCH, _ENGLISH, _NEGATIONS, _SOFT = (_words_of(_LISTS[name]) for name in ("fr", "en", "negations", "soft"))
_STOP = _FRENCH | _ENGLISH


def fold(text: str) -> str:
    """Lower case without accents."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def split_words(text: str) -> list[str]:
    """The folded words of a text; "don't" is "do not"."""
    return [word[:_LONGEST_WORD] for word in _WORD.findall(_NOT.sub(" not", fold(text)))]


def language_of(text: str) -> str:
    """ "fr" or "en" by counting function words; empty when they do not tell."""
    return _language(split_words(text))


def _language(words: Iterable[str]) -> str:
    french = english = 0
    for word in words:
        french += word in _FRENCH
        english += word in _ENGLISH
    if french == english:
        return ""
    return "fr" if french > english else "en"


class Lexicon:
    """Fits `Embedder`; the knowledge base also asks it for the `units` of a text. Safe to use from several threads."""

    def __init__(self, options: LexiconOptions = LexiconOptions()) -> None:
        """Raises SettingsError when the desk's glossary cannot be read."""
        pairs = _read_glossary(_HERE / "glossary.yaml")
        if options.glossary:
            pairs |= _read_glossary(Path(options.glossary))
        self._size = options.size
        self._stemmers = snowballstemmer.stemmer("french"), snowballstemmer.stemmer("english")
        self._stemming = threading.Lock()
        self._word = lru_cache(50_000)(self._read_word)
        self._letters_of = lru_cache(50_000)(self._hash_letters)
        self._french: _Book = {}
        self._english: _Book = {}
        for french, english in pairs.items():
            self._learn(french, english)
        self._longest = max(map(len, (*self._french, *self._english)), default=1)
        recipe = json.dumps(
            [_VERSION, options.size, sorted(pairs.items()), sorted(_STOP), sorted(_NEGATIONS), sorted(_SOFT)]
        )
        self.fingerprint = hashlib.sha256(recipe.encode()).hexdigest()[:16]
        """Changes whenever stored vectors would no longer fit new ones."""

    @property
    def size(self) -> int:
        return self._size

    async def embed(self, texts: Sequence[str]) -> list[Vector]:
        """Unit vectors in which short sentences that say the same in like words, or in glossary words, are near."""
        if sum(map(len, texts)) <= _INLINE_CHARACTERS:
            return [self.vector(text) for text in texts]
        return await asyncio.to_thread(lambda: [self.vector(text) for text in texts])

    def units(self, text: str) -> list[Unit]:
        """The meaningful words and phrases of a text, in order, stop words and negations left out."""
        words = [self._word(word) for word in split_words(text)]
        return list(self._units(words))

    def vector(self, text: str) -> list[float]:
        """One unit vector: glossary ideas and letter groups, hashed; a fixed one for a text without words."""
        words = [self._word(word) for word in split_words(text)]
        sums = np.zeros(self._size)
        for word in words:
            places, values = self._letters_of(word.text)
            sums[places] += values * self._weight(word.text)
        for span in self._spans(words):
            weight = _SOFT_WEIGHT if _is_soft(words[span.start : span.stop]) else _CONCEPT_WEIGHT
            for concept in span.concepts:
                place, sign = self._place(concept)
                sums[place] += sign * weight / math.sqrt(len(span.concepts))
        length = float(np.linalg.norm(sums))
        if length == 0.0:
            sums[0] = length = 1.0
        unit: list[float] = (sums / length).tolist()
        return unit

    def _units(self, words: Sequence[_Word]) -> Iterator[Unit]:
        spans = {span.start: span for span in self._spans(words)}
        place = 0
        while place < len(words):
            span = spans.get(place)
            word = words[place]
            if span:
                stems = (word.fr, word.en) if span.stop == place + 1 else ()
                soft = _is_soft(words[span.start : span.stop])
                yield Unit(tuple(dict.fromkeys((*span.concepts, *stems))), glossed=True, soft=soft)
                place = span.stop
                continue
            if word.text not in _STOP and word.text not in _NEGATIONS and len(word.text) > 1:
                yield Unit(tuple(dict.fromkeys((word.fr, word.en))), glossed=False, soft=word.text in _SOFT)
            place += 1

    def _spans(self, words: Sequence[_Word]) -> Iterator[_Span]:
        """Glossary entries in the text, the longest first. English words count in a French sentence, not the reverse."""
        language = _language(word.text for word in words)
        french, english = [word.fr for word in words], [word.en for word in words]
        place = 0
        while place < len(words):
            span = self._span_at(place, french, english, language)
            if span:
                yield span
                place = span.stop
            else:
                place += 1

    def _span_at(self, place: int, french: list[str], english: list[str], language: str) -> _Span | None:
        for stop in range(min(len(french), place + self._longest), place, -1):
            known = self._french.get(tuple(french[place:stop]), ()) if language != "en" else ()
            if language != "fr" or not known:
                known += self._english.get(tuple(english[place:stop]), ())
            if known:
                return _Span(place, stop, tuple(dict.fromkeys(known)))
        return None

    def _learn(self, french: str, english: str) -> None:
        concept = "=" + ":".join(terms.split(",")[0].strip() for terms in (french, english))
        for term in french.split(","):
            _add(self._french, tuple(self._word(word).fr for word in split_words(term)), concept)
        for term in english.split(","):
            _add(self._english, tuple(self._word(word).en for word in split_words(term)), concept)

    def _read_word(self, text: str) -> _Word:
        french, english = self._stemmers
        with self._stemming:  # a stemmer keeps its word in itself
            return _Word(text, french.stemWord(text), english.stemWord(text))

    def _weight(self, word: str) -> float:
        if word in _NEGATIONS:
            return _NEGATION_WEIGHT
        if word in _STOP:
            return _STOP_WEIGHT
        return _SOFT_WEIGHT if word in _SOFT else _SURFACE_WEIGHT

    def _hash_letters(self, word: str) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
        """Where the word's groups of 3 to 5 letters fall, and their signs; together of length one."""
        edged = f"<{word}>"
        grams = [edged[at : at + size] for size in (3, 4, 5) for at in range(len(edged) - size + 1)]
        sums: Counter[int] = Counter()
        for gram in grams or [edged]:
            place, sign = self._place(gram)
            sums[place] += sign
        values = np.array(list(sums.values()), dtype=np.float64)
        return np.array(list(sums), dtype=np.intp), values / max(1.0, float(np.linalg.norm(values)))

    def _place(self, feature: str) -> tuple[int, int]:
        number = crc32(feature.encode())
        return (number >> 1) % self._size, 1 if number & 1 else -1


def _is_soft(words: Iterable[_Word]) -> bool:
    return all(word.text in _SOFT or word.text in _STOP for word in words)


def _add(book: _Book, key: tuple[str, ...], concept: str) -> None:
    if key:
        book[key] = tuple(dict.fromkeys((*book.get(key, ()), concept)))


def _read_glossary(path: Path) -> dict[str, str]:
    """French terms to English terms, with commas between those of one line."""
    try:
        pairs = yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SettingsError(f"GLOSSARY: {path.name} cannot be read as YAML in UTF-8") from error
    if not isinstance(pairs, dict):
        raise SettingsError(f'GLOSSARY: {path.name} must be lines like "enregistreur: recorder"')
    read: dict[str, str] = {}
    for french, english in pairs.items():
        english_terms = ", ".join(map(str, english)) if isinstance(english, list) else english
        if not isinstance(french, str) or not isinstance(english_terms, str):
            raise SettingsError(f"GLOSSARY: {path.name}: {french!r} must be words (quote yes, no and numbers)")
        read[french] = english_terms
    return read
