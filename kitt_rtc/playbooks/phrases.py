"""Phrases: words and ideas in a row, found however a person fills them out.

`<must> ... <ask> ... <boss>`: parts follow each other; three dots are up to four words in between; `&` between two
halves means both, in either order, not far apart; `a|b*` are alternatives, a star ends a beginning. Fillers never
count.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from kitt_rtc.playbooks.sheets import Row
from kitt_rtc.playbooks.vocabulary import Span, Spoken, Vocabulary

GAP = 4
"""Words that three dots may stand for."""
REACH = 7
"""Words between two halves that belong together."""
_TELLING_PARTS = 3
"""A phrase of so many parts does not stand somewhere by chance."""
_DENIAL_REACH = 3
"""Words between a "not" and what it denies."""
_PART = re.compile(r"(?:<\w+>|[\w€$%]+\*?)(?:\|(?:<\w+>|[\w€$%]+\*?))*")
_IDEA = re.compile(r"<(\w+)>")
_GAP, _BOTH = "...", "&"


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is sought in a sentence."""

    halves: Sequence[Sequence[tuple[str, int]]]
    """One, or two in either order. Of each part: the name it is found under, and how many words may stand before."""
    names: frozenset[str]
    """Of all parts: where one is not heard the phrase is not, and most are not."""
    denies: bool = False
    """It speaks of what is not, and another "not" takes nothing from it."""

    @classmethod
    def of(cls, text: str, row: Row, key: str, vocabulary: Vocabulary) -> "Phrase":
        """Raises SettingsError with file and line."""
        halves = [[part for part in half.split() if not vocabulary.is_filler(part)] for half in text.split(_BOTH)]
        if len(halves) > 2 or not all(half and half[0] != _GAP and half[-1] != _GAP for half in halves):
            raise row.error(f"the phrase {text!r} needs a word on each side of '&' and of '...'", key)
        for part in (part for half in halves for part in half if part != _GAP):
            if not _PART.fullmatch(part):
                raise row.error(f"{part!r} in the phrase {text!r} is not a word, a beginning* or an <idea>", key)
            for word in part.split("|"):
                if vocabulary.is_filler(word):
                    raise row.error(f"{word!r} in the phrase {text!r} is a filler, and is never heard", key)
            for idea in _IDEA.findall(part):
                if not vocabulary.knows(idea):
                    raise row.error(f"nothing is known of the idea <{idea}>: add it to words.yaml", key)
        denies = any(vocabulary.denies(part) for half in halves for part in half)
        parts = tuple(tuple(_parts(half, vocabulary)) for half in halves)
        return cls(parts, frozenset(name for half in parts for name, _ in half), denies)

    @property
    def tells(self) -> bool:
        """Is it meant in however long a sentence?"""
        return sum(map(len, self.halves)) >= _TELLING_PARTS

    def spans(self, spoken: Spoken) -> Iterator[Span]:
        """Wherever it stands in a sentence."""
        if len(self.halves) == 1:
            yield from _in_a_row(self.halves[0], spoken)
            return
        for one, other in product(*(list(_in_a_row(half, spoken)) for half in self.halves)):
            first, last = sorted((one, other))
            if first[1] <= last[0] <= first[1] + REACH:
                yield first[0], last[1]


def stands(span: Span, spoken: Spoken, *, denies: bool) -> bool:
    """Is what was found meant? Not across a "but", nor when it is denied, nor when it only tells what somebody said."""
    turns = spoken.spans("turn")
    if any(span[0] < turn < span[1] for turn, _ in turns):
        return False
    turned = max((at for _, at in turns if at <= span[0]), default=0)
    if any(turned <= told <= span[0] for told, _ in spoken.spans("told")):
        return False
    if denies:
        return True
    after = any(start == span[1] and start not in spoken.pauses for start, _ in spoken.spans("not_after"))
    return not after and not any(turned <= one[0] and _is_denied(span, one, spoken) for one in denials(spoken))


def denials(spoken: Spoken) -> Iterator[Span]:
    """Every "not", but for those that deny nothing: "not sure", "why don't you"."""
    hedges = spoken.spans("hedge")
    for denial in spoken.spans("not"):
        if not any(start <= denial[0] and denial[1] <= stop for start, stop in hedges):
            yield denial


def _is_denied(span: Span, denial: Span, spoken: Spoken) -> bool:
    """The "not" stands within, or shortly before in the same breath."""
    start, stop = span
    if denial[1] > start:
        return denial[0] < stop
    near = start - denial[1] <= _DENIAL_REACH
    return near and not any(denial[1] <= pause <= start for pause in spoken.pauses)


def _parts(half: Sequence[str], vocabulary: Vocabulary) -> Iterator[tuple[str, int]]:
    gap = 0
    for part in half:
        if part != _GAP:
            yield vocabulary.seek(part), gap
        gap = GAP if part == _GAP else 0


def _in_a_row(parts: Sequence[tuple[str, int]], spoken: Spoken) -> Iterator[Span]:
    (first, _), rest = parts[0], parts[1:]
    for start, stop in spoken.spans(first):
        end = _end(rest, stop, spoken)
        if end:
            yield start, end


def _end(parts: Sequence[tuple[str, int]], at: int, spoken: Spoken) -> int:
    """Where the rest of the parts ends that begins here; 0 when they do not stand here."""
    if not parts:
        return at
    name, gap = parts[0]
    for start, stop in spoken.spans(name):
        if at <= start <= at + gap and (end := _end(parts[1:], stop, spoken)):
            return end
    return 0
