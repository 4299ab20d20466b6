"""What words of advice stand for: "shop", "store" and "boutique" are one thing, "camera" is another.

Read from `senses.yaml`: ordinary words of sales and of field service, in English and French.

The law: a sense is as narrow as advice is; a word nobody listed has none and stands for itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from kitt_rtc.model.words import EMPTY_WORDS, fold, language_of

Sense = tuple[str, str]
"""Its section and its name."""
NOTHING = "nothing"
"""The section of what says nothing of its own."""
LIGHT = frozenset({"asking", "telling", "handing", "doing"})
"""Sections of verbs that any advice may begin with."""
_SMALL_WORDS = (
    "jamais rien aucun aucune plus don doesn didn isn aren wasn weren won couldn shouldn wouldn hasn haven ne n lui "
    "leur y se est ce"
)
EMPTY = frozenset(_SMALL_WORDS.split()).union(*EMPTY_WORDS.values())
"""Words that say nothing where no row has them."""
_LANGUAGES = ("en", "fr")
_SHORTEST, _LEAST_STEM = 3, 4
"""Letters of a word that is known by its stem, and of a stem."""
_ALL_ENDINGS = (
    "als al age ages ance ances ence ences able ables eurs ations ation ements ement ments ment ingly ings ing edly ed "
    "erai era eras erons erez eront erait eraient irai ira irons irez iront irait ers er ies ied ely ly es s y aient "
    "ait ants ant ees ee ez ent ir it ions ion euse eur e x"
)
_ENDINGS = sorted(_ALL_ENDINGS.split(), key=len, reverse=True)

Term = tuple[str, ...]
"""A word, or the words of a phrase, folded."""


@dataclass(frozen=True, slots=True)
class _Book:
    """The terms of one language, as they stand and by their stems."""

    terms: Mapping[Term, frozenset[Sense]]
    stems: Mapping[Term, frozenset[Sense]]

    def senses(self, term: Term) -> frozenset[Sense]:
        """As it stands, in the singular, or by its stem."""
        if found := self.terms.get(term):
            return found
        if len(term) > 1:
            return self.stems.get(tuple(map(stem, term)), frozenset())
        (word,) = term
        if word in EMPTY or len(word) < _SHORTEST:
            return frozenset()
        singular = self.terms.get((word[:-1],)) if word[-1] in "sx" else None
        return singular or self.stems.get((stem(word),), frozenset())


@lru_cache(20_000)
def stem(word: str) -> str:
    """Without its ending, in whichever language."""
    ending = next((one for one in _ENDINGS if word.endswith(one) and len(word) - len(one) >= _LEAST_STEM), "")
    begun = word.removesuffix(ending)
    return begun[:-1] if len(begun) > _LEAST_STEM and begun[-1] == begun[-2] else begun


@lru_cache(4_000)
def spoken_in(text: str) -> str:
    """ "fr" or "en" by its small words, and where these do not tell by the words that only one language lists."""
    words = [(word,) for word in fold(text).split()]
    counts = {language: sum(word in book.terms for word in words) for language, book in sheet().books.items()}
    by_terms = "" if counts["en"] == counts["fr"] else max(_LANGUAGES, key=lambda one: counts[one])
    return language_of(text, by_terms)


def senses_of(term: Term, language: str) -> frozenset[Sense]:
    """In the language of its text, and where that has none in the other; in both where it is not known."""
    books = sheet().books
    found = [books[one].senses(term) for one in sorted(_LANGUAGES, key=lambda one: one != language)]
    return (found[0] or found[1]) if language else found[0] | found[1]


def senses_at(words: Sequence[str], place: int, language: str) -> tuple[frozenset[Sense], int]:
    """Of the longest term that begins here, and of how many words it is; of one, where there is none."""
    longest = sheet().longest.get(stem(words[place]), 1)
    for stop in range(min(len(words), place + longest), place, -1):
        if senses := senses_of(tuple(words[place:stop]), language):
            return senses, stop - place
    return frozenset(), 1


@dataclass(frozen=True, slots=True)
class _Sheet:
    """`senses.yaml`, by language."""

    books: Mapping[str, _Book]
    longest: Mapping[str, int]
    """By the stem of its first word, words of the longest term."""


@cache
def sheet() -> _Sheet:
    """Read once, in a third of a second: whoever makes a memory of advice asks for it, before there are calls."""
    books, longest = _read(), dict[str, int]()
    for head, words in ((stem(term[0]), len(term)) for book in books.values() for term in book.terms):
        longest[head] = max(words, longest.get(head, 1))
    return _Sheet(books, longest)


def _read() -> Mapping[str, _Book]:
    text = files("kitt_rtc.pipeline").joinpath("senses.yaml").read_text("utf-8")
    # The loader of libyaml, where PyYAML was built with it: the house opens a third of a second sooner.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    rows_of: Mapping[str, Mapping[str, str]] = yaml.load(text, Loader=loader)  # noqa: S506  both are safe loaders
    rows = [((section, name), row.partition("|")) for section, named in rows_of.items() for name, row in named.items()]
    return {
        "en": _book((sense, english) for sense, (english, _, _) in rows),
        "fr": _book((sense, french) for sense, (_, _, french) in rows),
    }


def _book(rows: Iterable[tuple[Sense, str]]) -> _Book:
    terms: dict[Term, set[Sense]] = {}
    stems: dict[Term, set[Sense]] = {}
    for sense, half in rows:
        for term in filter(None, (tuple(fold(one).split()) for one in half.split(","))):
            terms.setdefault(term, set()).add(sense)
            if len(term) == 1 or len(term[-1]) >= _SHORTEST:
                stems.setdefault(tuple(map(stem, term)), set()).add(sense)
    return _Book(*({term: frozenset(senses) for term, senses in table.items()} for table in (terms, stems)))
