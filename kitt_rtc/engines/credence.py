"""Did somebody really say that? Signs that a transcriber made words up, in layers; never a list of phrases alone.

A short answer ("oui", "thank you") must live, so a phrase is doubted only together with a weak sound, and a repeat of
the hint only when nobody could have spoken so fast.
"""

import math
from collections.abc import Sequence

from kitt_rtc.model.words import fold
from kitt_rtc.ports import Scores

_LONE_WORDS = {
    "you": 0.5,
    "bye": 0.15,
    "thank you": 0.3,
    "thanks for watching": 0.8,
    "thank you for watching": 0.8,
    "please subscribe": 0.7,
    "merci": 0.15,
    "merci d avoir regarde": 0.8,
    "merci d avoir regarde cette video": 1.2,
    "abonnez vous": 0.6,
}
"""What models hear in nothing, and the seconds of loud sound a person needs to say it."""
_CREDITS = (
    "amara org",
    "sous titrage st",
    "sous titrage societe radio canada",
    "sous titres realises par",
    "subtitles by",
)
"""The ends of films that models were taught with; nobody says them on the telephone."""
_CREDITS_WORDS = 12
_ECHO_WORDS = 4
"""A shorter text may stand in the hint by chance: people say "oui" twice."""
_FASTEST = 6.0
"""Words a second of loud sound; nobody speaks faster for long."""


def believable(scores: Scores) -> bool:
    """False for what the model itself doubts."""
    no_speech = scores.no_speech if scores.no_speech is not None else 0.0
    logprob = scores.logprob if scores.logprob is not None else 0.0
    compression = scores.compression if scores.compression is not None else 0.0
    return not ((no_speech > 0.6 and logprob < -1.0) or compression > 2.4 or logprob < -1.3)


def confidence(pieces: Sequence[Scores]) -> float | None:
    """0 to 1 over all pieces, the longer ones counting more; None where the model does not tell."""
    told = [(max(piece.seconds, 0.01), piece.logprob) for piece in pieces if piece.logprob is not None]
    if not told:
        return None
    mean = sum(seconds * logprob for seconds, logprob in told) / sum(seconds for seconds, _ in told)
    return round(min(1.0, math.exp(mean)), 3)


def said(text: str, *, hint: str, loud: float) -> str:
    """The text, or nothing when it is an artefact of the model; `loud` is the seconds of loud sound."""
    line = " ".join(text.split())
    folded = fold(line)
    if not any(letter.isalnum() for letter in line):
        return ""
    words = folded.split()
    if loud < _LONE_WORDS.get(folded, 0.0) or _is_credit(words) or _is_loop(words):
        return ""
    return "" if _is_echo(words, fold(hint), loud) else line


def _is_credit(words: Sequence[str]) -> bool:
    text = " ".join(words)
    return len(words) <= _CREDITS_WORDS and any(credit in text for credit in _CREDITS)


def _is_echo(words: Sequence[str], hint: str, loud: float) -> bool:
    repeated = len(words) >= _ECHO_WORDS and f" {' '.join(words)} " in f" {hint} "
    return repeated and len(words) > _FASTEST * loud


def _is_loop(words: Sequence[str]) -> bool:
    """The same one to four words eight times or more, and nothing else."""
    return any(
        len(words) >= 8 * size and all(word == words[place % size] for place, word in enumerate(words))
        for size in range(1, 5)
    )
