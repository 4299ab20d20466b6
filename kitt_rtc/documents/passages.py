"""Articles cut into passages of some 100 to 300 words, each with all that is known of the article.

The law: paragraphs and lists of steps stay whole; what is cut is cut between sentences.
"""

import hashlib
import json
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import count

from kitt_rtc.documents.articles import Article
from kitt_rtc.documents.outline import Block
from kitt_rtc.model.insight import Passage

_RULES = 3
"""Raised when the same article would be cut otherwise than before: it is then taken in anew."""
_MOST_WORDS = 300
_LEAST_WORDS = 100
"""A passage is between these where its article allows."""
_SENTENCE = re.compile(r"(?<=[.!?…])\s+")


def passages_of(articles: Sequence[Article], source: str) -> list[Passage]:
    """All of a document, numbered; each carries the document's digest."""
    digest = _digest(articles)
    numbers = count(1)
    return [passage for article in articles for passage in _split(article, source, digest, numbers)]


def _digest(articles: Sequence[Article]) -> str:
    said = json.dumps([_RULES, *map(asdict, articles)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _split(article: Article, source: str, digest: str, numbers: Iterator[int]) -> Iterator[Passage]:
    groups = list(_groups([piece for block in article.blocks for piece in _cut(block)]))
    label = article.label
    for group in groups:
        sections = dict.fromkeys(block.section for block in group if block.section) if len(groups) > 1 else ()
        yield Passage(
            id=f"{source}#{next(numbers)}",
            title=label.title,
            text=_text(group),
            source=source,
            section=" · ".join(sections),
            language=label.language,
            product=label.product,
            version=label.version or digest[:12],
            digest=digest,
            valid_from=label.valid_from,
            valid_until=label.valid_until,
        )


def _groups(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Blocks side by side, in groups of about the same length."""
    left = sum(map(_words, blocks))
    goal = _goal(left)
    group: list[Block] = []
    held = 0
    for block in blocks:
        more = _words(block)
        past_goal = held >= _LEAST_WORDS and abs(held + more - goal) > abs(held - goal)
        if group and (past_goal or held + more > _MOST_WORDS):
            yield group
            left -= held
            # anew for what is left: else the last group gets the crumbs of all
            goal = _goal(left)
            group, held = [], 0
        group.append(block)
        held += more
    if group:
        yield group


def _goal(left: int) -> float:
    """Words of a group, when so many words are parted evenly into as few as may be."""
    return left / max(1, math.ceil(left / _MOST_WORDS))


def _cut(block: Block) -> Iterator[Block]:
    """A block longer than a passage, cut between its lines, else between sentences, else between words."""
    if _words(block) <= _MOST_WORDS:
        yield block
        return
    lines = [part for line in block.lines for part in _parts(line)]
    for group in _groups([Block((line,), block.section) for line in lines]):
        yield Block(tuple(line for part in group for line in part.lines), block.section)


def _parts(line: str) -> Iterator[str]:
    if len(line.split()) <= _LEAST_WORDS:
        yield line
        return
    for sentence in _SENTENCE.split(line):
        words = sentence.split()
        for start in range(0, len(words), _LEAST_WORDS):
            yield " ".join(words[start : start + _LEAST_WORDS])


def _text(group: Sequence[Block]) -> str:
    """The blocks, each section under its heading."""
    parts: list[str] = []
    section = ""
    for block in group:
        if block.section != section:
            section = block.section
            parts.append(section.rsplit(" > ", 1)[-1])
        parts.extend(block.lines)
    return "\n".join(parts)


def _words(block: Block) -> int:
    return sum(len(line.split()) for line in block.lines)
