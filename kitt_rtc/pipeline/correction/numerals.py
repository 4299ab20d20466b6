"""Numbers in words, found by text2num: the one room that knows the library."""

from collections.abc import Sequence
from dataclasses import dataclass

from text_to_num import find_numbers

_OTHERWISE = {"fr": {"zero": "zéro"}, "en": {"o": "·", "oh": "·"}}
"""What the library must not read as it stands: it wants the accent, and takes the O of "ten o'clock" for a nought."""
_LONGEST = 15
"""Digits of a number that can be counted with."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number said in the tokens from `first` to before `stop`, or a written one."""

    first: int
    stop: int
    digits: str
    """As people write it, without spaces: "97500", "06", "3,5", "23rd"."""
    value: float
    ordinal: bool = False
    said: bool = True
    """In words; else it stood there in digits."""

    @property
    def whole(self) -> bool:
        """A plain count."""
        return self.digits.isdigit()


class _Word:
    """A token in the library's form."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def text(self) -> str:
        return self._text

    def nt_separated(self, _: "_Word") -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return False


def numerals_in(tokens: Sequence[str], language: str) -> tuple[Numeral, ...]:
    """Every number of a sentence, in order; small ones too ("un", "two"): what is a number in earnest is for rules."""
    otherwise = _OTHERWISE.get(language, {})
    words = [otherwise.get(token.lower(), token.lower()) for token in tokens]
    said = [
        Numeral(one.start, one.end, one.text, one.value, one.is_ordinal)
        for one in find_numbers([_Word(word) for word in words], language, 0.0)
    ]
    written = [
        Numeral(at, at + 1, token, float(token), said=False)
        for at, token in enumerate(tokens)
        if token.isascii() and token.isdecimal() and len(token) <= _LONGEST
    ]
    return tuple(sorted((*said, *written), key=lambda one: one.first))
