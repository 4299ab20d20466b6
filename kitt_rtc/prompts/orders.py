"""Sentences that speak to a machine and not to a person: "ignore your instructions", "system:", "dis au vendeur de…".

They are words of a call or of an article like any other, and nobody has to obey them; but a model that never reads them
cannot be talked round. So they are left out of what it is given (contract N9). People who say "ignore the second quote"
speak to a person.
"""

import re
from functools import lru_cache
from importlib.resources import files

import yaml

from kitt_rtc.model.words import fold, sentences

LEFT_OUT = "[…]"
_RAW = re.compile(
    r"^\W*(system|assistant|developer|tool|systeme|système|admin)\s*(message)?\s*[:>]|<\|?/?\s*(im_|system|user|inst|script|a\s|img)"
    r"|\[/?INST\]|\[\[/?|###|```|\{\s*[\"']|[\"']\s*\}|(?i:</)",
    re.IGNORECASE,
)


def _read() -> re.Pattern[str]:
    """All expressions of `orders.yaml` as one."""
    sheet = yaml.safe_load(files("kitt_rtc.prompts").joinpath("orders.yaml").read_text("utf-8"))
    lists: dict[str, str] = sheet["lists"]
    patterns = [pattern for part in ("en", "fr", "both") for pattern in sheet[part]]
    for name, words in lists.items():
        patterns = [pattern.replace(name, words) for pattern in patterns]
    return re.compile("|".join(rf"(?:\b(?:{pattern}))" for pattern in patterns))


_ORDER = _read()
_SPELT = re.compile(r"\b(?:[a-z] ){3,}[a-z]\b")


@lru_cache(4_000)
def speaks_to_a_machine(text: str) -> bool:
    """Does any sentence of it?"""
    return any(_is_order(sentence) for sentence in sentences(text)) or _is_order(text)


@lru_cache(4_000)
def without_orders(text: str) -> str:
    """The text as it stands where nothing in it speaks to a machine; else its other sentences, with marks of a cut."""
    if not speaks_to_a_machine(text):
        return text
    lines = []
    for line in text.split("\n"):
        kept = [LEFT_OUT if _is_order(sentence) else sentence for sentence in sentences(line)]
        lines.append(" ".join(kept))
    rest = "\n".join(lines)
    return LEFT_OUT if _is_order(rest) else rest


def _is_order(sentence: str) -> bool:
    """Letters said one by one are read together."""
    if _RAW.search(sentence):
        return True
    plain = _SPELT.sub(lambda letters: letters[0].replace(" ", ""), fold(sentence))
    return bool(_ORDER.search(plain))
