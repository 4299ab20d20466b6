"""Hours, days and years: "quatorze heures trente", "March third", "nineteen eighty-four"."""

from collections.abc import Iterator

from kitt_rtc.pipeline.correction.line import Change, Line
from kitt_rtc.pipeline.correction.numerals import Numeral
from kitt_rtc.pipeline.correction.phrases import Phrases

_DAYS = range(1, 32)
_MINUTES = range(10, 60)
_CENTURIES = {18, 19}
_THIS_CENTURY = 20
_UNTIL = Phrases(["au", "et le", "ou le", "to the", "and the", "or the", "through the"])
_LASTING = frozenset({"de", "pour", "depuis", "et"})
"""Before hours that are a length of time, unless it is said until when."""


def find(line: Line) -> Iterator[Change]:
    """Each language has its own way with hours."""
    by_place = {numeral.first: numeral for numeral in line.numerals}
    for numeral in line.numerals:
        follower = by_place.get(numeral.stop)
        change = _day(line, numeral) or (
            _hour_in_french(line, numeral, by_place)
            if line.language == "fr"
            else _year_in_english(line, numeral, follower) or _hour_in_english(line, numeral, follower)
        )
        if change:
            yield change


def _day(line: Line, numeral: Numeral) -> Change | None:
    """ "Le premier mars", "the third of March", "March third"; "du trois" too, where "au cinq mars" follows."""
    if not _is_day(numeral):
        return None
    last = next((one for one in line.numerals if one.first == line.match(numeral.stop, _UNTIL)), None)
    if _is_dated(line, numeral) or (last is not None and _is_day(last) and _is_dated(line, last)):
        return Change("number", numeral.first, numeral.stop, numeral.digits)
    return None


def _is_day(numeral: Numeral) -> bool:
    return numeral.said and numeral.value in _DAYS and numeral.digits[0].isdigit()


def _is_dated(line: Line, numeral: Numeral) -> bool:
    if line.language == "fr":
        return bool(line.match(numeral.stop, line.book.months)) and (not numeral.ordinal or numeral.value == 1)
    of_month = line.word(numeral.stop) == "of" and line.match(numeral.stop + 1, line.book.months)
    behind_month = line.word(numeral.first - 1) in line.book.months and line.mark(numeral.first - 1)[:1].isupper()
    return numeral.ordinal and bool(of_month or behind_month)


def _hour_in_french(line: Line, hour: Numeral, by_place: dict[int, Numeral]) -> Change | None:
    """ "Quatorze heures trente" is 14 h 30; "à trois heures" is à 3 heures."""
    behind = line.match(hour.stop, line.book.clock_closers)
    if not behind or not hour.whole or hour.value > 24:
        return None
    minute = by_place.get(behind)
    if minute is not None and (hour.said or minute.said) and _is_minute(line, minute):
        return Change("number", hour.first, minute.stop, f"{hour.value:.0f} h {minute.value:02.0f}")
    told = line.word(hour.first - 1) in line.book.clock_openers
    until = line.word(behind) == "a"
    at_the_clock = line.word(hour.first - 1) not in _LASTING or until
    if hour.said and 2 <= hour.value < 10 and told and at_the_clock:
        return Change("number", hour.first, hour.stop, hour.digits)
    return None


def _is_minute(line: Line, minute: Numeral) -> bool:
    """What is counted ("neuf heures vingt techniciens") is no minute."""
    padded = minute.digits.startswith("0") and 0 < minute.value < 10
    return (
        minute.whole
        and (minute.value in _MINUTES or padded or (minute.value == 5 and not line.word(minute.stop)))
        and not line.match(minute.stop, line.book.minutes)
        and line.closes(minute.stop)
    )


def _year_in_english(line: Line, century: Numeral, year: Numeral | None) -> Change | None:
    """ "Nineteen eighty-four"; "twenty twenty-six" only where a year is expected."""
    if year is None or not (century.said and year.said and century.whole and year.whole):
        return None
    if not 10 <= year.value <= 99 or len(century.digits) != 2:
        return None
    before = line.word(century.first - 1)
    expected = before in line.book.year_openers or before in line.book.months or _behind_day(line, century)
    if century.value in _CENTURIES or (century.value == _THIS_CENTURY and expected and line.closes(year.stop)):
        return Change("number", century.first, year.stop, f"{century.digits}{year.digits}")
    return None


def _behind_day(line: Line, century: Numeral) -> bool:
    """ "March third, twenty twenty-six"."""
    behind = century.first - (line.mark(century.first - 1) == ",")
    return any(
        one.ordinal and one.stop == behind and line.word(one.first - 1) in line.book.months for one in line.numerals
    )


def _hour_in_english(line: Line, hour: Numeral, minute: Numeral | None) -> Change | None:
    """ "At seven thirty" is 7:30, "seven pm" is 7 pm; "seven thirty" alone may be a price."""
    if not hour.said or not hour.whole or not 1 <= hour.value <= 23 or len(hour.digits) > 2:
        return None
    told = line.word(hour.first - 1) in line.book.clock_openers
    stop = minute.stop if minute is not None else hour.stop
    closed = line.match(stop, line.book.clock_closers)
    if minute is not None and minute.said and minute.whole and minute.value in _MINUTES and (told or closed):
        if closed or (line.closes(stop) and not line.match(stop, line.book.minutes) and hour.value <= 12):
            return Change("number", hour.first, stop, f"{hour.value:.0f}:{minute.value:02.0f}")
        return None
    if minute is None and closed:
        return Change("number", hour.first, hour.stop, hour.digits)
    return None
