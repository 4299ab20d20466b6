"""A list of words and phrases that a sentence is held against at every place, so it must cost next to nothing."""

from collections.abc import Iterable, Iterator

from kitt_rtc.model.words import fold

Phrase = tuple[str, ...]


class Phrases:
    """Folded. `in` asks for a phrase of that one word."""

    def __init__(self, phrases: Iterable[str]) -> None:
        folded = {tuple(fold(phrase).split()) for phrase in phrases}
        self._all = tuple(sorted((phrase for phrase in folded if phrase), key=len, reverse=True))
        self._by_first: dict[str, list[Phrase]] = {}
        for phrase in self._all:
            self._by_first.setdefault(phrase[0], []).append(phrase)
        self._words = frozenset(phrase[0] for phrase in self._all if len(phrase) == 1)
        self.beginnings = frozenset(self._by_first)
        """The first word of each."""
        self.endings = frozenset(phrase[-1] for phrase in self._all)
        """The last word of each."""

    def __contains__(self, word: str) -> bool:
        return word in self._words

    def __iter__(self) -> Iterator[Phrase]:
        """The longest first."""
        return iter(self._all)

    def has(self, phrase: Phrase) -> bool:
        return phrase in self._by_first.get(phrase[0], ())

    def beginning(self, word: str) -> Iterable[Phrase]:
        """Those that begin with this word, the longest first."""
        return self._by_first.get(word, ())
