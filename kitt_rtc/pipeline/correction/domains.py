"""The name behind an at sign or of a site, said in words: "acme dot co dot uk", "acme point com slash aide"."""

from dataclasses import dataclass

from kitt_rtc.pipeline.correction.line import Line
from kitt_rtc.pipeline.correction.phrases import Phrases

_WORLD_WIDE = Phrases(["www", "w w w", "triple w", "trois w", "3 w"])


@dataclass(frozen=True, slots=True)
class Domain:
    name: str
    stop: int


def domain_at(line: Line, place: int, *, most_words: int) -> Domain | None:
    """A name with an ending that exists; a first part of several words ("my company dot com") is written as one."""
    labels: list[str] = []
    best: Domain | None = None
    at, most = place, most_words
    while True:
        label, stop = _label(line, at, most)
        if not label:
            break
        labels.append(label)
        known = _ending(line, labels, line.book.domains) if len(labels) > 1 else ""
        if known:
            best = Domain(".".join((*labels[: len(labels) - known.count(".") - 1], known)), stop)
        behind = _dot(line, stop)
        if not behind:
            break
        at, most = behind, 3 if labels and len(line.word(behind)) == 1 else 1
    return best


def site_at(line: Line, place: int) -> Domain | None:
    """A web address that begins here, with its path."""
    if not _goes_on(line, place + 1):
        return None
    behind = line.match(place, _WORLD_WIDE)
    if behind and (behind := _dot(line, behind)):
        domain = domain_at(line, behind, most_words=2)
        return _with_path(line, Domain(f"www.{domain.name}", domain.stop)) if domain else None
    if not _may_begin(line, place):
        return None
    domain = domain_at(line, place, most_words=1)
    if domain is None or not _ending(line, domain.name.split("."), line.book.sites):
        return None
    said = any(line.match(at, line.book.dot) for at in range(place, domain.stop))
    written = _with_path(line, domain)
    return written if said or written.stop > domain.stop else None


def _goes_on(line: Line, place: int) -> bool:
    """Behind the first word of a site comes a point, a hyphen, or another W."""
    word = line.word(place)
    if not word:
        return line.mark(place) in {".", "-"}
    return word == "w" or word in line.book.dot or word in line.book.dash.beginnings


def _may_begin(line: Line, place: int) -> bool:
    word, before = line.word(place), line.word(place - 1)
    if len(word) < 2 or not line.tokens[place].is_word or before in line.book.owners:
        return False
    if line.mark(place - 1) in {"'", "’", "@", ".", "-", "_"} and not line.spaced(place) and place:
        return False
    if line.tokens[place].is_figure or any(numeral.first <= place < numeral.stop for numeral in line.numerals):
        return False  # "vingt point com" is nobody's site
    return word not in line.book.no_sites and not line.match(place, line.book.dot)


def _label(line: Line, place: int, most_words: int) -> tuple[str, int]:
    """A part of the name: words written as one, numbers, hyphens said or written. Empty where none is."""
    label, at = "", place
    for _ in range(most_words):
        part, behind = _part(line, at)
        if not part:
            break
        label, at = label + part, behind
        while hyphen := line.match(at, line.book.dash) or _glued(line, at, "-"):
            part, behind = _part(line, hyphen)
            if not part:
                break
            label, at = f"{label}-{part}", behind
    return label, at


def _part(line: Line, place: int) -> tuple[str, int]:
    numeral = next((one for one in line.numerals if one.first == place and one.said and one.whole), None)
    if numeral is not None and not numeral.ordinal:
        return numeral.digits, numeral.stop
    named = place < len(line.tokens) and line.tokens[place].text.isalnum() and " " not in line.word(place)
    return (line.word(place), place + 1) if named and not line.match(place, line.book.dot) else ("", place)


def _dot(line: Line, place: int) -> int:
    return line.match(place, line.book.dot) or _glued(line, place, ".")


def _glued(line: Line, place: int, mark: str) -> int:
    """Behind a mark that is written without blanks around it; 0 where none is."""
    fits = line.mark(place) == mark and not line.spaced(place) and line.word(place + 1) and not line.spaced(place + 1)
    return place + 1 if fits else 0


def _ending(line: Line, labels: list[str], known: Phrases) -> str:
    """The ending that these labels have, as it is written; empty when there is none."""
    slips = {phrase[1]: phrase[0] for phrase in line.book.slips if len(phrase) == 2}
    last = slips.get(labels[-1], labels[-1])
    if len(labels) > 2 and known.has((labels[-2], last)):
        return f"{labels[-2]}.{last}"
    return last if last in known else ""


def _with_path(line: Line, domain: Domain) -> Domain:
    name, stop = domain.name, domain.stop
    while behind := line.match(stop, line.book.slash) or _glued(line, stop, "/"):
        label, at = _label(line, behind, 1)
        if not label:
            break
        name, stop = f"{name}/{label}", at
    return Domain(name, stop)
