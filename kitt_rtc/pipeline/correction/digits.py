"""Digits said one after another: telephone numbers, codes, internet addresses.

The law: a list of small numbers is no number. "Cameras two, four, five" stays as it is; "code two, four, five" is 245.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from kitt_rtc.pipeline.correction.line import Change, Line
from kitt_rtc.pipeline.correction.numerals import Numeral

_FRENCH = re.compile(r"0[1-9]\d{8}")
_ABROAD = re.compile(r"(?:33[1-9]\d{8}|1[2-9]\d{9}|4[0-9]\d{8,10}|3[0-9]\d{8,10})")
_AMERICAN = re.compile(r"[2-9]\d{2}[2-9]\d{6}")
_BRITISH_MOBILE = re.compile(r"07\d{9}")
_LONG_DIGITS = range(9, 20)
"""Of a telephone number, a card, an account: so many in a row are no list."""
_CARD = 16
_LEAST = 4
"""So many digits in a row, without a pause, are one number whatever stands before; fewer need a word that says so."""
_REPEATED = {"double": 2, "triple": 3}
_NEAR = 4
"""Words back in which a designator ("code", "téléphone") speaks for what follows."""


@dataclass(frozen=True, slots=True)
class Run:
    """Digits in a row."""

    first: int
    stop: int
    pieces: tuple[str, ...]
    said: bool
    """At least one of them in words."""
    paused: bool
    """With commas or full stops between."""
    plus: bool

    @property
    def digits(self) -> str:
        return "".join(self.pieces)


def find(line: Line) -> Iterator[Change]:
    """Telephone numbers and codes."""
    if not line.numerals and not line.holds(line.book.oh):
        return
    by_place = {numeral.first: numeral for numeral in line.numerals}
    place = 0
    while place < len(line.tokens):
        run = _run_at(line, place, by_place) if place in by_place or _may_begin(line, place) else None
        if run is None:
            place += 1
            continue
        written = _written(line, run) if run.said and _is_whole(line, run) else ""
        if written and written != line.text[line.tokens[run.first].start : line.tokens[run.stop - 1].end]:
            yield Change("number", run.first, run.stop, written)
        place = max(run.stop, place + 1)


def _may_begin(line: Line, place: int) -> bool:
    """What a number begins with and is none itself: "double", "oh", "plus"."""
    book, word = line.book, line.word(place)
    return word in _REPEATED or word in book.oh or word in book.plus or line.mark(place) == "+"


def _is_whole(line: Line, run: Run) -> bool:
    """Not a piece of something longer ("eight hundred five | five five …"), and nothing that is counted or measured."""
    if any(one.said and not one.ordinal and run.first in {one.stop, one.stop + 1} for one in line.numerals):
        return line.mark(run.first - 1) in {".", "?", "!", ":"}
    if any(one.first == run.stop and not one.ordinal for one in line.numerals):
        return False
    book = line.book
    return not any(line.match(run.stop, list_) for list_ in (book.units, book.money, book.percent, book.multiplied))


def _run_at(line: Line, place: int, by_place: dict[int, Numeral]) -> Run | None:
    pieces: list[str] = []
    said = paused = False
    plus = bool(line.match(place, line.book.plus)) or line.mark(place) == "+"
    stop = at = place + plus
    while True:
        piece, behind = _piece(line, at, by_place, pieces)
        if not piece:
            break
        said = said or not all(line.tokens[number].is_figure for number in range(at, behind))
        pieces.append(piece)
        stop = at = behind
        if line.mark(at) in {",", ".", "-"} and _piece(line, at + 1, by_place, pieces)[0]:
            paused = paused or line.mark(at) != "-"
            at += 1
    enough = len(pieces) > 1 or (pieces and len(pieces[0]) > 2 and line.word(place) in _REPEATED)
    return Run(place, stop, tuple(pieces), said, paused, plus) if enough else None


def _piece(line: Line, at: int, by_place: dict[int, Numeral], before: list[str]) -> tuple[str, int]:
    """The digits said at a place, and the place behind them; empty where none are."""
    if times := _REPEATED.get(line.word(at)):
        digit, behind = _piece(line, at + 1, by_place, before)
        if len(digit) == 1 or digit[:1] == "0":  # "double zéro sept": the library takes "zéro sept" for one number
            return digit[:1] * (times - 1) + digit, behind
    if line.match(at, line.book.oh) and not line.is_elided(at) and (before or _digit_follows(line, at + 1, by_place)):
        return "0", at + 1
    numeral = by_place.get(at)
    if numeral is None or numeral.ordinal or not numeral.whole:
        return "", at
    if len(numeral.digits.lstrip("0")) > 2 and numeral.said and not _hundreds(numeral, before):
        return "", at
    return numeral.digits, numeral.stop


def _digit_follows(line: Line, at: int, by_place: dict[int, Numeral]) -> bool:
    """Is an "oh" here a nought? Then a digit comes behind it: "oh seven", not "oh yes" or "oh, one moment"."""
    numeral = by_place.get(at)
    if numeral is not None:
        return numeral.whole and len(numeral.digits) == 1
    return bool(line.match(at, line.book.oh)) and line.spaced(at)


def _hundreds(numeral: Numeral, before: list[str]) -> bool:
    """ "Oh eight hundred": said within a telephone number."""
    return bool(before) and before[0] in {"0", "1"} and numeral.value < 1_000 and numeral.digits.endswith("00")


def _written(line: Line, run: Run) -> str:
    """As people write it; empty when it is not clear that it is one number."""
    digits, language = run.digits, line.language
    if run.plus:
        return _abroad(digits)
    near = set(line.before(run.first, _NEAR))
    called = not line.book.phone.endings.isdisjoint(near)
    named = not line.book.designators.endings.isdisjoint(near)
    if language == "fr" and _FRENCH.fullmatch(digits):
        return _pairs(digits)
    if language == "en" and _BRITISH_MOBILE.fullmatch(digits):
        return f"{digits[:5]} {digits[5:]}"
    if language == "en" and _AMERICAN.fullmatch(digits) and (called or not named):
        return f"{digits[:3]}-{digits[3:6]}-{digits[6:]}" if called or not run.paused else ""
    if _is_a_list(line, run, named or called):
        return ""
    if len(digits) == _CARD and len(run.pieces) > 4:
        return " ".join(digits[at : at + 4] for at in range(0, _CARD, 4))
    if all(len(piece) == 1 or piece[0] == "0" or len(set(piece)) == 1 for piece in run.pieces):
        return digits
    if run.pieces[0][0] == "0" or named:
        apart = not named or (language == "fr" and not run.paused)
        return " ".join(run.pieces) if apart else digits
    return ""


def _is_a_list(line: Line, run: Run, named: bool) -> bool:
    """Numbers each for itself: with pauses and nothing that says otherwise, or counted up from one."""
    if _goes_on_as_a_list(line, run):
        return True
    if named:
        return len(run.digits) < _LEAST and not line.closes(run.stop) and not _is_close(line, run)
    if len(run.digits) in _LONG_DIGITS:
        return False
    counted = [int(piece) for piece in run.pieces]
    rises = all(after - before == 1 for before, after in pairwise(counted))
    short = len(run.digits) < _LEAST and not run.digits.startswith("0")
    return run.paused or rises or short


def _is_close(line: Line, run: Run) -> bool:
    """ "Code five oh three appears": what is named stands right before it."""
    return not line.book.designators.endings.isdisjoint(line.before(run.first, 2))


def _goes_on_as_a_list(line: Line, run: Run) -> bool:
    """ "Two, four, five and seven"."""
    link = line.word(run.stop) or line.word(run.stop + 1)
    place = run.stop + 1 if line.word(run.stop) else run.stop + 2
    return link in {"and", "et", "or", "ou"} and any(numeral.first == place for numeral in line.numerals)


def _abroad(digits: str) -> str:
    if not _ABROAD.fullmatch(digits):
        return ""
    if digits.startswith("33"):
        return f"+33 {digits[2]} {_pairs(digits[3:])}"
    if digits.startswith("1"):
        return f"+1 {digits[1:4]}-{digits[4:7]}-{digits[7:]}"
    return f"+{digits[:2]} {digits[2:]}"


def _pairs(digits: str) -> str:
    return " ".join(digits[at : at + 2] for at in range(0, len(digits), 2))
