"""Names, amounts and codes in a sentence, by their looks: the same in French and English."""

import re
from collections.abc import Iterable

from kitt_rtc.model.words import fold, sentences

MOST = 20
"""So many entities are kept; the newest win."""
_AMOUNT = re.compile(
    r"[€$£]\s?\d[\d.,\u202f\u00a0 ]*\d?\s?[kKmM]?\b"
    r"|\b\d[\d.,\u202f\u00a0 ]*\s?(?:[kK]€|[€$£%]|(?:k|mille|million|thousand)?\s?(?:euros?|dollars?|pounds?)\b)"
)
_SPELLED = re.compile(
    r"\b(?:(?:an?|un|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|quinze|vingts?|trente|quarante"
    r"|cinquante|soixante|quatre-vingts?|hundred|thousand|million|cents?|mille|millions?|and|et)[ -](?:d['’])?)+"
    r"(?:(?:d['’]|de )?euros?|dollars?|pounds?|percent|per cent|pour ?cent|grand)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b(?=[\w-]*\d)(?=[\w-]*[A-Z])[A-Z0-9]{1,8}(?:-[A-Z0-9]{1,8})*\b")
_NUMBERED = re.compile(
    r"\b(?:error|code|erreur|version|firmware|mod[eè]le|model)\s+(?:n[o°]\s?)?[\w.-]*\d[\w.-]*", re.IGNORECASE
)
_DATE = re.compile(
    r"\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|january|february|march|april|june|july|august"
    r"|september|october|november|december|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|janvier|f[ée]vrier|mars"
    r"|avril|juin|juillet|ao[uû]t|septembre|octobre|novembre|d[ée]cembre|Q[1-4])\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=[\w,;:’'] )(?:[A-Z][\w&.-]*[a-zA-Z])(?: [A-Z][\w&.-]*[a-zA-Z])*")
_TITLED = re.compile(
    r"\b(?:M\.|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|Mme|Monsieur|Madame|[Mm]y name is|[Jj]e m['’]appelle)"
    r" ((?:[A-ZÀ-Ý][\w'’-]+)(?: [A-ZÀ-Ý][\w'’-]+)*)"
)
_NO_NAMES = frozenset({"i", "i m", "i ll", "i ve", "i d", "english", "french", "monsieur", "madame", "ok", "wi fi"})
_TRADE_WORDS = """
crm erp pdf api sms it hr ceo cfo cto coo vp roi sla gdpr rgpd vat tva ht ttc dg daf dsi pdg drh rh sav rdv tv gps usb
internet wifi christmas easter noel paques europe france german anglais francais mr mrs ms mme m dr mademoiselle bonjour
hello merci thanks yes no oui non may mai google teams zoom excel word outlook powerpoint okay pme iso pc t1 t2 t3 t4
je nous vous on
"""
_TRADE = frozenset(_TRADE_WORDS.split())
"""Capitals that name nobody, folded: the words of any trade, and tools everybody has."""


def amounts_in(text: str) -> list[str]:
    """Sums and shares as they were said, in figures (as the corrector writes them) or in words."""
    return _unique([*_found(_AMOUNT, text), *_found(_SPELLED, text)])


def names_in(text: str) -> list[str]:
    """People and firms: capitals within a sentence, or after "Mr", "Madame", "my name is"."""
    named = (name for sentence in sentences(text) for name in (*_found(_NAME, sentence), *_after_a_title(sentence)))
    return _unique(name for name in named if _is_name(name) and not _is_of_the_trade(name))


def codes_in(text: str) -> list[str]:
    """Model numbers and error codes: "X200", "E-12", "error 503"."""
    return _unique([*_found(_NUMBERED, text), *_found(_CODE, text)])


def entities_in(text: str) -> list[str]:
    """Amounts, dates, codes and names of people, firms and products."""
    names = [name for sentence in sentences(text) for name in _found(_NAME, sentence) if _is_name(name)]
    return _unique([*_found(_AMOUNT, text), *_found(_DATE, text), *codes_in(text), *names])


def together(known: Iterable[str], found: Iterable[str]) -> tuple[str, ...]:
    """What was known and what is new, each once, at most `MOST` of them."""
    kept, new = tuple(known), tuple(found)
    return tuple(_unique([*kept, *new])[-MOST:]) if new else kept[-MOST:]


def _after_a_title(sentence: str) -> list[str]:
    return [match.group(1) for match in _TITLED.finditer(sentence)]


def _is_name(name: str) -> bool:
    return fold(name) not in _NO_NAMES and not _DATE.fullmatch(name)


def _is_of_the_trade(name: str) -> bool:
    return fold(name) in _TRADE or bool(_CODE.fullmatch(name))


def _found(pattern: re.Pattern[str], text: str) -> list[str]:
    return [match.group().strip(" .,-") for match in pattern.finditer(text)]


def _unique(items: Iterable[str]) -> list[str]:
    """Each once, in order; what is part of a longer one already there is left out."""
    kept: dict[str, str] = {}
    for item in filter(None, items):
        folded = f" {fold(item)} "
        if not any(folded in other for other in kept):
            kept[folded] = item
    return list(kept.values())
