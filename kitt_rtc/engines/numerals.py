"""Numbers and codes as they are spoken, written as articles write them: "e zéro cinq" is "e05", "deux cents" is "200".

The law: passages and questions are read alike, so that nothing is lost where a sentence is taken for a number.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from types import MappingProxyType

_SMALL: Mapping[str, int] = MappingProxyType(
    {
        word: number
        for words in (
            "zero un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize",
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen",
        )
        for number, word in enumerate(words.split())
    }
)
_TENS: Mapping[str, int] = MappingProxyType(
    {
        "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60,
        "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
    }
)  # fmt: skip
_HUNDREDS = frozenset({"cent", "cents", "hundred"})
_ALONE = frozenset({"un", "one", "cent", "cents", "hundred"})
"""By themselves these are no numbers: an article, a name ("Volta One"), a hundred of them."""
_LETTERS = frozenset("befghkpqrvwxz")
"""Before a number they are the head of a code; the others are words of French or English too."""
_ONES = 10
_NAME = 3
"""A word of so many letters with one figure behind it is a name of its own: "thermia 6"."""


def written(words: Sequence[str]) -> list[str]:
    """These folded words with numbers in figures, and letters joined to the figures behind them."""
    figures = list(_in_figures(words))
    joined: list[str] = []
    for word in figures:
        head = joined[-1] if joined else ""
        if word.isdigit() and head in _LETTERS:
            joined[-1] = head + word
        else:
            joined.append(word)
    return joined


def named(words: Sequence[str]) -> list[str]:
    """Names made of a word and one figure, which stand beside the words they are made of."""
    pairs = pairwise(words)
    return [word + figure for word, figure in pairs if len(figure) == 1 and figure.isdigit() and _is_name(word)]


def _is_name(word: str) -> bool:
    return len(word) >= _NAME and word.isalpha()


def _in_figures(words: Sequence[str]) -> Iterator[str]:
    place = 0
    while place < len(words):
        number, used = _number_at(words, place)
        if used and not (used == 1 and words[place] in _ALONE):
            yield number
            place += used
        else:
            yield words[place]
            place += 1


def _number_at(words: Sequence[str], place: int) -> tuple[str, int]:
    """The number that begins here, and of how many words; said figure by figure it keeps its noughts."""
    said = list(_run(words, place))
    if not said:
        return "", 0
    if len(said) > 1 and all(_SMALL.get(word, _ONES) < _ONES for word in said):
        return "".join(str(_SMALL[word]) for word in said), len(said)
    total = 0
    for at, word in enumerate(said):
        if word in _HUNDREDS:
            total = max(1, total) * 100
        elif word in {"vingt", "vingts"} and at and said[at - 1] == "quatre":
            total += 76
        else:
            total += _TENS.get(word, _SMALL.get(word, 0))
    return str(total), len(said)


def _run(words: Sequence[str], place: int) -> Iterator[str]:
    """Number words in a row, with the "et" of "vingt et un" and the "and" of "two hundred and ten"."""
    for at in range(place, len(words)):
        before, word, after = words[at - 1] if at > place else "", words[at], "".join(words[at + 1 : at + 2])
        french = word == "et" and before in _TENS and after in {"un", "onze"}
        english = word == "and" and before in _HUNDREDS and _is_number(after)
        if not (french or english or _is_number(word)):
            return
        yield word


def _is_number(word: str) -> bool:
    return word in _SMALL or word in _TENS or word in _HUNDREDS
