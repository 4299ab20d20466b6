"""What a piece of advice says, word by word: the words and phrases with a meaning, each counted and denied or not.

The law: a "not" denies the next word with a meaning of its clause, and the light verbs before it; "ne … que" nothing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kitt_rtc.model.words import fold
from kitt_rtc.pipeline.counted import ONES, number_at
from kitt_rtc.pipeline.senses import EMPTY, LIGHT, NOTHING, Sense, senses_at, senses_of, spoken_in, stem

_DENYING = (
    "not never no none nothing without don doesn didn isn aren wasn won cannot avoid stop instead rather prevent "
    "prevents prevented preventing ne n pas jamais rien aucun aucune sans evitez arretez cessez lieu plutot empeche "
    "empechent empecher empeches"
)
_NEGATIONS = frozenset(_DENYING.split())
_SECOND = frozenset({"pas", "plus", "jamais", "rien", "aucun", "aucune"})
"""Behind a "ne" these deny nothing more."""
_HOLDING = frozenset({"stop", "stops", "stopped", "keep", "keeps", "kept", "hold", "holds", "held"})
"""With a "from" behind it, "what stopped them from buying", such a verb denies."""
_FROM_WITHIN = 4
_COMPARING, _THAN = (
    frozenset({"rather", "instead", "plutot", "lieu"}),
    frozenset({"than", "of", "que", "qu", "de", "d"}),
)
"""Only together these deny: "rather than", and not "would rather"."""
_ONLY_WITHIN = 5
"""Words between "ne" and its "que"."""
_CLAUSE = re.compile(r"[.,:;!?…]+(?!\d)|\s(?:but|then|mais|puis)\s")
_WHERE = re.compile(r"(?:(?<=ez )|(?<=^)|(?<=[?.!:] ))où\b", re.IGNORECASE)
"""What is asked for, and not "ou", as it is once folded."""
_AND = frozenset({"and", "et"})
_VERBS = "switch turn cut take put plug sign hang log sort pull shut hand fill write set move bring screw"
_SPLIT = frozenset(_VERBS.split())
_PARTICLES = frozenset({"off", "down", "up", "out", "back", "together"})
_SECONDS = {
    "second": 1, "minute": 60, "hour": 3_600, "day": 86_400, "week": 604_800, "month": 2_592_000, "quarter": 7_776_000,
    "year": 31_104_000,
}  # fmt: skip
"""By the name of its sense; twelve months are a year."""
_PARTICLE_WITHIN = 6
"""Words from such a verb to behind its particle."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A word or a phrase that says something."""

    words: str
    """Folded."""
    senses: frozenset[Sense]
    """None where nobody listed it."""
    stem: str
    """Empty of a phrase and of a number."""
    first: bool = False
    """Does a clause begin with it, as with what is to be done?"""
    denied: bool = False
    counted: str = ""
    """How many of it, where that is told."""
    parts: tuple["Unit", ...] = ()
    """Of a phrase, its words."""


@lru_cache(4_000)
def units_of(text: str) -> tuple[Unit, ...]:
    """In order; without what says nothing."""
    language = spoken_in(text)
    clauses = (fold(clause).split() for clause in _CLAUSE.split(_WHERE.sub("à quel endroit", text)))
    return tuple(unit for words in clauses for unit in units_in(_joined(words, language), language))


def units_in(words: Sequence[str], language: str) -> Iterator[Unit]:
    """Of the folded words of one clause; `language` is "fr" or "en", or empty."""
    place, denies, first, counted = 0, False, True, ""
    while place < len(words):
        word, (senses, used) = words[place], _meaning(words, place, language)
        if used == 1 and _begins_denial(words, place):
            denies = True
        elif word in _AND and used == 1:
            denies, first, counted = False, True, ""
        elif _says(word, senses):
            term = words[place : place + used]
            number = next((name for section, name in senses if section == "number"), "")
            alone = stem(word) if used == 1 and not number else ""
            denied = denies and (_NEGATIONS | _SECOND).isdisjoint(term)
            yield Unit(" ".join(term), senses, alone, first, denied, counted, _parts(term, language))
            first, counted = False, number
            denies = denies and _is_light(senses)
        elif word in ONES and not counted:
            counted = "1"
        place += used


def _meaning(words: Sequence[str], place: int, language: str) -> tuple[frozenset[Sense], int]:
    """Of the phrase, the number or the word that begins here, and of how many words it is."""
    senses, used = senses_at(words, place, language)
    number, spelled = ("", 0) if used > 1 else number_at(words, place)
    if not spelled and words[place] in ONES and used == 1:
        number = "1"
    behind = place + (spelled or 1)
    if number and behind < len(words):
        lasting, more = senses_at(words, behind, language)
        seconds = next((_SECONDS[name] for section, name in lasting if section == "when" and name in _SECONDS), 0)
        if seconds and more == 1:
            return frozenset({("span", str(int(number) * seconds))}), behind + 1 - place
    return (frozenset({("number", number)}), spelled) if spelled else (senses, used)


def _joined(words: Sequence[str], language: str) -> Sequence[str]:
    """ "Switch the camera off" is "switch off the camera"."""
    for place, verb in enumerate(words):
        for at in range(place + 2, min(len(words), place + _PARTICLE_WITHIN)):
            if verb in _SPLIT and words[at] in _PARTICLES and senses_of((verb, words[at]), language):
                return [*words[: place + 1], words[at], *words[place + 1 : at], *words[at + 1 :]]
    return words


def _parts(term: Sequence[str], language: str) -> tuple[Unit, ...]:
    if len(term) == 1:
        return ()
    found = ((word, senses_of((word,), language)) for word in term)
    return tuple(Unit(word, senses, stem(word)) for word, senses in found if _says(word, senses))


def _begins_denial(words: Sequence[str], place: int) -> bool:
    word = words[place]
    if word in _HOLDING and "from" in words[place + 1 : place + 1 + _FROM_WITHIN]:
        return True
    if word in _COMPARING and _THAN.isdisjoint(words[place + 1 : place + 2]):
        return False
    again = word in _SECOND and not {"ne", "n"}.isdisjoint(words[:place])
    return word in _NEGATIONS and not again and not _is_only(words[place:])


def _is_only(words: Sequence[str]) -> bool:
    """Does a "ne … que" begin here?"""
    behind = set(words[1 : _ONLY_WITHIN + 1])
    return words[0] in {"ne", "n"} and not behind.isdisjoint({"que", "qu"}) and behind.isdisjoint(_NEGATIONS)


def _is_light(senses: frozenset[Sense]) -> bool:
    return any(section in LIGHT for section, _ in senses)


def _says(word: str, senses: frozenset[Sense]) -> bool:
    if senses:
        return all(section != NOTHING for section, _ in senses)
    return word not in EMPTY and len(word) > 1
