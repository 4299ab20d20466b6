"""The part of an article that answers, short enough to be spoken: its own steps, word for word."""

import re
from collections.abc import Collection, Sequence

from kitt_rtc.model.words import fold, subject_words, word_count

SPOKEN_WORDS = 40
"""Some fifteen seconds of speech."""
_NUMBERED = re.compile(r"^\s*\d{1,2}[.)]\s+(?P<step>\S.*)$")
_BULLET = re.compile(r"^\s*[-*•]\s+(?P<step>\S.*)$")
_REMEDY = frozenset(
    {"steps", "solution", "fix", "procedure", "what to do", "resolution", "etapes", "que faire", "remede"}
)
"""Headings under which bullets are steps; under others they are causes, parts, exceptions."""
_MARKS = re.compile(r"[*_`#>]+")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]?")
_SHORTEST = 3
"""A line of fewer words is a heading, or says nothing."""


def steps_of(text: str) -> list[str]:
    """What the article says to do, each step a stretch of `text`: numbered lines, else bullets under a remedy."""
    lines = text.splitlines()
    numbered = [match["step"].strip() for line in lines if (match := _NUMBERED.match(line))]
    if numbered:
        return numbered
    steps, under_remedy = list[str](), False
    for line in lines:
        bullet = _BULLET.match(line)
        if bullet and under_remedy:
            steps.append(bullet["step"].strip())
        elif not bullet and line.strip():
            under_remedy = fold(line) in _REMEDY
    return steps


def answer_lines(text: str, query: str, told: Collection[str] = ()) -> list[str]:
    """The article's steps, else its sentences nearest to the query, in its own order; `SPOKEN_WORDS` at most.

    What was told already is left out. The first line is always there, however long it is.
    """
    steps = steps_of(text)
    if steps:
        return lines_that_fit([step for step in steps if step not in told])
    chosen = lines_that_fit([line for line in _nearest(text, query) if line not in told])
    return sorted(chosen, key=text.find)


def lines_that_fit(lines: Sequence[str]) -> list[str]:
    """The first lines, as many as can be said in some fifteen seconds."""
    kept, words = list[str](), 0
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
    return sorted(lines, key=lambda line: -len(subject_words(line) & wanted))
