"""Words spelled letter by letter: "P V L two zero four", "D comme Daniel", "bravo delta seven".

The law: letters that are named one by one ("options A, B and C") stay apart.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kitt_rtc.pipeline.correction.line import Change, Line
from kitt_rtc.pipeline.correction.numerals import Numeral

_CALLED = {"double v": "W", "double u": "W", "double you": "W", "i grec": "Y", "zed": "Z"}
_ALSO_WORDS = frozenset({"a", "i", "o", "y"})
"""Letters that are words too: an article in front of a spelled word does not belong to it."""
_WEAK = frozenset({"for", "like", "as"})
"""Between a letter and a word only where the word is one of the spelling alphabet: "I for instance" is none."""
_NEAR = 6


@dataclass(frozen=True, slots=True)
class Piece:
    """A letter or some digits of a spelled word."""

    text: str
    stop: int
    sure: bool = False
    """Nobody says it but to spell: "D comme Daniel"."""
    nato: bool = False
    capital: bool = True


@dataclass(frozen=True, slots=True)
class Spelling:
    """A spelled word."""

    first: int
    pieces: tuple[Piece, ...]
    paused: bool

    @property
    def stop(self) -> int:
        return self.pieces[-1].stop

    @property
    def written(self) -> str:
        return "".join(piece.text for piece in self.pieces)

    @property
    def letters(self) -> list[Piece]:
        return [piece for piece in self.pieces if piece.text.isalpha()]


def find(line: Line) -> Iterator[Change]:
    if not any(len(word) == 1 or word in line.book.alphabet or word in _CALLED for word in line.words):
        return
    by_place = {numeral.first: numeral for numeral in line.numerals}
    place = 0
    while place < len(line.tokens):
        spelling = spelling_at(line, place, by_place)
        if spelling is None:
            place += 1
            continue
        heard = line.text[line.tokens[spelling.first].start : line.tokens[spelling.stop - 1].end]
        if _is_spelled(line, spelling) and spelling.written != heard:
            yield Change("letters", spelling.first, spelling.stop, spelling.written)
            place = spelling.stop
        else:
            place += 1


def spelling_at(line: Line, place: int, by_place: dict[int, Numeral]) -> Spelling | None:
    """The letters and digits from here on, as far as they go; None where no letter stands."""
    pieces: list[Piece] = []
    at, paused = place, False
    while piece := _piece(line, at, by_place, bool(pieces)):
        pieces.append(piece)
        at = piece.stop
        if line.mark(at) in {".", ",", "-"} and _piece(line, at + 1, by_place, True):
            paused = paused or line.mark(at) == ","
            at += 1
    while pieces and pieces[-1].text == "1" and line.word(pieces[-1].stop) and not line.closes(pieces[-1].stop):
        pieces.pop()  # "un client" behind a spelled word
    return Spelling(place, tuple(pieces), paused) if pieces else None


def _piece(line: Line, at: int, by_place: dict[int, Numeral], going: bool) -> Piece | None:
    """`going`: letters stand before; digits alone begin nothing."""
    word = line.word(at)
    if letter := _CALLED.get(word):
        return Piece(letter, at + 1)
    if letter := _CALLED.get(f"{word} {line.word(at + 1)}"):
        return Piece(letter, at + 2)
    if word in line.book.alphabet:
        return Piece(word[0].upper(), at + 1, nato=True)
    if repeated := _repeated(line, at, by_place, going):
        return repeated
    if _is_letter(line, at):
        return _as_in(line, at) or _letter(line, at, going)
    numeral = by_place.get(at)
    if going and numeral is not None and numeral.whole and not numeral.ordinal:
        return Piece(numeral.digits, numeral.stop)
    if going and line.word(at) == "oh":
        return Piece("0", at + 1)
    return None


def _repeated(line: Line, at: int, by_place: dict[int, Numeral], going: bool) -> Piece | None:
    """ "Deux L", "double four", "double oh". In a reference "deux C" is 2C, in a name it would be CC."""
    times = 2 if line.match(at, line.book.twice) else 3 if line.match(at, line.book.thrice) else 0
    if not times:
        return None
    counted = line.word(at) not in {"double", "triple"} and _is_named(line, at)
    if _is_letter(line, at + 1) and (going or line.mark(at + 1).isupper()) and not counted:
        return Piece(line.word(at + 1).upper() * times, at + 2, capital=line.mark(at + 1).isupper())
    if not going or line.word(at) not in {"double", "triple"}:
        return None
    numeral = by_place.get(at + 1)
    if numeral is not None and numeral.whole and len(numeral.digits) == 1:
        return Piece(numeral.digits * times, numeral.stop)
    return Piece("0" * times, at + 2) if line.match(at + 1, line.book.oh) else None


def _letter(line: Line, at: int, going: bool) -> Piece:
    text = line.mark(at)
    nought = going and text in {"o", "O"} and line.language == "en" and line.tokens[at - 1].is_figure
    return Piece("0" if nought else text.upper(), at + 1, capital=text.isupper())


def _as_in(line: Line, at: int) -> Piece | None:
    """ "D comme Daniel", "B. As in Bravo": a letter, and a word that begins with it."""
    link = at + 1 + (line.mark(at + 1) in {".", ","})
    stop = line.match(link, line.book.spelled_as)
    word = line.word(stop) if stop else ""
    if len(word) < 2 or word[0] != line.word(at):
        return None
    weak = line.word(link) in _WEAK and stop - link == 1
    return None if weak and word not in line.book.alphabet else Piece(word[0].upper(), stop + 1, sure=True)


def _is_letter(line: Line, at: int) -> bool:
    text = line.mark(at)
    return len(text) == 1 and text.isalpha() and not line.is_elided(at) and line.word(at).isalpha() and text.isascii()


def _is_spelled(line: Line, spelling: Spelling) -> bool:
    letters, pieces = spelling.letters, spelling.pieces
    if any(piece.sure for piece in pieces):
        return True
    if any(piece.nato for piece in pieces):
        return len(letters) >= 3 and sum(piece.nato for piece in letters) >= len(letters) - 1
    if _is_a_list(line, spelling):
        return False
    named = _is_named(line, spelling.first)
    plain = letters[0].text.lower() not in _ALSO_WORDS or letters[0].capital
    if len(letters) == 1:
        digits = [piece for piece in pieces if piece.text.isdigit()]
        return named and bool(digits) and letters[0].capital and letters[0].text not in {"A", "I"}
    if named and plain:
        return len(pieces) >= 3 or not spelling.paused
    certain = all(piece.capital or piece.text.lower() not in _ALSO_WORDS for piece in letters)
    mixed = len(pieces) > len(letters)
    return certain and plain and len(pieces) >= 3 and (mixed or not spelling.paused)


def _is_a_list(line: Line, spelling: Spelling) -> bool:
    """ "Options A, B and C"."""
    if line.word(spelling.first - 1) in line.book.enumerated:
        return True
    link = spelling.stop if line.word(spelling.stop) else spelling.stop + 1
    return line.word(link) in {"and", "et", "or", "ou"} and _is_letter(line, link + 1)


def _is_named(line: Line, first: int) -> bool:
    near = set(line.before(first, _NEAR))
    return not line.book.designators.endings.isdisjoint(near)
