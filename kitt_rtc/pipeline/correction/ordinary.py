"""Words that everybody uses: none of them is a name that was heard wrongly."""

import re
from functools import cache, lru_cache
from importlib.resources import files

import yaml

from kitt_rtc.model.words import EMPTY_WORDS

_ENDINGS = {
    "fr": ("ements", "ement", "ions", "aient", "ait", "ent", "ons", "ees", "ee", "es", "er", "ez", "ai", "s", "e", "x"),
    "en": ("ings", "ing", "ers", "ied", "ies", "er", "ed", "es", "ly", "y", "s", "d"),
}
_GIVEN_BACK = ("", "e", "er", "y", "re", "ir")
"""What a word may have lost with its ending."""
_SHORTEST = 3
_DERIVING = re.compile(
    r"(?:ion|ment|ness|able|ible|ique|ical|eur|euse|age|ance|ence|ite|ity|ive|ous|eux|ful|less|ing|ier|iere|aire|ism|ist"
    r"|isme|iste|ure|ise|ize)s?$"
)
_SHORTEST_DERIVED = 5


@lru_cache(maxsize=8_192)
def is_ordinary(word: str, language: str) -> bool:
    """A folded word of at most two letters, one of the language's list, or one with another ending of it."""
    if len(word) < _SHORTEST:
        return True
    known = _known(language)
    if word in known:
        return True
    return any(
        word.endswith(ending) and len(word) - len(ending) >= _SHORTEST and _stem_is_known(word[: -len(ending)], known)
        for ending in _ENDINGS.get(language, ())
    )


def is_derived(word: str) -> bool:
    """Made by an ending that names seldom have ("provision", "placement"): most likely a word that the lists lack."""
    return len(word) > _SHORTEST_DERIVED and bool(_DERIVING.search(word))


def _stem_is_known(stem: str, known: frozenset[str]) -> bool:
    doubled = stem[:-1] if stem[-1] == stem[-2] else stem
    return any(one + back in known for one in (stem, doubled) for back in _GIVEN_BACK)


@cache
def _known(language: str) -> frozenset[str]:
    sheet = yaml.safe_load(files("kitt_rtc.pipeline.correction").joinpath("ordinary.yaml").read_text("utf-8"))
    return frozenset(sheet.get(language, "").split()) | EMPTY_WORDS.get(language, frozenset())
