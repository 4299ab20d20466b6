"""Words, beginnings, patterns and phrases that mark a sentence, compiled once."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kitt_rtc.model.words import fold, sentences
from kitt_rtc.playbooks.phrases import Phrase, denials, stands
from kitt_rtc.playbooks.sheets import Row
from kitt_rtc.playbooks.vocabulary import Span, Spoken, Vocabulary

QUOTE_CHARACTERS = 110
"""A longer sentence is quoted around the words that marked it."""
TRIGGER_KEYS = frozenset({"words", "stems", "patterns", "unless"})
PHRASE_KEYS = frozenset({"phrases", "sure", "but_not"})
_WORDS_AROUND = 6
_SHORTEST_CLAUSE = 3
"""Words: of "even in August?" one is no third."""
_NO_WORDS = Vocabulary()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it was said, and folded: folding costs more than searching, and is done once."""

    text: str
    folded: str
    spoken: Spoken


def hear(text: str, vocabulary: Vocabulary = _NO_WORDS) -> list[Sentence]:
    """The sentences of a text, ready for any number of triggers; `vocabulary`: that of their phrases."""
    return [Sentence(sentence, fold(sentence), vocabulary.hear(sentence)) for sentence in sentences(text)]


@dataclass(frozen=True, slots=True)
class Trigger:
    """Finds the words that mark a sentence. Everything is compared folded: small, plain, without punctuation."""

    marks: re.Pattern[str] | None
    unless: re.Pattern[str] | None = None
    """A sentence that also holds this is not meant: "not expensive"."""
    phrases: Sequence[Phrase] = ()
    sure: Sequence[Phrase] = ()
    """Those that mean it in however long a sentence."""
    but_not: Sequence[Phrase] = ()
    """The same as `unless`, in phrases."""

    @classmethod
    def of(cls, row: Row, vocabulary: Vocabulary = _NO_WORDS, *, required: bool = True) -> "Trigger":
        """From a row's `words` (whole), `stems` (beginnings), `patterns` and `unless` (expressions) and `phrases`."""
        parts = [rf"{re.escape(fold(word))}\b" for word in row.texts("words")]
        parts += [rf"{re.escape(fold(stem))}\w*" for stem in row.texts("stems")]
        parts += [_checked(row, "patterns", pattern) for pattern in row.texts("patterns")]
        phrases, sure, but_not = (
            tuple(Phrase.of(text, row, key, vocabulary) for text in row.texts(key))
            for key in ("phrases", "sure", "but_not")
        )
        if required and not parts and not phrases and not sure:
            raise row.error("nothing triggers it: give words, stems, patterns, phrases or, to a card, meaning")
        exceptions = [_checked(row, "unless", pattern) for pattern in row.texts("unless")]
        return cls(_any_of(parts), _any_of(exceptions), phrases, sure, but_not)

    def find(self, heard: Iterable[Sentence], *, share: float = 0.0) -> str:
        """The words of the first sentence that is marked, exactly as they stand there; empty when none is.

        `share` is how much of a clause phrases must make up, 0 to 1, where no word, beginning or expression marks it: a
        long sentence soon holds a few common words in a row, and speaks of something else.
        """
        for sentence in heard:
            span = self._mark(sentence)
            if span and (share <= 0.0 or self._weighs(sentence, share)):
                return quote(sentence.spoken, span)
        return ""

    def is_in(self, heard: Iterable[Sentence]) -> bool:
        """Is a sentence marked?"""
        return any(self._mark(sentence) for sentence in heard)

    def _mark(self, sentence: Sentence) -> Span | None:
        """The first mark that is meant, unless the sentence is excepted."""
        span = next(self._meant(sentence), None)
        return None if span is None or self.excepts(sentence) else span

    def excepts(self, sentence: Sentence) -> bool:
        """Does it hold what takes every mark its meaning?"""
        if self.unless and self.unless.search(sentence.folded):
            return True
        return any(any(phrase.spans(sentence.spoken)) for phrase in self.but_not)

    def _weighs(self, sentence: Sentence, share: float) -> bool:
        """Does a sure mark stand here, or do the phrases make up that much of a clause?"""
        telling = (*self.sure, *(phrase for phrase in self.phrases if phrase.tells))
        if any(self._found(telling, sentence.spoken)) or any(self._marks(sentence)):
            return True
        covered = {place for span in self._found(self.phrases, sentence.spoken) for place in range(*span)}
        return any(
            len(covered.intersection(clause)) >= share * max(_SHORTEST_CLAUSE, len(clause))
            for clause in sentence.spoken.clauses()
        )

    def _meant(self, sentence: Sentence) -> Iterator[Span]:
        yield from self._found((*self.phrases, *self.sure), sentence.spoken)
        yield from self._marks(sentence)

    def _found(self, phrases: Iterable[Phrase], spoken: Spoken) -> Iterator[Span]:
        heard = spoken.found.keys()
        for phrase in (phrase for phrase in phrases if phrase.names <= heard):
            for span in phrase.spans(spoken):
                if stands(span, spoken, denies=phrase.denies):
                    yield span

    def _marks(self, sentence: Sentence) -> Iterator[Span]:
        spoken = sentence.spoken
        for found in self.marks.finditer(sentence.folded) if self.marks else ():
            span = _span(found, spoken)
            own = any(span[0] <= start and stop <= span[1] for start, stop in denials(spoken))
            if stands(span, spoken, denies=own):
                yield span


def quote(spoken: Spoken, span: Span) -> str:
    """The sentence, or of a long one the stretch around these words."""
    text, places = spoken.text, spoken.places
    if len(text) <= QUOTE_CHARACTERS or not places:
        return text
    first, last = span[0], max(span[0], span[1] - 1)
    around = max(0, _WORDS_AROUND - (last - first) // 2)
    return text[places[max(0, first - around)][0] : places[min(len(places) - 1, last + around)][1]]


def _span(found: re.Match[str], spoken: Spoken) -> Span:
    """The words that count among those an expression found."""
    first, last = (found.string.count(" ", 0, at) for at in (found.start(), max(found.start(), found.end() - 1)))
    start = min(bisect_left(spoken.order, first), max(0, len(spoken.order) - 1))
    return start, max(start + 1, bisect_left(spoken.order, last + 1))


def _checked(row: Row, key: str, pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise row.error(f"the expression {pattern!r} is not valid: {error}", key) from error
    return f"(?:{pattern})"


def _any_of(parts: list[str]) -> re.Pattern[str] | None:
    return re.compile(rf"\b(?:{'|'.join(parts)})") if parts else None
