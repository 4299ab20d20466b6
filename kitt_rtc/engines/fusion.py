"""Several rankings made one by reciprocal ranks: what stands high in more than one comes first."""

from collections.abc import Sequence

_CONSTANT = 2
"""As in Qdrant: the first of a ranking counts a half, the second a third."""


def fused(rankings: Sequence[Sequence[str]]) -> list[str]:
    """Each once, best first."""
    scores: dict[str, float] = {}
    for ranking in rankings:
        for place, known_as in enumerate(ranking):
            scores[known_as] = scores.get(known_as, 0.0) + 1 / (_CONSTANT + place)
    return sorted(scores, key=lambda known_as: -scores[known_as])
