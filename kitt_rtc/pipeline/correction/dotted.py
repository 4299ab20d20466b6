"""Numbers with points between them: versions and internet addresses ("one nine two dot one six eight dot …")."""

from collections.abc import Iterator

from kitt_rtc.pipeline.correction.line import Change, Line
from kitt_rtc.pipeline.correction.numerals import Numeral


def find(line: Line) -> Iterator[Change]:
    """Three parts or more; two where the word "version" stands before them."""
    if not line.numerals or not line.holds(line.book.dot):
        return
    by_place = {numeral.first: numeral for numeral in line.numerals}
    place = 0
    while place < len(line.tokens):
        if place not in by_place and not line.tokens[place].is_figure:
            place += 1
            continue
        parts, stop = _parts_at(line, place, by_place)
        versioned = any(word in line.book.versions for word in line.before(place, 2))
        if len(parts) >= (2 if versioned else 3) and not all(
            line.tokens[at].is_figure or line.mark(at) == "." for at in range(place, stop)
        ):
            yield Change("number", place, stop, ".".join(parts))
        place = max(stop, place + 1)


def _parts_at(line: Line, place: int, by_place: dict[int, Numeral]) -> tuple[list[str], int]:
    parts: list[str] = []
    stop = at = place
    while True:
        part, at = _digits(line, at, by_place)
        if not part:
            break
        parts += part.split(".")
        stop = at
        behind = line.match(at, line.book.dot)
        if not behind:
            break
        at = behind
    return parts, stop


def _digits(line: Line, at: int, by_place: dict[int, Numeral]) -> tuple[str, int]:
    """One part: a number, digits one by one ("one six eight"), or what is written already ("2.1")."""
    digits = ""
    while at < len(line.tokens):
        token = line.tokens[at]
        numeral = by_place.get(at)
        if numeral is None and not digits and token.is_figure and not set(token.text) - set("0123456789."):
            return token.text, at + 1
        if numeral is None or numeral.ordinal or "," in numeral.digits:
            break
        if digits and (len(numeral.digits) > 1 or len(digits) > 2):
            break
        digits += numeral.digits
        at = numeral.stop
        if len(numeral.digits) > 1:
            break
    return digits, at
