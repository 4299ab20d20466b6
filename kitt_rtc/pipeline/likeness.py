"""How alike two pieces of advice are: by their words and the ideas behind them, and by the angle of their vectors."""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from kitt_rtc.model.insight import Insight
from kitt_rtc.model.words import fold, subject_words
from kitt_rtc.ports import Vector
from kitt_rtc.prompts.ideas import ideas_of

_STEM = 5
"""Letters of a word that are compared: "demandez" and "demander" are one."""
_UNTOLD = frozenset({"buyer", "question"})
"""Ideas that stand in any advice: "the client", "what", "when"."""
_ACT_WEIGHT = 0.7
"""Of a verb that asks or offers, beside what is asked for."""
_MUTUAL = 0.5
"""How much it counts that both have it, beside that the shorter one has."""


def body(insight: Insight) -> str:
    """What is compared: the title and the words."""
    return f"{insight.title}. {insight.content}" if insight.title else insight.content


def cosine(one: Vector, other: Vector) -> float:
    """Of vectors of unit length."""
    return float(sum(left * right for left, right in zip(one, other, strict=True)))


def shared(one: Insight, other: Insight) -> float:
    """The part of their words and ideas that both have, 0 to 1, in whatever languages; of the shorter one, a little."""
    mine, theirs = _weighed(one.content), _weighed(other.content)
    both = [_found(mine, theirs), _found(theirs, mine)]
    whole = [sum(mine.values()), sum(theirs.values())]
    if not all(whole):
        return 0.0
    of_the_shorter = max(part / all_of_it for part, all_of_it in zip(both, whole, strict=True))
    return _MUTUAL * sum(both) / sum(whole) + (1 - _MUTUAL) * of_the_shorter


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


Word = frozenset[str]
"""The ideas of a word and its stem: two words of which one is shared say the same."""


@lru_cache(2_000)
def _weighed(text: str) -> Mapping[Word, float]:
    """The words that say something, with what they weigh: what it is about more than what is to be done with it."""
    found = {}
    for word in fold(text).split():
        ideas = frozenset(idea for idea in ideas_of(word) if idea[0] != "plain" and idea[1] not in _UNTOLD)
        technical = any(section == "technique" for section, _ in ideas)
        said_of_anything = not ideas and bool(ideas_of(word))
        if len(word) > 1 and not said_of_anything and (technical or word in subject_words(word)):
            acts = bool(ideas) and all(section == "acts" for section, _ in ideas)
            keys = frozenset(f"{section} {name}" for section, name in ideas)
            found[keys | {word[:_STEM]}] = _ACT_WEIGHT if acts else 1.0
    return found


def _found(words: Mapping[Word, float], among: Mapping[Word, float]) -> float:
    """The weight of those that the others have too."""
    return sum(weight for word, weight in words.items() if any(not word.isdisjoint(other) for other in among))
