"""The facts that a sentence tells: its numbers, days, months and names.

Known alike in French and English: "three" is "trois" is 3, "Monday" is "lundi".
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType

from kitt_rtc.model.words import fold

_NUMBERS = (
    "zero zero;one un;two deux;three trois;four quatre;five cinq;six six;seven sept;eight huit;nine neuf;ten dix;"
    "eleven onze;twelve douze;fifteen quinze;twenty vingt;thirty trente;forty quarante;fifty cinquante;"
    "sixty soixante;hundred cent;thousand mille"
)
_VALUES = (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 15, 20, 30, 40, 50, 60, 100, 1000)
_DAYS = "monday lundi;tuesday mardi;wednesday mercredi;thursday jeudi;friday vendredi;saturday samedi;sunday dimanche"
_MONTHS = (
    "january janvier;february fevrier;march mars;april avril;may mai;june juin;july juillet;august aout;"
    "september septembre;october octobre;november novembre;december decembre"
)
_NOT_COUNTED = frozenset({"one", "un", "may", "march"})
"""Words that are more often something else: an article, a verb."""
_NAME = re.compile(r"(?<![.!?…:»\"“]\s)(?<!^)\b[A-ZÀ-Ý][\w-]*[\w]|\b\w*\d\w*[A-Za-z]\w*|\b[A-Za-z]+\d\w*")
_DIGITS = re.compile(r"\d[\d \u00a0\u202f.,]*")
_NO_NAMES = frozenset({"i", "ok", "monsieur", "madame", "mister", "mr", "mrs", "ms"})
Particulars = Mapping[str, frozenset[str]]
"""By kind, "number", "day", "month" or "name": what a text says of it."""
_KINDS = ("number", "day", "month", "name")


def _table() -> dict[str, tuple[str, str]]:
    kinds = {"day": _DAYS, "month": _MONTHS}
    table = {
        word: (kind, str(place))
        for kind, rows in kinds.items()
        for place, row in enumerate(rows.split(";"))
        for word in row.split()
    }
    for value, row in zip(_VALUES, _NUMBERS.split(";"), strict=True):
        table |= {word: ("number", str(value)) for word in row.split()}
    return {word: told for word, told in table.items() if word not in _NOT_COUNTED}


_WORDS = MappingProxyType(_table())


@lru_cache(2_000)
def particulars(text: str) -> Particulars:
    """What a text says, by kind."""
    found: dict[str, set[str]] = {kind: set() for kind in _KINDS}
    for digits in _DIGITS.findall(text):
        found["number"].add(re.sub(r"\D", "", digits).lstrip("0") or "0")
    for word in fold(text).split():
        if told := _WORDS.get(word):
            found[told[0]].add(told[1])
    for name in map(fold, _NAME.findall(text)):
        if name and name not in _WORDS and name not in _NO_NAMES:
            found["name"].add(name)
    return MappingProxyType({kind: frozenset(values) for kind, values in found.items()})


def added(text: str, known: Iterable[str]) -> frozenset[str]:
    """The facts a text tells that none of the known ones did: "number 3000", "day 2", "name axis"."""
    told = frozenset(_flat(particulars(text)))
    return told - frozenset(one for earlier in known for one in _flat(particulars(earlier)))


def named(facts: Iterable[str], text: str) -> frozenset[str]:
    """Those of these facts that are names and stand in a text, at its very beginning too."""
    words = f" {fold(text)} "
    return frozenset(fact for fact in facts if fact.startswith("name ") and f" {fact.removeprefix('name ')} " in words)


def _flat(found: Particulars) -> Iterable[str]:
    return (f"{kind} {value}" for kind in _KINDS for value in found[kind])
