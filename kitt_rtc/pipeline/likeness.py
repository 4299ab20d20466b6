"""How alike two pieces of advice are: by their words, and by the angle of their vectors."""

from kitt_rtc.model.insight import Insight
from kitt_rtc.model.words import language_of, subject_words
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


def _stems(text: str) -> frozenset[str]:
    return frozenset(word[:_STEM] for word in subject_words(text))
