"""What a text of a model may be made of: the house's words and ideas, set apart from what was said."""

from collections.abc import Iterable
from dataclasses import dataclass

from kitt_rtc.model.words import fold, subject_words
from kitt_rtc.prompts.clauses import WONDERS
from kitt_rtc.prompts.ideas import Idea, ideas_of
from kitt_rtc.prompts.prompt import Prompt

_STEM = 5
"""Letters of a word that are compared."""
_LEAST_OF_CARD = 0.85
"""Of the words of what is told as true, the part that has to stand in one card."""
_ASKED_ABOUT = 0.5
"""What a word of a caller counts in a question, and what one that nobody knows weighs there."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Of one prompt."""

    stems: frozenset[str]
    """Of the words of cards, articles and lists of ours."""
    sections: frozenset[str]
    """Of ideas that count as ours."""
    written: str
    """All that the house wrote, folded."""
    said: str
    """All that was said, folded."""
    cards: tuple[frozenset[str], ...]
    """Of each card the stems of its words."""

    @classmethod
    def of(cls, prompt: Prompt, *sections: str) -> "Ground":
        ours = fold(" ".join([prompt.vouched, *(block.text for block in prompt.material if block.house)]))
        said = fold(" ".join(block.text for block in prompt.material if not block.house and not block.told))
        cards = tuple(frozenset(map(stem, subject_words(card))) for card in prompt.vouched.split("\n") if card)
        return cls(frozenset(map(stem, ours.split())), frozenset(sections), f" {ours} ", f" {said} ", cards)

    def knows(self, word: str) -> bool:
        return stem(word) in self.stems or any(section in self.sections for section, _ in ideas_of(word))

    def writes(self, word: str) -> bool:
        """Does the house itself use this word?"""
        return stem(word) in self.stems

    def weighs(self, clause: str) -> tuple[float, float]:
        """How many words of it are the house's, and how many say something. To ask after a strange
        thing is no harm."""
        words = [word for word in subject_words(clause) if not _is_neutral(ideas_of(word))]
        known = sum(self.knows(word) for word in words)
        strange = [word for word in words if not self.knows(word)]
        if WONDERS.search(fold(clause)):
            return known, known
        if "?" not in clause:
            return known, len(words)
        said = sum(f" {word} " in self.said for word in strange)
        return known + _ASKED_ABOUT * said, known + _ASKED_ABOUT * (len(strange) + said)

    def has_card_of(self, clause: str) -> bool:
        """Do most of its words stand in one card?"""
        words = {stem(word) for word in subject_words(clause)}
        return len(words) > 1 and any(len(words & card) >= _LEAST_OF_CARD * len(words) for card in self.cards)


def stem(word: str) -> str:
    return word[:_STEM]


def _is_neutral(ideas: Iterable[Idea]) -> bool:
    """Acts and people: anything can be said of them."""
    found = set(ideas)
    return bool(found) and all(section in {"acts", "plain"} or name == "buyer" for section, name in found)
