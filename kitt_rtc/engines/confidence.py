"""How sure an engine is of all its words together. What the words are worth is judged elsewhere: pipeline/guard.py."""

import math
from collections.abc import Sequence

from kitt_rtc.ports import Scores


def confidence(pieces: Sequence[Scores]) -> float | None:
    """0 to 1 over all pieces, the longer ones counting more; None where the model does not tell."""
    told = [(max(piece.seconds, 0.01), piece.logprob) for piece in pieces if piece.logprob is not None]
    if not told:
        return None
    mean = sum(seconds * logprob for seconds, logprob in told) / sum(seconds for seconds, _ in told)
    return round(min(1.0, math.exp(mean)), 3)
