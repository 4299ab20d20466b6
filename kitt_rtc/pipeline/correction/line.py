"""A sentence as the rules read it: its words and marks in order, each with its place, and the numbers said in it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kitt_rtc.model.words import EMPTY_WORDS, fold
from kitt_rtc.pipeline.correction.book import Book, book_of
from kitt_rtc.pipeline.correction.numerals import Numeral, numerals_in
from kitt_rtc.pipeline.correction.phrases import Phrases

_TOKEN = re.compile(
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"  # an address that is written already stays as it is
    r"|\d+(?:[.,:]\d+)*"
    r"|[^\W_]+"
    r"|[^\s]"
)
_APOSTROPHES = "'’"


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a written number or one mark."""

    text: str
    word: str
    """Folded; empty for a mark."""
    start: int
    """Place of the first character in the sentence."""
    end: int

    @property
    def is_word(self) -> bool:
        return bool(self.word) and self.text.isalnum()

    @property
    def is_figure(self) -> bool:
        return self.text[:1].isdigit()


@dataclass(frozen=True, slots=True)
class Change:
    """The tokens from `first` to before `stop` are written otherwise."""

    rule: str
    first: int
    stop: int
    written: str


@dataclass(frozen=True, slots=True)
class Line:
    """Fits what every rule asks of a sentence."""

    text: str
    language: str
    tokens: tuple[Token, ...]
    words: tuple[str, ...]
    """Of the tokens; empty for marks."""
    book: Book
    numerals: tuple[Numeral, ...]
    idioms: frozenset[int]
    """Places of the tokens that belong to an idiom."""

    @classmethod
    def of(cls, text: str, language: str) -> "Line | None":
        """None for a language no rule knows."""
        book = book_of(language)
        if book is None:
            return None
        tokens = tuple(
            Token(found.group(), _folded(found.group()), found.start(), found.end()) for found in _TOKEN.finditer(text)
        )
        numerals = numerals_in([token.text for token in tokens], language)
        words = tuple(token.word for token in tokens)
        idioms = _idioms(words, book.idioms) if numerals else frozenset[int]()
        return cls(text, language, tokens, words, book, numerals, idioms)

    def word(self, place: int) -> str:
        """The folded word at a place; empty for a mark, and before and behind the sentence."""
        return self.words[place] if 0 <= place < len(self.words) else ""

    def holds(self, *lists: Phrases) -> bool:
        """May one of these phrases stand in the sentence? Asked first, it spares a rule the whole of it."""
        return any(not phrases.beginnings.isdisjoint(self.words) for phrases in lists)

    def mark(self, place: int) -> str:
        """The text at a place as it stands; empty before and behind the sentence."""
        return self.tokens[place].text if 0 <= place < len(self.tokens) else ""

    def match(self, place: int, phrases: Phrases) -> int:
        """The place behind the longest of these phrases that stands here; 0 when none does."""
        for phrase in phrases.beginning(self.word(place)):
            if len(phrase) == 1 or all(self.word(place + at) == word for at, word in enumerate(phrase)):
                return place + len(phrase)
        return 0

    def closes(self, place: int) -> bool:
        """Does what was said before this place end here: at a mark, a word without a subject, or the sentence's end?"""
        word = self.word(place)
        return not word or word in EMPTY_WORDS[self.language]

    def is_elided(self, place: int) -> bool:
        """ "l'" and "d'" are no letters that somebody spells; nor is the "s" of "it's"."""
        before_one = self._glued(place + 1) and self.mark(place + 1) in _APOSTROPHES
        return before_one or (self._glued(place) and self.mark(place - 1) in _APOSTROPHES)

    def spaced(self, place: int) -> bool:
        """Is there a blank before this token?"""
        return 0 < place < len(self.tokens) and self.tokens[place].start > self.tokens[place - 1].end

    def before(self, place: int, most: int) -> list[str]:
        """The folded words in front of a place, nearest first, as far as the last mark; "…, c'est" goes on."""
        words: list[str] = []
        for at in range(place - 1, -1, -1):
            goes_on = self.mark(at) in _APOSTROPHES or (self.mark(at) == "," and words[-1:] in (["c"], ["it"]))
            if self.word(at):
                words.append(self.word(at))
            if len(words) == most or not (self.word(at) or goes_on):
                break
        return words

    def _glued(self, place: int) -> bool:
        return 0 < place < len(self.tokens) and self.tokens[place].start == self.tokens[place - 1].end


def _idioms(tokens: Sequence[str], idioms: Phrases) -> frozenset[int]:
    """Marks between the words of an idiom do not matter: "twenty-four seven"."""
    places = [place for place, word in enumerate(tokens) if word]
    words = [tokens[place] for place in places]
    found: set[int] = set()
    for at, word in enumerate(words):
        for phrase in idioms.beginning(word):
            if tuple(words[at : at + len(phrase)]) == phrase:
                found.update(places[at : at + len(phrase)])
    return frozenset(found)


def _folded(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text.lower()
    return fold(text) if any(map(str.isalnum, text)) else ""
