"""E-mail and web addresses said in words: "john dot smith at acme dot com", "contact arobase acme point fr".

The law: an address is written only when every part of it was said. Where it cannot be told where the name begins, the
words stay as they are.
"""

from collections.abc import Iterator

from kitt_rtc.model.words import EMPTY_WORDS
from kitt_rtc.pipeline.correction.domains import Domain, domain_at, site_at
from kitt_rtc.pipeline.correction.line import Change, Line
from kitt_rtc.pipeline.correction.numerals import Numeral

_NEAR = 7
"""Words back in which "e-mail" or "address" makes an English "at" an at sign."""
_MOST_WORDS = 3
"""Words that a name is made of when nothing is said between them ("jean dupont arobase …")."""


def find(line: Line) -> Iterator[Change]:
    """E-mail addresses first: the domain of one is no web address."""
    if "." not in line.text and "@" not in line.text and not line.holds(line.book.dot, line.book.at):
        return
    taken = 0
    for place in range(len(line.tokens)):
        if place < taken:
            continue
        behind = _at_sign(line, place)
        mail = _mail(line, place, behind) if behind else None
        if behind and mail is None and line.word(place) != "at":
            taken = behind + 1  # what stands behind an at sign is no site of its own
            continue
        change = mail or _site(line, place)
        if change:
            yield change
            taken = change.stop


def _at_sign(line: Line, place: int) -> int:
    return place + 1 if line.mark(place) == "@" else line.match(place, line.book.at)


def _mail(line: Line, at: int, behind: int) -> Change | None:
    weak = line.word(at) == "at" and behind == at + 1
    domain = domain_at(line, behind, most_words=1 if weak else _MOST_WORDS)
    if domain is None:
        return None
    local = _local(line, at, weak=weak)
    if local is None or (weak and not _is_mail(line, local, domain)):
        return None
    first, name = local
    return Change("address", first, domain.stop, f"{name}@{domain.name}")


def _is_mail(line: Line, local: tuple[int, str], domain: Domain) -> bool:
    """An English "at" is an at sign where the name has points in it, or mail is spoken of: one also looks at sites."""
    first, name = local
    if not name.isalpha() or domain.name.split(".")[0] in line.book.providers:
        return True
    return any(word in line.book.mail for word in line.before(first, _NEAR))


def _local(line: Line, stop: int, *, weak: bool) -> tuple[int, str] | None:
    """The name in front of the at sign: where it begins, and how it is written. None when that is not clear."""
    by_stop = {numeral.stop: numeral for numeral in line.numerals if numeral.whole and not numeral.ordinal}
    place, name, alone = _piece_before(line, stop, by_stop)
    if not name:
        return None
    words = int(alone)
    while True:
        sign, before = _joiner_before(line, place)
        if sign:
            first, piece, alone = _piece_before(line, before, by_stop)
            if not piece:
                break
            place, name, words = first, piece + sign + name, 1
            continue
        first, piece, one = _piece_before(line, place, by_stop)
        if not piece or _opens(line, first):
            break
        if one and alone and weak:
            break
        if one and alone:
            words += 1
            if words > _MOST_WORDS:
                return None
        place, name, alone = first, piece + name, one
    if words > 1 and not _is_opener(line, place):
        return None
    return place, name


def _piece_before(line: Line, stop: int, by_stop: dict[int, Numeral]) -> tuple[int, str, bool]:
    """A word, a number or a letter that ends before `stop`: its place, its letters, and whether it is a whole word."""
    if numeral := by_stop.get(stop):
        return numeral.first, numeral.digits, False
    token = line.tokens[stop - 1] if stop > 0 else None
    if token is None or not token.is_word or " " in token.word or (stop > 1 and line.mark(stop - 2) in {"'", "’"}):
        return stop, "", False
    return stop - 1, token.word, len(token.word) > 1


def _joiner_before(line: Line, stop: int) -> tuple[str, int]:
    book = line.book
    if stop > 0 and line.mark(stop - 1) in {".", "-", "_", "+"} and not line.spaced(stop):
        return line.mark(stop - 1), stop - 1
    for sign, phrases in ((".", book.dot), ("-", book.dash), ("_", book.underscore), ("+", book.plus)):
        for phrase in phrases:
            first = stop - len(phrase)
            if first > 0 and all(line.word(first + at) == word for at, word in enumerate(phrase)):
                return sign, first
    return "", stop


def _opens(line: Line, place: int) -> bool:
    """Does this word lead to an address, and is no part of it?"""
    word = line.word(place)
    if word in {"a", "y", "s"}:
        return True
    return len(word) > 1 and (word in EMPTY_WORDS[line.language] or _is_an_opener(line, word))


def _is_opener(line: Line, place: int) -> bool:
    return place == 0 or not line.word(place - 1) or _is_an_opener(line, line.word(place - 1))


def _is_an_opener(line: Line, word: str) -> bool:
    return word in line.book.address_openers.endings


def _site(line: Line, place: int) -> Change | None:
    domain = site_at(line, place)
    return Change("address", place, domain.stop, domain.name) if domain else None
