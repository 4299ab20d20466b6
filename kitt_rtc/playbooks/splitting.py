"""The yes or no that tells the candidate articles apart best.

Each article counts by its score. A state that half of that weight speaks of, and half does not, is worth one bit; one
that all or none speak of is worth nothing.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Sequence

from kitt_rtc.model.insight import Passage
from kitt_rtc.model.words import language_of
from kitt_rtc.playbooks.states import State, States

LEAST_BITS = 0.5
"""What a question must be worth to be asked in the place of a general one."""
_NEAR = 0.6
"""An article counts as a candidate whose score is at least so much of the best one's."""
_LEAST_SCORE = 0.12
"""Below this even the best article has hardly a word of it: there is nothing to tell apart."""


def best_split(passages: Sequence[Passage], states: States, language: str, closed: Collection[str]) -> State | None:
    """The state to ask for, none of `closed`; None where nothing tells the candidates apart well enough."""
    articles = candidates(passages)
    if len(articles) < 2:
        return None
    spoken_of = {source: _states_of(parts, states) for source, parts in articles.items()}
    weights = {source: max(part.score for part in parts) for source, parts in articles.items()}
    worth = {
        state.id: _bits(sum(weights[source] for source in weights if state.id in spoken_of[source]), weights)
        for state in states.of(language)
        if state.id not in closed
    }
    best = max(worth, key=lambda one: worth[one], default="")
    return states.named(best, language) if best and worth[best] >= LEAST_BITS else None


def candidates(passages: Sequence[Passage]) -> dict[str, list[Passage]]:
    """The articles that may still be meant, with their passages, by source."""
    best = max((passage.score for passage in passages), default=0.0)
    found: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        if passage.score >= max(_LEAST_SCORE, _NEAR * best):
            found[passage.source].append(passage)
    return dict(found)


def _states_of(parts: Sequence[Passage], states: States) -> set[str]:
    return {
        told.state.id
        for part in parts
        for told in states.told(f"{part.title}. {part.text}", part.language[:2].lower() or language_of(part.text, "en"))
    }


def _bits(with_it: float, weights: dict[str, float]) -> float:
    """Entropy of the answer, in bits: what a yes or a no is expected to tell."""
    share = with_it / (sum(weights.values()) or 1.0)
    if share <= 0.0 or share >= 1.0:
        return 0.0
    return -(share * math.log2(share) + (1 - share) * math.log2(1 - share))
