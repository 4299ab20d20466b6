"""Numbers in a row of folded words, in figures or spelled out: "three", "trois" and "3" are one."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

ONES = frozenset({"one", "un", "une", "a", "an"})
"""One of something, before what is counted; by themselves these are no numbers."""
_SMALL = {
    word: number
    for row in (
        "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
        "seventeen eighteen nineteen",
    )
    for number, word in enumerate(row.split())
}
_TENS = {
    word: 10 * (place + 2)
    for row in (
        "vingt trente quarante cinquante soixante",
        "twenty thirty forty fifty sixty seventy eighty ninety",
        "vingts",
    )
    for place, word in enumerate(row.split())
}
_TIMES = {"hundred": 100, "cent": 100, "cents": 100, "thousand": 1000, "mille": 1000}
_FOUR_TWENTIES = 80 - 4
_THOUSANDS = 3
"""Figures of a group: "3 000"."""


def number_at(words: Sequence[str], place: int) -> tuple[str, int]:
    """The number that begins here, and of how many words it is; empty and 0 where there is none."""
    spelled = list(takewhile(_is_spelled, words[place:]))
    if spelled:
        return ("", 0) if spelled in (["one"], ["un"]) else (str(_value(spelled)), len(spelled))
    figures = list(_figures(words[place:]))
    return (str(int("".join(figures))), len(figures)) if figures else ("", 0)


def _is_spelled(word: str) -> bool:
    return word in _SMALL or word in _TENS or word in _TIMES


def _value(words: Sequence[str]) -> int:
    total = 0
    for at, word in enumerate(words):
        if word in _TIMES:
            total = max(1, total) * _TIMES[word]
        elif word in {"vingt", "vingts"} and at and words[at - 1] == "quatre":
            total += _FOUR_TWENTIES
        else:
            total += _TENS.get(word, _SMALL.get(word, 0))
    return total


def _figures(words: Sequence[str]) -> Iterator[str]:
    """The first group and those of three figures behind it."""
    if words and words[0].isdigit():
        yield words[0]
        if len(words[0]) <= _THOUSANDS:
            yield from takewhile(lambda word: word.isdigit() and len(word) == _THOUSANDS, words[1:])
