"""How alike two pieces of advice are: by their words, and by the angle of their vectors."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from kitt_rtc.model.insight import Insight
from kitt_rtc.model.words import fold, language_of, subject_words
from kitt_rtc.ports import Vector

_STEM = 5
"""Letters of a word that are compared: "demandez" and "demander" are one."""


def body(insight: Insight) -> str:
    """What is compared: the title and the words."""
    return f"{insight.title}. {insight.content}" if insight.title else insight.content


def cosine(one: Vector, other: Vector) -> float:
    """Of vectors of unit length."""
    return float(sum(left * right for left, right in zip(one, other, strict=True)))


def shared(one: Insight, other: Insight) -> float:
    """The part of the shorter one's subject words that the other has too, 0 to 1."""
    mine, theirs = _stems(one.content), _stems(other.content)
    shorter = min(len(mine), len(theirs))
    return len(mine & theirs) / shorter if shorter else 0.0


def in_two_languages(one: Insight, other: Insight) -> bool:
    """A card in French and a tip in English share no words, whatever they say."""
    return {language_of(one.content, ""), language_of(other.content, "")} == {"fr", "en"}


def replaced(one: Insight, other: Insight) -> tuple[str, str] | None:
    """The word of each that stands where the other has another, in a sentence otherwise the same; None where there is
    no such place.

    Not the first word: what a tip begins with is a verb that asks or offers, and any will do.
    """
    mine, theirs = fold(one.content).split(), fold(other.content).split()
    matched = SequenceMatcher(None, mine, theirs, autojunk=False).get_opcodes()
    changes = [change for change in matched if change[0] != "equal"]
    if len(changes) != 1 or changes[0][1] == 0:
        return None
    _, start, stop, their_start, their_stop = changes[0]
    left, right = _told(mine[start:stop]), _told(theirs[their_start:their_stop])
    return (left[0], right[0]) if len(left) == len(right) == 1 else None


def _told(words: Sequence[str]) -> list[str]:
    """Those that say something."""
    return [word for word in words if word in subject_words(word)]


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in subject_words(text))
