"""How each hosted model is asked for languages and terms, and in which language it says it has heard. Pure.

Three families: `gpt-transcribe` takes a set of languages and keywords, and says what it heard; Whisper takes one
language or finds it out and says so by name; the others take one language or find it out and say nothing.
"""

from collections.abc import Collection, Sequence
from typing import Any

from kitt_rtc.model.words import fold, telltales

_NAMES = {"english": "en", "french": "fr"}
"""Whisper answers with a language's name; one that is not here is none of ours."""
_TELLING_WORDS = 5
"""A text of so many words without one small word of ours is in another language."""
_LAST_LATIN_LETTER = "\u024f"
_PROMPT_LETTERS = 600
"""A Whisper prompt holds 224 tokens."""


def asking(model: str, *, language: str, among: Collection[str], terms: Sequence[str], hint: str) -> dict[str, Any]:
    """The fields that say what may be heard: an empty set or one of one is `language` for certain."""
    name = model.lower()
    fields: dict[str, Any] = {}
    if len(among) < 2:
        fields["language"] = language
    elif "gpt-transcribe" in name:
        fields["languages"] = list(among)
    if terms and "gpt-transcribe" in name:
        fields["keywords"] = list(terms)
    else:
        hint = _with_terms(terms, hint)
    return fields | ({"prompt": hint[-_PROMPT_LETTERS:]} if hint else {})


def heard_in(answer: Any, *, language: str, among: Collection[str]) -> str | None:
    """The language of an answer, of this set; empty where it is not told; None when it is none of them.

    Of several, the expected `language` comes first.
    """
    if len(among) < 2:
        return language
    told = _told(answer)
    if told:
        return next((code for code in (language, *among) if code in told), None)
    return "" if _may_be_ours(str(getattr(answer, "text", ""))) else None


def _told(answer: Any) -> list[str]:
    """Two letters each, or a name that is none of ours."""
    codes = [str(getattr(found, "code", "")) for found in getattr(answer, "languages", None) or ()]
    name = getattr(answer, "language", None)
    told = [*codes, *([name] if isinstance(name, str) else [])]
    return [_NAMES.get(one.lower(), one.lower().partition("-")[0]) for one in told if one]


def _may_be_ours(text: str) -> bool:
    if any(letter.isalpha() and letter > _LAST_LATIN_LETTER for letter in text):
        return False
    return len(fold(text).split()) < _TELLING_WORDS or any(telltales(text).values())


def _with_terms(terms: Sequence[str], hint: str) -> str:
    """Terms first: the end of a prompt, which matters most, are the last sentences. Cut where they would not fit."""
    if not terms:
        return hint
    said = ", ".join(terms) + "."
    return f"{said} {hint[-(_PROMPT_LETTERS - len(said) - 1) :]}".strip()
