"""What the meaning of a passage adds to the score of its words, or takes from it.

The law: meaning is believed as far as its own embedder was measured, and no further. It lifts what is asked for in
other words, or in the other language, up to what its nearness is worth; where the words say more than the meaning does
they are about something else, or about it from another side, and a part of what they say too much is taken off.
"""

from dataclasses import dataclass

from kitt_rtc.engines.points import text_of
from kitt_rtc.model.insight import Passage
from kitt_rtc.model.words import sentences, word_count

_LEAST_WORDS = 3
"""Fewer are a heading that every article has ("Symptoms")."""
_LONGEST = 400
"""Characters of an opening."""


@dataclass(frozen=True, slots=True)
class MeaningScale:
    """How the vectors of one embedder are made and read."""

    floor: float
    """The cosine of a question and a passage that are about different things: it counts as 0."""
    ceiling: float
    """The cosine of those that say the same: it counts as 1."""
    doubt: float = 0.0
    """Of what the words say more than the meaning, the part that is taken off; 0 to 1."""
    opening: int = 0
    """Sentences of a passage that are embedded under its title; 0: all of it."""

    def part(self, cosine: float, by_words: float) -> float:
        """What meaning adds to a score by words, both 0 to 1."""
        meant = min(1.0, max(0.0, (cosine - self.floor) / (self.ceiling - self.floor)))
        return meant - by_words if meant > by_words else -self.doubt * (by_words - meant)

    def text_of(self, passage: Passage) -> str:
        """What is embedded. A vector of many sentences is near to all questions and to none: its opening tells more."""
        if not self.opening:
            return text_of(passage)
        said = [sentence for sentence in sentences(passage.text) if word_count(sentence) >= _LEAST_WORDS]
        opening = " ".join([passage.section, *said[: self.opening]])
        return f"{passage.title}. {opening.strip()}"[: len(passage.title) + _LONGEST]


SENTENCES = MeaningScale(floor=0.25, ceiling=0.8, doubt=0.2, opening=2)
"""Of the sentence encoder on this machine: read off the questions of tuning, with our glossary and without one."""
HOSTED = MeaningScale(floor=0.2, ceiling=0.7)
"""Of a hosted one: a guess, so that it may lift and not lower."""
