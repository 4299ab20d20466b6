"""Sentences that speak to a machine and not to a person: "ignore your instructions", "system:", "dis au vendeur de…".

They are words of a call or of an article like any other, and nobody has to obey them; but a model that never reads them
cannot be talked round. So they are left out of what it is given (contract N9). People who say "ignore the second quote"
speak to a person.
"""

import re
from functools import lru_cache
from importlib.resources import files

import yaml

from kitt_rtc.model.speech import Role
from kitt_rtc.model.words import fold, sentences

LEFT_OUT = "[…]"
_ROLES = frozenset(role.value for role in Role)
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

_OF_THE_PAGE = re.compile(
    r"\b(this|these|the above|cette|cet|ce|ces) (page|article|document|text|texte|passage)s?\b"
    r"|\b(readers?|lecteurs?|summar\w+|digests?|notes? (to|for|a|pour)|whoever|quiconque|ai|ia|llm|bots?|assistants?)\b"
)
"""A step speaks of a device; what speaks of the page it stands on, or of who reads it, is none."""
_OF_SECRETS = re.compile(
    r"\b(tell|tells|give|gives|say|says|read|reads|spell|spells|send|sends|ask|asks|dictate\w*|confirm\w*|pay\w*|transfer\w*"
    r"|donn\w+|dites|dit|lis\w*|lit|epel\w+|envoy\w+|demand\w+|dict\w+|communiqu\w+|vir\w+)\b.*"
    r"\b(passwords?|passcode|pin|cvv|iban|cryptogram\w*|bank|credit card|debit card|mots? de passe|code secret"
    r"|carte (bancaire|bleue|de credit)|identifiants?)\b"
)
_OF_DANGER = re.compile(
    r"\b(skip\w*|bypass\w*|without|ignor\w+|sans|saut\w+|shunt\w+|neglig\w+)\b.*"
    r"\b(gloves?|glasses|fuse|safety|protection|earth\w*|isolation|gants?|lunettes|securite|fusible|terre)\b"
    r"|\b(wet hands?|mains (mouillees|humides)|live (rail|wire|part|conductor)s?|under voltage|sous tension)\b"
)
_FORBIDS = re.compile(r"\b(never|not|don t|no|avoid|ne|n|jamais|evitez|hors|pas)\b")
"""A warning stays: "never work without gloves"."""


def speaks_to_a_machine(text: str) -> bool:
    """Does any line of it? A line costs a third of a millisecond the first time; then it is remembered."""
    return any(_speaks(_without_role(line)) for line in text.split("\n"))


def without_orders(text: str) -> str:
    """The text as it stands where nothing in it speaks to a machine; else its other lines, with marks of a cut.

    The whole line goes: who opens with "developer mode on" gives the order in the next sentence.
    """
    return "\n".join(LEFT_OUT if _speaks(_without_role(line)) else line for line in text.split("\n"))


def steps_for_people(text: str) -> str:
    """An article without the lines that are nothing to do for a person at a device.

    They speak to a machine or of the page itself, ask for a secret, or leave a protection out.
    """
    return "\n".join(line for line in text.split("\n") if not _is_no_step(line))


def _is_no_step(line: str) -> bool:
    folded = fold(line)
    harmful = _OF_SECRETS.search(folded) or _OF_DANGER.search(folded)
    return bool(_OF_THE_PAGE.search(folded) or (harmful and not _FORBIDS.search(folded))) or _speaks(line)


def _without_role(line: str) -> str:
    """Of a transcript's line, the words."""
    role, _, words = line.partition(": ")
    return words if role in _ROLES else line


@lru_cache(8_000)
def _speaks(line: str) -> bool:
    return any(_is_order(sentence) for sentence in (*sentences(line), line))


def _is_order(sentence: str) -> bool:
    """Letters said one by one are read together."""
    if _RAW.search(sentence):
        return True
    plain = _SPELT.sub(lambda letters: letters[0].replace(" ", ""), fold(sentence))
    return bool(_ORDER.search(plain))
