"""What an engine wrote, as people write it: numbers, addresses, spelled words, the house's own names.

The law: nothing is invented. Every change stands in a list, with the words as they were heard; what is not clear stays
as it was heard. A rule claims words, and no later one touches them.
"""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from kitt_rtc.model.profile import Profile
from kitt_rtc.model.speech import Correction
from kitt_rtc.pipeline.correction import addresses, amounts, calendar, counts, digits, dotted, spelled
from kitt_rtc.pipeline.correction.line import Change, Line
from kitt_rtc.pipeline.correction.names import Names

Rule = Callable[[Line], Iterable[Change]]
_RULES: Sequence[Rule] = (
    addresses.find, spelled.find, dotted.find, digits.find, calendar.find, amounts.find, counts.find,
)  # fmt: skip
"""Addresses before their letters, telephone numbers before the numbers they are made of."""


class Corrector:
    """Pure: a sentence in, a sentence and the list of its changes out."""

    def __init__(self, names: Names | None = None) -> None:
        names = names or Names({})
        self._rules: Sequence[Rule] = (names.find_slips, *_RULES, names.find_sounds)

    def correct(self, text: str, language: str, profile: Profile | None = None) -> tuple[str, tuple[Correction, ...]]:
        """A language that no rule knows is left alone. Correcting twice changes no more than correcting once.

        `profile`: whose call it is; their names are known too, behind those of the house.
        """
        rules = (*self._rules, _names_of(profile).find_sounds) if profile else self._rules
        written, corrections = _read(text, language, rules)
        if corrections and _read(written, language, rules)[1]:
            return text, ()  # what another reading would change again was not understood
        return written, corrections


@lru_cache(64)
def _names_of(profile: Profile) -> Names:
    """The customer's names, whole and word by word, as they are written."""
    whole = [profile.name, profile.company, *profile.products, *profile.competitors, *profile.terms]
    return Names(dict.fromkeys((*whole, *profile.name.split()), ()))


def _read(text: str, language: str, rules: Iterable[Rule]) -> tuple[str, tuple[Correction, ...]]:
    line = Line.of(text, language)
    return (text, ()) if line is None else _written(line, _claimed(line, rules))


def _claimed(line: Line, rules: Iterable[Rule]) -> list[Change]:
    taken: set[int] = set()
    kept: list[Change] = []
    for rule in rules:
        for change in rule(line):
            places = range(change.first, change.stop)
            if taken.isdisjoint(places):
                taken.update(places)
                kept.append(change)
    return sorted(kept, key=lambda change: change.first)


def _written(line: Line, changes: Iterable[Change]) -> tuple[str, tuple[Correction, ...]]:
    parts: list[str] = []
    corrections: list[Correction] = []
    behind = 0
    for change in changes:
        start, end = line.tokens[change.first].start, line.tokens[change.stop - 1].end
        heard = line.text[start:end]
        if heard == change.written:
            continue
        parts += line.text[behind:start], change.written
        corrections.append(Correction(change.rule, heard, change.written))
        behind = end
    return "".join((*parts, line.text[behind:])), tuple(corrections)
