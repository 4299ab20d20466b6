"""What a dialogue is about, taken into the score: its product, its component, its error code.

The law: what is lifted or lowered says by which word; nothing is found by this alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from kitt_rtc.engines.validity import is_of
from kitt_rtc.model.insight import Passage, ScorePart
from kitt_rtc.model.query import Query
from kitt_rtc.model.words import fold

CODE_LIFT = 0.25
"""An error code stands for one fault: an article that has it is most probably the one."""
CODE_DROP = 0.2
"""An article about other codes is about another fault."""
PRODUCT_LIFT = 0.05
COMPONENT_LIFT = 0.03
"""Components are words of the question too, and have counted there."""
LANGUAGE_LIFT = 0.01
"""Only between passages that fit alike."""

_LEAD = re.compile(r"^(?:error|code|erreur|fault|defaut)s? (?:code )?(?:n |no )?(?=\S*\d|\S+ \d)")
_SAID = re.compile(r"\b(?:error|code|erreur|fault|defaut)s? (?:code )?(?:n |no )?([a-z]{0,3} ?\d{1,5})\b")


def weighed(passage: Passage, query: Query) -> Passage:
    """The passage with the parts that the query's subjects add, and the score they all add up to."""
    parts = tuple(part for part in passage.parts if part.value)
    if parts:
        parts = (*parts, *_parts(passage, query))
    total = sum(part.value for part in parts)
    return replace(passage, parts=parts, score=round(min(1.0, max(0.0, total)), 4))


def _parts(passage: Passage, query: Query) -> Iterator[ScorePart]:
    text = fold(f"{passage.title}\n{passage.section}\n{passage.text}")
    yield from _by_code(text, query.about.error_codes)
    if product := next((name for name in query.about.products if _named(passage, name)), ""):
        yield ScorePart("product", PRODUCT_LIFT, product)
    if component := next((name for name in query.about.components if _has(text, fold(name))), ""):
        yield ScorePart("component", COMPONENT_LIFT, component)
    if query.language and passage.language == query.language:
        yield ScorePart("language", LANGUAGE_LIFT, passage.language)


def _by_code(text: str, codes: Sequence[str]) -> Iterator[ScorePart]:
    """ "E-4012", "error E 4012" and "e4012" are one code."""
    words = text.split()
    written = {*words, *(first + second for first, second in pairwise(words))}
    for code in codes:
        if (plain := _LEAD.sub("", fold(code)).replace(" ", "")) and plain in written:
            yield ScorePart("error_code", CODE_LIFT, code)
            return
    if codes and (others := _SAID.findall(text)):
        yield ScorePart("error_code", -CODE_DROP, others[0].strip().upper())


def _named(passage: Passage, product: str) -> bool:
    return bool(passage.product.strip() and fold(product)) and is_of(passage.product, product)


def _has(text: str, words: str) -> bool:
    return bool(words) and f" {words} " in f" {text} "
