"""What words mean, in a sale and in a repair: "cost" and "prix" are one idea. Read from `ideas.yaml`.

The law: the same idea has the same name whatever the language; a word nobody listed has none.
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files

import yaml

from kitt_rtc.model.words import fold

Idea = tuple[str, str]
"""Its section, "acts", "sale", "technique", "gifts", "reach" or "judgement"; and its name."""
_SHORTEST, _LONGEST = 2, 14
"""Letters of a beginning."""


def _read() -> Mapping[str, frozenset[Idea]]:
    """By whole word, and by beginning with its star."""
    page = files("kitt_rtc.prompts").joinpath("ideas.yaml").read_text("utf-8")
    sheet: Mapping[str, Mapping[str, str]] = yaml.safe_load(page)
    table: dict[str, set[Idea]] = {}
    for section, rows in sheet.items():
        for name, row in rows.items():
            for word in row.replace("|", " ").split():
                table.setdefault(word, set()).add((section, name))
    return {word: frozenset(ideas) for word, ideas in table.items()}


_IDEAS = _read()


@lru_cache(20_000)
def ideas_of(word: str) -> frozenset[Idea]:
    """Of one folded word: of itself, and of its longest beginning."""
    whole = _IDEAS.get(word, frozenset())
    for letters in range(min(len(word), _LONGEST), _SHORTEST - 1, -1):
        if begun := _IDEAS.get(f"{word[:letters]}*"):
            return whole | begun
    return whole


@lru_cache(4_000)
def ideas_in(text: str) -> frozenset[Idea]:
    """All that a text speaks of."""
    return frozenset(idea for word in fold(text).split() for idea in ideas_of(word))
