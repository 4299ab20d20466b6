"""Whose offer ours is compared with: a name beside "we use", "on est chez", "compared with", or one known from before.

Law: only the client's words make a name a competitor's; one the house knows (the profile) counts whoever says it. A
person and a place are no competitors.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.speech import Role
from kitt_rtc.model.words import fold, subject_words
from kitt_rtc.playbooks.cues import Cues, Line
from kitt_rtc.playbooks.entities import names_in

_PLACE = "NAME"
"""Stands in a folded sentence where the name was said; nothing folded is in capitals."""
_FIRST = re.compile(r"^[A-Z][\w&-]+(?: [A-Z][\w&-]+)*")
"""Any word has a capital there: it is a name only where it does what a firm does ("Globex offered us")."""
_DEED = "deed"
"""The id of those signs."""


def competitors_in(conversation: Conversation, lines: Iterable[Line], cues: Cues) -> Iterator[str]:
    """The competitors named in these lines, in the order said."""
    known = conversation.profile.competitors if conversation.profile else ()
    ours = _not_theirs(conversation)
    for line in lines:
        said = f" {' '.join(sentence.folded for sentence in line.sentences)} "
        yield from (name for name in known if f" {fold(name)} " in said)
        if line.utterance.speaker.role is Role.CUSTOMER:
            yield from (name for name in _compared(line, cues) if fold(name) not in ours and not cues.is_no_firm(name))


def _compared(line: Line, cues: Cues) -> Iterator[str]:
    signs = cues.of_kind("competitor", line.language)
    for sentence in line.sentences:
        first = _first(sentence.text)
        for name in (*first, *names_in(sentence.text)):
            before, _, after = sentence.text.partition(name)
            placed = " ".join((fold(before), _PLACE, fold(after))).strip()
            if any(
                sign.trigger.marks
                and sign.trigger.marks.search(placed)
                and not (sign.trigger.unless and sign.trigger.unless.search(placed))
                for sign in signs
                if sign.id == _DEED or name not in first
            ):
                yield name


def _first(sentence: str) -> Sequence[str]:
    """What a sentence begins with, where it can be a name."""
    found = _FIRST.match(sentence)
    can_be = found and len(subject_words(found.group())) == len(found.group().split())
    return (found.group(),) if found and can_be else ()


def _not_theirs(conversation: Conversation) -> frozenset[str]:
    """People of the call, the client's own firm, and what they have bought of us."""
    profile = conversation.profile
    known: Sequence[str] = (profile.name, profile.company, *profile.products) if profile else ()
    people = [name for speaker in conversation.roster for name in (speaker.name, *speaker.name.split())]
    return frozenset(fold(name) for name in (*known, *people) if name)
