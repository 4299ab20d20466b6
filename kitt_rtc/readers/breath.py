"""How much of a text an ear takes in at once."""

import re
from collections.abc import Sequence

from kitt_rtc.model.words import sentences, word_count

BREATH_WORDS = 40
"""Some fifteen seconds of speech."""
_CLAUSE = re.compile(r"(?<=[,;:])\s+")


def in_one_breath(text: str) -> tuple[str, str]:
    """The first sentences that can be said within some fifteen seconds, and the rest; no word is lost.

    A first sentence that is longer by itself is cut after a comma, else between words.
    """
    for parts in (sentences(text), _CLAUSE.split(text), text.split()):
        kept = _fitting(parts)
        if kept:
            return " ".join(parts[:kept]), " ".join(parts[kept:])
    return "", ""


def _fitting(parts: Sequence[str]) -> int:
    """How many parts from the beginning have no more words than a breath."""
    words = 0
    for number, part in enumerate(parts):
        words += word_count(part)
        if words > BREATH_WORDS:
            return number
    return len(parts)
