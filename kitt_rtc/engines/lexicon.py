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

from kitt_rtc.engines.glossary import Glossary, Span, Word, read_pairs
from kitt_rtc.engines.numerals import named, written
from kitt_rtc.model.words import fold, language_of
from kitt_rtc.ports import Vector

_VERSION = 3
"""Raised when the same text would give other numbers than before: stored vectors are then made anew."""
_WORD = re.compile(r"[0-9a-z]+")
_NOT = re.compile(r"n['’]t\b", re.IGNORECASE)
_SPELT = re.compile(r"\b(?=(?:[a-z] )*[bfgkpqrvwxz]\b)[a-z](?: [a-z]){1,3}\b")
"""Letters said one by one ("p o e"); French leaves none of those in front alone before apostrophes ("n y a")."""
_FEMININE = re.compile(r"(?<=\w\w)ees?$")
"""Without its accent the stemmer does not see that "trouvée" is "trouvé"."""
_INLINE_CHARACTERS = 2_000
"""More text than this is embedded in a thread: the event loop is not to wait for it."""
_LONGEST_WORD = 40
"""What is longer is no word; its head is enough."""
_REMEMBERED_WORDS = 50_000

_IDEA_WEIGHT = 1.0
_LETTERS_WEIGHT = 0.8
_NEGATION_WEIGHT = 0.8
_SOFT_WEIGHT = 0.3
_STOP_WEIGHT = 0.12

_LISTS: Mapping[str, str] = yaml.safe_load(Path(__file__).with_name("stopwords.yaml").read_text("utf-8"))
_STOP = frozenset((_LISTS["fr"] + " " + _LISTS["en"]).split())
_NEGATIONS = frozenset(_LISTS["negations"].split())
_EMPTY = _STOP | _NEGATIONS
_SOFT = frozenset(_LISTS["soft"].split())


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
    """Stems, and glossary ideas."""
    glossed: bool
    """Is it in the glossary, so that it can be found in the other language?"""
    soft: bool
    """Is it said of nearly everything (problem, work, ask), so that it proves little?"""
    parts: tuple["Unit", ...] = ()
    """Of a phrase, its words, for where nobody knows the phrase."""


class Lexicon:
    """Fits `Embedder`; the knowledge base also asks it for the `units` of a text. Safe to use from several threads."""

    def __init__(self, options: LexiconOptions = LexiconOptions()) -> None:
        """Raises SettingsError when the desk's glossary cannot be used."""
        self._size = options.size
        self._stemmers = snowballstemmer.stemmer("french"), snowballstemmer.stemmer("english")
        self._stemming = threading.Lock()
        self._word = lru_cache(_REMEMBERED_WORDS)(self._read_word)
        self._letters_of = lru_cache(_REMEMBERED_WORDS)(self._hash_letters)
        pairs = read_pairs(options.glossary)
        self._glossary = Glossary(pairs, self._words)
        recipe = [_VERSION, options.size, sorted(pairs.items()), *map(sorted, (_STOP, _NEGATIONS, _SOFT))]
        self.fingerprint = hashlib.sha256(json.dumps(recipe).encode()).hexdigest()[:16]
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
        """The meaningful words and phrases of a text, in order; stop words and negations are left out."""
        words = self._words(text)
        language = language_of(text, "")
        return list(self._units(words, self._spans(words, language), language))

    def names(self, text: str) -> list[Unit]:
        """Names of a word and one figure ("Thermia 6"), which as words alone would be every Thermia's."""
        words = [word.text for word in self._words(text)]
        return [Unit((name,), glossed=False, soft=False) for name in named(words)]

    def vector(self, text: str) -> list[float]:
        """One unit vector: glossary ideas and letter groups, hashed; a fixed one for a text without words."""
        words = self._words(text)
        sums = np.zeros(self._size)
        for word in words:
            places, values = self._letters_of(word.text)
            sums[places] += values * _weight(word.text)
        for span in self._spans(words, language_of(text, "")):
            weight = _SOFT_WEIGHT if _is_soft(words[span.start : span.stop]) else _IDEA_WEIGHT
            for idea in span.ideas:
                place, sign = self._place(idea)
                sums[place] += sign * weight / math.sqrt(len(span.ideas))
        length = float(np.linalg.norm(sums))
        if length == 0.0:
            sums[0] = length = 1.0
        unit: list[float] = (sums / length).tolist()
        return unit

    def _words(self, text: str) -> list[Word]:
        """ "don't" is "do not", "p o e" is "poe"."""
        plain = _SPELT.sub(lambda letters: letters[0].replace(" ", ""), fold(_NOT.sub(" not", text)))
        return [self._word(word[:_LONGEST_WORD]) for word in written(_WORD.findall(plain))]

    def _spans(self, words: Sequence[Word], language: str) -> list[Span]:
        spans = self._glossary.spans(words, language)
        return [span for span in spans if span.stop - span.start > 1 or words[span.start].text not in _STOP]

    def _units(self, words: Sequence[Word], spans: Iterable[Span], language: str) -> Iterator[Unit]:
        spans_at = {span.start: span for span in spans}
        place = 0
        while place < len(words):
            word, span = words[place], spans_at.get(place)
            stop = span.stop if span else place + 1
            stems = (word.fr, word.en) if stop == place + 1 else ()
            ideas = span.ideas if span else ()
            if span or (word.text not in _EMPTY and len(word.text) > 1):
                features = tuple(dict.fromkeys((*ideas, *stems)))
                parts = self._parts(words[place:stop], language) if stop > place + 1 else ()
                yield Unit(features, glossed=bool(span), soft=_is_soft(words[place:stop]), parts=parts)
            place = stop

    def _parts(self, phrase: Sequence[Word], language: str) -> tuple[Unit, ...]:
        alone = ([word] for word in phrase)
        return tuple(unit for word in alone for unit in self._units(word, self._spans(word, language), language))

    def _read_word(self, text: str) -> Word:
        french, english = self._stemmers
        with self._stemming:  # a stemmer keeps its word in itself
            return Word(text, french.stemWord(_FEMININE.sub("e", text)), english.stemWord(text))

    def _hash_letters(self, word: str) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
        """Where the word's groups of 3 to 5 letters fall, and their signs; together of length one."""
        edged = f"<{word}>"
        grams = [edged[at : at + size] for size in (3, 4, 5) for at in range(len(edged) - size + 1)]
        sums: Counter[int] = Counter()
        for gram in grams:
            place, sign = self._place(gram)
            sums[place] += sign
        values = np.array(list(sums.values()), dtype=np.float64)
        return np.array(list(sums), dtype=np.intp), values / max(1.0, float(np.linalg.norm(values)))

    def _place(self, feature: str) -> tuple[int, int]:
        number = crc32(feature.encode())
        return (number >> 1) % self._size, 1 if number & 1 else -1


def _weight(word: str) -> float:
    if word in _NEGATIONS:
        return _NEGATION_WEIGHT
    if word in _STOP:
        return _STOP_WEIGHT
    return _SOFT_WEIGHT if word in _SOFT else _LETTERS_WEIGHT


def _is_soft(words: Iterable[Word]) -> bool:
    return all(word.text in _SOFT or word.text in _STOP for word in words)
