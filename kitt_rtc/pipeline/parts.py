"""A long call in parts that a model reads side by side, and what it found in them together again.

The law: a part ends between two lines, and every part has its say: the first words of a call do not push out the last.
"""

from collections.abc import Callable, Hashable, Sequence
from itertools import chain, zip_longest
from typing import TypeVar

from kitt_rtc.model.speech import Utterance

PART_CHARACTERS = 12_000
"""About a quarter of an hour of talk: a model finds what is in the middle of it, too."""
MOST_PARTS = 12
"""Questions to a model at once; a call of more than three hours has longer parts."""
Found = TypeVar("Found")


def parts_of(said: Sequence[Utterance]) -> list[list[Utterance]]:
    """The lines, in order, in parts of about the same length; one part where the call is short."""
    total = sum(len(utterance.text) for utterance in said)
    wanted = min(MOST_PARTS, max(1, -(-total // PART_CHARACTERS)))
    parts: list[list[Utterance]] = [[] for _ in range(wanted)]
    read = 0
    for utterance in said:
        parts[min(wanted - 1, read * wanted // max(1, total))].append(utterance)
        read += len(utterance.text)
    return [part for part in parts if part]


def together(found: Sequence[Sequence[Found]], key: Callable[[Found], Hashable], most: int) -> list[Found]:
    """Of what was found in each part the first ones, then the second ones, …: at most so many, none twice."""
    kept: dict[Hashable, Found] = {}
    for one in chain.from_iterable(zip_longest(*found)):
        if one is not None:
            kept.setdefault(key(one), one)
    return list(kept.values())[:most]
