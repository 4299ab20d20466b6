"""What we tell the person we help, and why."""

from dataclasses import dataclass
from enum import StrEnum


class InsightType(StrEnum):
    COACHING = "coaching"
    KNOWLEDGE_BASE = "knowledge_base"
    CLARIFICATION_QUESTION = "clarification_question"


@dataclass(frozen=True, slots=True)
class ScorePart:
    """Something that speaks for a passage, or against it."""

    name: str
    """"words" and "letters" (its text and the query's), "meaning" (an embedder's), "product", "component",
    "error_code" or "language"."""
    value: float
    """What it adds to the score; below 0 what it takes away."""
    reason: str = ""
    """What it was found by: "E-4012", "Argus Dome"; empty where the name says it all."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of an article of the knowledge base."""

    id: str
    title: str
    """The article's title."""
    text: str
    """The passage, word for word."""
    source: str
    """Where the article came from: a path or an address; the document's."""
    score: float = 0.0
    """How well it fits the query, 0 to 1; shown as a percentage."""
    section: str = ""
    """The headings it stands under."""
    language: str = ""
    product: str = ""
    """As the article says it: one or several, with commas."""
    version: str = ""
    """Of the article: its own version, or the beginning of its digest."""
    digest: str = ""
    """Of everything the article says: what was quoted is what was there, whatever the version is called."""
    valid_from: str = ""
    """The first day it is valid, as "2026-11-29"; empty: since ever."""
    valid_until: str = ""
    """The last day it is valid; empty: for ever."""
    parts: tuple[ScorePart, ...] = ()
    """What the score is made of; empty where it was not looked for. They add up to it, within 0 and 1."""


@dataclass(frozen=True, slots=True)
class Insight:
    """One card: a tip, a question to ask, or an answer with its source."""

    id: str
    type: InsightType
    content: str
    """What to say or do, in the language of the call."""
    title: str = ""
    """What it is about, in a few words."""
    topic: str = ""
    """What it is about, for machines: the key the memory of advice compares first, "objection.price"."""
    reason: str = ""
    """Why now, in words a person can check."""
    quote: str = ""
    """For coaching, the words of the call that caused it; for an answer, words found verbatim in its passage."""
    because: tuple[str, ...] = ()
    """Ids of the utterances that led to it."""
    passages: tuple[Passage, ...] = ()
    """The proof of a knowledge_base insight, best first."""
    written_by: str = "rules"
    """"rules", or the name of the model that wrote it."""
    spoken: bool = False
    """Should the technician hear it?"""
    priority: int = 50
    """1 to 100: of two that wait, the higher is shown first."""
    urgent: bool = False
    """May it be shown while the client is speaking?"""
    lives: float = 20.0
    """Seconds, from the words that led to it, for which it is worth showing."""
    playbook_version: str = ""
    """Which version of the playbook's sheets it was written from or judged by; empty: it came from none."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """May this insight be shown?"""

    duplicate: bool
    reason: str
    """In words: what was compared, with which outcome; for one that was withheld, why."""
    twin_id: str | None = None
    """The earlier insight that says the same."""
    rule: str = ""
    """Why it was withheld, in a word: "duplicate", "answered" (its topic is settled), "unproven", "minute_cap",
    "call_cap", "expired", "snoozed", "quiet", "small_talk", "unwelcome" (the rep's ratings) or "budget"."""


class Focus(StrEnum):
    """Whose side a summary looks at."""

    CLIENT = "client"
    REP = "rep"


@dataclass(frozen=True, slots=True)
class SummaryClaim:
    """One statement of a summary, and the line of the call that proves it."""

    section: str
    """Under which heading: "needs", "objections", "went_well", …"""
    text: str
    """As it stands in the summary."""
    quote: str
    utterance_id: str
    at: float
    """Seconds since the call began, of that line."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A call on a page."""

    focus: Focus
    text: str
    language: str
    written_by: str
    """"rules" for a summary put together from the call's own sentences, or the name of the model."""
    claims: tuple[SummaryClaim, ...] = ()
    """Every statement of the text that has a line to prove it, in the order of the text."""
