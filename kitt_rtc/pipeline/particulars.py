"""What makes two sentences of the same words two things: another number, day or name, another colour; or a "not".

Known alike in French and English: "three" is "trois" is 3, "Monday" is "lundi".
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from kitt_rtc.model.words import EMPTY_WORDS, fold
from kitt_rtc.prompts.ideas import ideas_in, ideas_of

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
_COLOURS = "red rouge;green vert verte;blue bleu bleue;yellow jaune;white blanc blanche;black noir noire"
_HOURS = "day jour journee;night nuit;morning matin;evening soir"
_ARTICLES = frozenset({"one", "un", "une", "a", "an"})
"""Before a word that elsewhere is counted, these are one."""
_NOT_COUNTED = frozenset({"one", "un", "may", "march"})
"""Words that are more often something else: an article, a verb."""
_NEGATIONS = frozenset(
    {"not", "never", "no", "without", "don", "doesn", "won", "avoid", "stop", "instead", "rather", "nothing"}
    | {"ne", "n", "pas", "jamais", "sans", "evitez", "arretez", "lieu", "plutot", "rien"}
)
_CLAUSE = re.compile(r"[.,:;!?…]+")
_EMPTY = EMPTY_WORDS["fr"] | EMPTY_WORDS["en"]
_STEM = 5
"""Letters of a word that are compared."""
_NAME = re.compile(r"(?<![.!?…:»\"“]\s)(?<!^)\b[A-ZÀ-Ý][\w-]*[\w]|\b\w*\d\w*[A-Za-z]\w*|\b[A-Za-z]+\d\w*")
_DIGITS = re.compile(r"\d[\d \u00a0\u202f.,]*")
_NO_NAMES = frozenset({"i", "ok", "monsieur", "madame", "mister", "mr", "mrs", "ms"})
_THINGS = frozenset(
    {
        "camera",
        "recorder",
        "router",
        "cable",
        "light",
        "sensor",
        "lock",
        "door",
        "alarm",
        "firmware",
        "network",
        "firewall",
    }
    | {"screen", "antenna", "app", "password", "battery", "remote", "disk", "serial", "model", "setting"}
)
"""Ideas of what is repaired: another one is another matter."""
_WAYS = frozenset({"open", "shut", "plug", "unplug", "restart", "update", "replace", "clean"})
"""Ideas of what is done to it: another one is another answer."""
_ASKED = {"why": "why", "pourquoi": "why", "when": "when", "quand": "when", "where": "where", "ou": "where"}
_ASKED |= {"who": "who", "whom": "who", "whose": "who", "qui": "who"}
_OPPOSED = ("un", "dis", "de", "des")
"""Before a word, these make its opposite."""

Particulars = Mapping[str, frozenset[str]]
"""By kind, "number", "day", "month", "name", "colour" or "hour": what a text says of it."""
_NEWS = ("number", "day", "month", "name")
"""The kinds that are facts when a client tells them."""


def _table() -> dict[str, tuple[str, str]]:
    kinds = {"day": _DAYS, "month": _MONTHS, "colour": _COLOURS, "hour": _HOURS}
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
    found: dict[str, set[str]] = {kind: set() for kind in (*_NEWS, "colour", "hour")}
    technical = {name for section, name in ideas_in(text) if section == "technique"}
    found |= {"thing": technical & _THINGS, "way": technical & _WAYS}
    found["asks"] = {_ASKED[word] for word in fold(text).split() if word in _ASKED}
    for digits in _DIGITS.findall(text):
        found["number"].add(re.sub(r"\D", "", digits).lstrip("0") or "0")
    for word in fold(text).split():
        if told := _WORDS.get(word):
            found[told[0]].add(told[1])
    for name in map(fold, _NAME.findall(text)):
        if name and name not in _WORDS and name not in _NO_NAMES:
            found["name"].add(name)
    return MappingProxyType({kind: frozenset(values) for kind, values in found.items()})


def differ(one: str, other: str) -> bool:
    """Does each tell of something, of one kind, that the other does not; or one deny what the other says?"""
    mine, theirs = particulars(one), particulars(other)
    if any(mine[kind] and theirs[kind] and not mine[kind] <= theirs[kind] for kind in mine):
        return True
    first, second = _counted(one), _counted(other)
    if any(first[what] != second[what] for what in first.keys() & second.keys()):
        return True
    return _denies(one, other) or _denies(other, one) or _opposed(one, other) or _opposed(other, one)


def _opposed(one: str, other: str) -> bool:
    """Does the one unlock what the other locks?"""
    words, rest = set(fold(one).split()), set(fold(other).split())
    return any(f"{before}{word}" in rest - words for word in words - rest if len(word) > 3 for before in _OPPOSED)


def added(text: str, known: Iterable[str]) -> frozenset[str]:
    """The facts a text tells that none of the known ones did: "number 3000", "day 2", "name axis"."""
    told = frozenset(_flat(particulars(text)))
    return told - frozenset(one for earlier in known for one in _flat(particulars(earlier)))


def _flat(found: Particulars) -> Iterable[str]:
    return (f"{kind} {value}" for kind in _NEWS for value in found[kind])


def _counted(text: str) -> Mapping[str, str]:
    """How many there are of what: "three months" is 3 of "month"."""
    words = fold(text).split()
    counts: dict[str, str] = {}
    for word, what in pairwise(words):
        digits = ("number" if word.isdigit() else "", word)
        kind, value = ("number", "1") if word in _ARTICLES else _WORDS.get(word, digits)
        if kind == "number":
            counts |= dict.fromkeys(_keys(what), value)
    return counts


def _denies(one: str, other: str) -> bool:
    """Does the one deny a word that the other says without denying it?"""
    words = (word for word in fold(other).split() if len(word) > 2 and word not in _EMPTY)
    affirmed = {key for word in words for key in _keys(word)} - _denied(other)
    return not _denied(one).isdisjoint(affirmed)


@lru_cache(2_000)
def _denied(text: str) -> frozenset[str]:
    """The first word with a meaning behind each negation, in its clause."""
    clauses = (fold(clause).split() for clause in _CLAUSE.split(text))
    behind = (words[place + 1 :] for words in clauses for place, word in enumerate(words) if word in _NEGATIONS)
    meant = ([word for word in rest if len(word) > 2 and word not in _NEGATIONS | _EMPTY] for rest in behind)
    return frozenset(key for words in meant if words for key in _keys(words[0]))


def _keys(word: str) -> frozenset[str]:
    """Its stem and its ideas, so that "proposez" is "offer"."""
    return frozenset({word[:_STEM], *(name for section, name in ideas_of(word) if section != "plain")})
