"""Percentages and money: "twenty percent", "twelve dollars fifty", "trois euros vingt"."""

from collections.abc import Iterator

from kitt_rtc.pipeline.correction.counts import grouped, is_vague, written
from kitt_rtc.pipeline.correction.line import Change, Line
from kitt_rtc.pipeline.correction.numerals import Numeral

_SIGNS = {"euro": "€", "dollar": "$", "pound": "£"}
_ARTICLES = frozenset({"a", "an"})


def find(line: Line) -> Iterator[Change]:
    """A number, what is counted, and the hundredths behind it."""
    by_place = {numeral.first: numeral for numeral in line.numerals}
    for numeral in line.numerals:
        percent = line.match(numeral.stop, line.book.percent)
        behind = percent or line.match(numeral.stop, line.book.money)
        if not behind or numeral.ordinal or is_vague(line, numeral):
            continue
        if percent:
            yield _percentage(line, numeral, percent)
        else:
            yield from _money(line, numeral, behind, by_place)


def _percentage(line: Line, numeral: Numeral, behind: int) -> Change:
    sign = " %" if line.language == "fr" else "%"
    return Change("number", _beginning(line, numeral), behind, grouped(numeral.digits, line.language) + sign)


def _money(line: Line, numeral: Numeral, behind: int, by_place: dict[int, Numeral]) -> Iterator[Change]:
    sign = _SIGNS.get(line.word(numeral.stop).rstrip("s"), "")
    linked = line.word(behind) in {"et", "and"}
    cents = by_place.get(behind + linked)
    if sign and cents is not None and _are_cents(line, cents, linked) and numeral.whole:
        amount = grouped(numeral.digits, line.language)
        stop = line.match(cents.stop, line.book.cents) or cents.stop
        rest = f"{cents.value:02.0f}"
        price = f"{amount},{rest} {sign}" if line.language == "fr" else f"{sign}{amount}.{rest}"
        yield Change("number", _beginning(line, numeral), stop, price)
    elif numeral.said and (numeral.value != 1 or not numeral.whole):
        yield Change("number", _beginning(line, numeral), numeral.stop, written(line, numeral))


def _are_cents(line: Line, cents: Numeral, linked: bool) -> bool:
    """Said in words, below a hundred; "and five" needs the word "cents" behind it."""
    if not cents.said or not cents.whole or not 0 < cents.value < 100:
        return False
    if line.match(cents.stop, line.book.cents):
        return True
    return not linked and cents.value >= 10 and line.closes(cents.stop)


def _beginning(line: Line, numeral: Numeral) -> int:
    """ "A hundred dollars": the article belongs to the number."""
    alone = numeral.said and line.word(numeral.first) in {"hundred", "thousand"}
    return numeral.first - 1 if alone and line.word(numeral.first - 1) in _ARTICLES else numeral.first
