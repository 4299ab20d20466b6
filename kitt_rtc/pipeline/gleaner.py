"""The lines of a call that speak of a need, a budget, a date, a next step: found by rules, quoted as they were said."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kitt_rtc.model.speech import Utterance
from kitt_rtc.model.words import fold, sentences, subject_words, verbatim

MOST = 5
"""So many lines of a kind make a page; the first ones."""
_MOST_TELLING = 3
_QUOTE_CHARACTERS = 180
_LEAST_WORDS = 2
"""One word is in any call: it proves nothing, unless it is all that was said."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something claimed of a call, and the words that prove it."""

    text: str
    """The claim; empty when the quote speaks for itself."""
    quote: str
    utterance: Utterance


_DAYS = (
    r"(monday|tuesday|wednesday|thursday|friday|tomorrow|next week|next month|lundi|mardi|mercredi|jeudi|vendredi"
    r"|demain|la semaine prochaine|le mois prochain)"
)
_SIGNS = {
    "needs": (
        r"\b((we|i) (need|want|would like|d like|are looking for|re looking for|must)|our (goal|objective|priority)"
        r"|(on|nous) (a besoin|avons besoin|voulons|veut|voudrait|voudrions|cherche|cherchons|souhaite|souhaitons"
        r"|aimerait|aimerions)|j ai besoin|je (veux|voudrais|cherche|souhaite|souhaiterais)"
        r"|notre (objectif|priorite|but)|il (nous|me) (faut|faudrait))\b"
    ),
    "budget": (
        r"\b(budget|budgets)\b|\d[\d ]*(k|€|\$|euros?|dollars?|pounds?)( |$)"
        r"|\b(thousand|mille|hundred|cents?) (euros?|dollars?|pounds?)\b"
    ),
    "timing": (
        r"\b(deadline|by the end of|before the end of|this (month|quarter|year)|next (month|quarter|year)|as soon as"
        r"|avant (la fin|l ete|le mois|janvier|fevrier|mars|avril|mai|juin|juillet|aout|septembre|octobre|novembre"
        r"|decembre)|d ici (la fin|l ete|le|un|deux|trois)|echeance|ce (mois|trimestre)|cette annee|l annee prochaine"
        r"|(le )?(mois|trimestre) prochain|by (january|february|march|april|may|june|july|august|september|october"
        r"|november|december)|in (two|three|four|six|\d+) (weeks|months)|dans (deux|trois|quatre|six|\d+)"
        r" (semaines|mois))\b"
    ),
    "next_step": (
        r"\b(next step|call (you|me|us) back|send (you|me|us) (the|a|an)|(book|schedule|plan|set up) (a|an|the)"
        r"|let s (meet|talk|speak)|prochaine etape|(rappelle|rappelez|rappellerai)|(envoie|envoyez|enverrai)"
        r"|(caler|fixer|planifier|prendre) (un|une)|rendez vous|rdv|on se (revoit|rappelle|reparle))\b"
    ),
    "dated": rf"\b{_DAYS}\b",
    "question": (
        r"\b(what|how|why|who|which|where|when|comment|pourquoi|qu est ce|que|quel|quelle|quels|quelles|qui|combien)\b"
    ),
    "invitation": r"\b(tell me|walk me|describe|explain|racontez|decrivez|parlez moi|expliquez)\b",
    "recap": (
        r"\b(if i understand|so what you are saying|so you (mean|need|want)|to sum up|let me recap|in other words"
        r"|si je comprends|si j ai bien compris|donc (vous|si je)|pour resumer|autrement dit|en resume)\b"
    ),
    "thanks": r"\b(thank you|thanks|merci|je vous en prie|you are welcome|my pleasure|avec plaisir)\b",
}
_NOTHING = re.compile(r"(?!)")
_COMPILED = {kind: re.compile(pattern) for kind, pattern in _SIGNS.items()}


def glean(kind: str, utterances: Iterable[Utterance]) -> list[Line]:
    """The sentences of this kind, in the order spoken."""
    pattern = _COMPILED[kind]
    return [
        Line("", _short(sentence, pattern), utterance)
        for utterance in utterances
        for sentence in sentences(utterance.text)
        if pattern.search(fold(sentence))
    ]


def telling(utterances: Iterable[Utterance]) -> list[Line]:
    """The sentences with the most subject words, in the order spoken: what is left when no rule tells anything."""
    lines = [Line("", _short(one, _NOTHING), said) for said in utterances for one in sentences(said.text)]
    best = sorted(lines, key=lambda line: -len(subject_words(line.quote)))[:_MOST_TELLING]
    return [line for line in lines if line in best]


def prove(finding: str, utterances: Sequence[Utterance]) -> Line | None:
    """A pain point or an objection of the context (`label: “quote”`), with the utterance that says it."""
    label, _, quoted = finding.partition(":")
    return claim(label.strip(), quoted.strip(" “”«»\u00a0\u202f"), utterances)


def claim(text: str, quote: str, utterances: Iterable[Utterance]) -> Line | None:
    """The claim with its proof; None when nobody said these words."""
    for utterance in utterances:
        found = verbatim(quote, utterance.text, least=_LEAST_WORDS)
        if found:
            return Line(text, found, utterance)
    return None


def _short(sentence: str, pattern: re.Pattern[str]) -> str:
    """The sentence, or of a very long one the clauses from the one that tells."""
    if len(sentence) <= _QUOTE_CHARACTERS:
        return sentence
    for clause in re.finditer(r"[^,;:]+", sentence):
        if pattern.search(fold(clause.group())):
            return sentence[clause.start() : clause.start() + _QUOTE_CHARACTERS].strip().rsplit(" ", 1)[0]
    return sentence[:_QUOTE_CHARACTERS].rsplit(" ", 1)[0]
