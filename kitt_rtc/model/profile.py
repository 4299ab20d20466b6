"""A customer, as the house knows them from before the call, and what a call adds to that.

The law: a call only ever adds. What is to be taken out of a profile, a person takes out.
"""

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from kitt_rtc.model.words import fold

LISTS = ("products", "competitors", "needs", "objections", "commitments", "terms")
"""The fields that hold several things; `notes` is free text."""
NAME_LETTERS = 120
"""Of a name, a company, a position."""
ITEM_LETTERS = 240
MOST_ITEMS = 30
"""Of each list."""
NOTES_LETTERS = 4_000


@dataclass(frozen=True, slots=True)
class Profile:
    """Written by people, or by a call with somebody's approval."""

    id: str
    name: str = ""
    company: str = ""
    position: str = ""
    """What they do there."""
    language: str = ""
    """Two letters; empty: not known."""
    phone: str = ""
    """E.164, or empty."""
    products: tuple[str, ...] = ()
    """What they have bought of us."""
    competitors: tuple[str, ...] = ()
    """Whose customer they are, or were."""
    needs: tuple[str, ...] = ()
    objections: tuple[str, ...] = ()
    commitments: tuple[str, ...] = ()
    """What was promised, by either side."""
    terms: tuple[str, ...] = ()
    """Names and words of their trade, for the transcriber."""
    notes: str = ""
    version: int = 0
    """Counts the changes; 0: never stored."""
    updated_at: float = 0.0
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True)
class ProfileChange:
    """One field of a profile becomes another."""

    field: str
    before: str
    """In words; of a list, its items with line breaks."""
    after: str
    quote: str = ""
    """The words of a call that led to it; empty when a person wrote it."""
    utterance_id: str = ""


@dataclass(frozen=True, slots=True)
class Lesson:
    """Something a call has told of a customer, which may be added to a field of their profile."""

    field: str
    """One of `LISTS`, or notes."""
    words: str
    """What is added."""
    quote: str
    """The words that tell it, as they were said."""
    utterance_id: str

    @property
    def id(self) -> str:
        """The same for the same lesson, whenever the story is read."""
        told = "\n".join((self.field, self.words, self.utterance_id))
        return "lesson_" + hashlib.blake2b(told.encode(errors="replace"), digest_size=8).hexdigest()


def knows(profile: Profile, lesson: Lesson) -> bool:
    """Is it in the profile already, in these words or as part of others?"""
    words, quote = fold(lesson.words), fold(lesson.quote)
    items = profile.notes.splitlines() if lesson.field == "notes" else getattr(profile, lesson.field)
    known = [fold(item) for item in items]
    return not words or any(words in one or (lesson.field not in _SHORT and quote in one) for one in known)


def has_room(profile: Profile, lesson: Lesson) -> bool:
    """Is there a place for it? Nothing is taken out to make one."""
    if len(lesson.words) > ITEM_LETTERS:
        return False
    if lesson.field == "notes":
        return len(profile.notes) + 1 + len(lesson.words) <= NOTES_LETTERS
    return len(getattr(profile, lesson.field)) < MOST_ITEMS


def taught(profile: Profile, lesson: Lesson) -> tuple[Profile, ProfileChange]:
    """The profile with the lesson behind what it held, and the change that this is."""
    before = text_of(profile, lesson.field)
    after = "\n".join(filter(None, (before, lesson.words)))
    value: Any = after if lesson.field == "notes" else (*getattr(profile, lesson.field), lesson.words)
    change = ProfileChange(lesson.field, before, after, lesson.quote, lesson.utterance_id)
    changed: dict[str, Any] = {lesson.field: value}
    return replace(profile, **changed), change


def text_of(profile: Profile, field: str) -> str:
    """A field in words; of a list, its items with line breaks."""
    value = getattr(profile, field)
    return value if isinstance(value, str) else "\n".join(value)


_SHORT = frozenset({"competitors", "terms", "products"})
"""Names: that somebody said one beside another does not make it known."""
