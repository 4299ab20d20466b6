"""Counts: "quatre-vingt-dix-sept mille cinq cents" is 97 500, "twenty-five cameras" is 25 cameras.

The law: small numbers stay words as in a newspaper, but before a unit ("cinq volts") and behind what they name
("version three"). What is rough ("a hundred times", "two or three hundred") or an idiom stays as it is.
"""

from collections.abc import Iterator
from itertools import pairwise

from kitt_rtc.pipeline.correction.line import Change, Line
from kitt_rtc.pipeline.correction.numerals import Numeral

SMALL = 10
"""Counts below this are words."""
_LONG = 5
"""From so many digits on, they stand in groups of three; years and codes do not."""
_LARGE = {
    "million": 1_000_000,
    "millions": 1_000_000,
    "milliard": 1_000_000_000,
    "milliards": 1_000_000_000,
    "billion": 1_000_000_000,
    "billions": 1_000_000_000,
}
_OUT_OF = frozenset({("sur", "fois"), ("of", "out")})
"""Backwards: "neuf fois sur dix", "ten out of ten"."""
_AFTER_ONE = frozenset({"", "et", "ou", "est", "and", "or", "is"})
"""Behind "port one": anything else may be counted ("code un client")."""
_POSTAL = frozenset({"postal", "postcode", "zip"})
_LISTED = frozenset({"", ",", "-"})


def find(line: Line) -> Iterator[Change]:
    """Whole numbers and decimals."""
    for numeral in line.numerals:
        if not numeral.said or numeral.ordinal or not _counts(line, numeral):
            continue
        if not is_vague(line, numeral) and not _is_beside_another(line, numeral):
            yield Change("number", _beginning(line, numeral), numeral.stop, written(line, numeral))


def grouped(digits: str, language: str) -> str:
    """97 500 in French, 97,500 in English."""
    whole = digits.replace(",", ".").partition(".")[0]
    if len(whole) < _LONG or digits.startswith("0"):
        return digits
    rest = digits[len(whole) :]
    return f"{int(whole):,}".replace(",", " " if language == "fr" else ",") + rest


def written(line: Line, numeral: Numeral) -> str:
    """Millions keep their word: "2 millions"."""
    name = line.word(numeral.stop - 1)
    size = _LARGE.get(name)
    if size and numeral.value % size == 0 and numeral.value < 1_000 * size:
        return f"{numeral.value / size:.0f} {line.mark(numeral.stop - 1)}"
    if not _POSTAL.isdisjoint(line.before(numeral.first, 3)):
        return numeral.digits
    return grouped(numeral.digits, line.language)


def is_vague(line: Line, numeral: Numeral) -> bool:
    """Rough, an idiom, or a piece of something larger that the rules do not understand."""
    if not numeral.said:
        return False
    before, last = line.word(numeral.first - 1), line.word(numeral.stop - 1)
    return (
        (_is_bare(line, numeral) and (before in line.book.vague or last in _LARGE))
        or numeral.value == _LARGE.get(last)  # "un million": as often a manner of speaking
        or (before == "a" and line.word(numeral.first - 2) in line.book.vague)
        or before == "point"
        or last in line.book.roughly
        or _is_a_name(line, numeral)
        or (line.word(numeral.first - 1), line.word(numeral.first - 2)) in _OUT_OF
        or not line.idioms.isdisjoint(range(numeral.first, numeral.stop))
        or bool(line.match(numeral.stop, line.book.multiplied))
        or bool(line.match(numeral.stop, line.book.halves))
        or _is_one_of_a_range(line, numeral)
        or _leans_on_figures(line, numeral)
    )


def _counts(line: Line, numeral: Numeral) -> bool:
    if not numeral.whole:
        return True
    if _is_bare(line, numeral):
        return bool(line.match(numeral.stop, line.book.units))
    if numeral.value >= SMALL:
        return True
    if numeral.value == 1 and numeral.digits == "1":
        return _names(line, numeral)
    return bool(line.match(numeral.stop, line.book.units)) or _names(line, numeral)


def _names(line: Line, numeral: Numeral) -> bool:
    """ "Version three": right behind what it names, and nothing counted behind it."""
    return line.word(numeral.first - 1) in line.book.designators.endings and (
        line.closes(numeral.stop)
        and not _goes_on(line, numeral.stop)
        and not (numeral.value == 1 and line.word(numeral.stop) not in _AFTER_ONE)
        and line.word(numeral.first) != "une"
    )


def _goes_on(line: Line, place: int) -> bool:
    """ "Version two or three"."""
    behind = line.match(place, line.book.between)
    return bool(behind) and any(one.first == behind for one in line.numerals)


def _is_bare(line: Line, numeral: Numeral) -> bool:
    """ "A hundred", "mille": as often a manner of speaking as a number."""
    return numeral.stop - numeral.first == 1 and line.word(numeral.first) in line.book.multipliers


def _is_one_of_a_range(line: Line, numeral: Numeral) -> bool:
    """ "Two or three hundred": the first of the two is meant in hundreds too, so neither is written in digits."""
    return any(_are_a_range(line, one, other) for one, other in pairwise(line.numerals) if numeral in (one, other))


def _are_a_range(line: Line, one: Numeral, other: Numeral) -> bool:
    gap = other.first - one.stop
    close = gap == 0 or (gap == 1 and (line.mark(one.stop) in _LISTED or bool(line.match(one.stop, line.book.between))))
    if not close or not one.whole or not other.whole or not other.said:
        return False
    multiplied = line.word(other.stop - 1) in line.book.multipliers
    if gap == 0 and other.stop - other.first == 1 and multiplied:
        return True
    return multiplied and one.value < 100 and line.word(one.stop - 1) not in line.book.multipliers


def _is_beside_another(line: Line, numeral: Numeral) -> bool:
    """ "One fifty", "twelve ninety-nine": a price, an hour or two counts, and nobody can tell."""
    return any(
        other.said and not other.ordinal and (other.stop == numeral.first or other.first == numeral.stop)
        for other in line.numerals
    )


def _is_a_name(line: Line, numeral: Numeral) -> bool:
    """ "Monsieur Dix": a capital where no sentence begins."""
    capital = line.mark(numeral.first)[:1].isupper() and numeral.stop - numeral.first == 1
    return capital and bool(line.word(numeral.first - 1)) and not line.mark(numeral.first - 1)[:1].isupper()


def _leans_on_figures(line: Line, numeral: Numeral) -> bool:
    """ "97 mille": half in digits already, as an engine wrote it."""
    before = numeral.first > 0 and line.tokens[numeral.first - 1].is_figure
    behind = numeral.stop < len(line.tokens) and line.tokens[numeral.stop].is_figure
    return before or behind


def _beginning(line: Line, numeral: Numeral) -> int:
    """ "A hundred and twenty": the article belongs to the number."""
    starts = line.word(numeral.first) in line.book.multipliers and line.language == "en"
    return numeral.first - 1 if starts and line.word(numeral.first - 1) == "a" else numeral.first
