"""The part of an article that answers, short enough to be spoken: its own steps, word for word."""

import re
from collections.abc import Collection, Sequence

from kitt_rtc.model.words import fold, subject_words, word_count
from kitt_rtc.prompts.orders import speaks_to_a_machine

SPOKEN_WORDS = 40
"""Some fifteen seconds of speech."""
_NUMBERED = re.compile(r"^\s*\d{1,2}[.)]\s+(?P<step>\S.*)$")
_BULLET = re.compile(r"^\s*[-*•]\s+(?P<step>\S.*)$")
_REMEDY = re.compile(
    r"\b(?:steps?|solutions?|fix|procedure|resolution|what to do"
    r"|etapes?|que faire|remedes?|depannage|marche a suivre)\b"
)
"""Headings under which lists are steps; under others bullets are causes, parts, exceptions."""
_NO_REMEDY = re.compile(r"\b(?:causes?|symptom\w*|verif\w*|escalat\w*|transmettre|before|avant|notes?|a savoir)\b")
"""Headings under which not even numbered lines are steps."""
_HEADING_WORDS = 8
_MARKS = re.compile(r"[*_`#>]+")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_SHORTEST = 3
"""A line of fewer words is a heading, or says nothing."""


def steps_of(text: str) -> list[str]:
    """What the article says to do, each a stretch of `text`: what is listed under a remedy, else numbered lines."""
    remedies: dict[str, list[str]] = {}
    numbered: dict[str, list[str]] = {}
    heading = ""
    for line in text.splitlines():
        number = _NUMBERED.match(line)
        item = number or _BULLET.match(line)
        if number and not _NO_REMEDY.search(heading):
            numbered.setdefault(heading, []).append(number["step"].strip())
        if item and _REMEDY.search(heading):
            remedies.setdefault(heading, []).append(item["step"].strip())
        if not item and _is_heading(line):
            heading = fold(line)
    both = [steps for name, steps in numbered.items() if name in remedies]
    found = next((steps for lists in (both, remedies.values(), numbered.values()) for steps in lists), [])
    return [step for step in found if not speaks_to_a_machine(step)]


def answer_lines(text: str, query: str, told: Collection[str] = (), done: Collection[str] = ()) -> list[str]:
    """The article's steps, else its sentences nearest to the query, in its own order; `SPOKEN_WORDS` at most.

    What was told already is left out; steps that were `done` come last. The first line is always there, however long
    it is.
    """
    steps = steps_of(text)
    if steps:
        return lines_that_fit(sorted((step for step in steps if step not in told), key=lambda step: step in done))
    chosen = lines_that_fit([line for line in _nearest(text, query) if line not in told])
    return sorted(chosen, key=text.find)


def lines_that_fit(lines: Sequence[str], *, beside: int = 0) -> list[str]:
    """The first lines, as many as can be said in some fifteen seconds with so many words `beside` them."""
    kept, words = list[str](), beside
    for line in lines:
        words += word_count(line)
        if kept and words > SPOKEN_WORDS:
            break
        kept.append(line)
    return kept


def without_marks(line: str) -> str:
    """A line without Markdown's signs, for ears."""
    return " ".join(_MARKS.sub("", line).split())


def _nearest(text: str, query: str) -> list[str]:
    """Sentences that share a subject with the query, the nearest first."""
    wanted = subject_words(query)
    lines = [match.group().strip() for match in _SENTENCE.finditer(text)]
    lines = [line for line in lines if word_count(line) >= _SHORTEST and subject_words(line) & wanted]
    lines = [line for line in lines if not speaks_to_a_machine(line)]
    return sorted(lines, key=lambda line: -len(subject_words(line) & wanted))


def _is_heading(line: str) -> bool:
    return 0 < word_count(line) <= _HEADING_WORDS and not line.rstrip().endswith((".", "!", "?", ","))
