"""How the house compares words: folded to plain letters, cut into sentences, quoted word for word."""

import re
import unicodedata
from collections.abc import Mapping

_SENTENCE_END = re.compile(r"(?<=[.!?…])(?<!\bM\.)(?<!\bMr\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bMrs\.)\s+|\n+")
"""A title's full stop ends nothing: "Good morning, Mr. Miller"."""
_NOT_A_LETTER = re.compile(r"[^0-9a-z%€$]+")
_ACCENT = re.compile(r"[\u0300-\u036f]+")
_WORD = re.compile(r"\w+")
_JOINED = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ß": "ss"})

_EMPTY_WORDS = {
    "fr": "a ai as au aux avec avez avons c ca car ce ces cela cette ceux chez comme d dans de des donc du elle en "
    "encore es est et ete etes etre eu il ils j je l la le les leur lui m ma mais me meme mes moi mon n ne nous nos "
    "notre on ont ou oui par pas plus pour qu que qui quoi s sa se ses si son sont sur t ta te tes toi ton tout tres "
    "tu un une va vais vos votre vous y non bien fait faire peut bonjour merci",
    "en": "a about all also am an and any are as at be been but by can could d did do does don for from get go had "
    "has have he her here him his how i if in into is isn it its just let ll m me my no not now of oh ok on one or our "
    "out re s say she so some t than thank thanks that the their them then there they this to too up us ve very was we "
    "well were what when which who will with would yes you your hello please",
}
EMPTY_WORDS = {language: frozenset(words.split()) for language, words in _EMPTY_WORDS.items()}
"""Words that carry no subject, folded, by language."""
_ALL_EMPTY_WORDS = frozenset().union(*EMPTY_WORDS.values())
_TELLTALE = {
    "fr": EMPTY_WORDS["fr"] - EMPTY_WORDS["en"],
    "en": EMPTY_WORDS["en"] - EMPTY_WORDS["fr"],
}


def fold(text: str) -> str:
    """Small plain letters, digits, %, € and $, single spaces: "C'est Œuvré !" is "c est oeuvre"."""
    plain = text.lower() if text.isascii() else _without_accents(text)
    return _NOT_A_LETTER.sub(" ", plain).strip()


def _without_accents(text: str) -> str:
    return _ACCENT.sub("", unicodedata.normalize("NFKD", text.translate(_JOINED).lower()))


def word_count(text: str) -> int:
    """Words as a person counts them: between blanks, a lone question mark is none."""
    return sum(1 for word in text.split() if any(mark.isalnum() for mark in word))


def subject_words(text: str) -> frozenset[str]:
    """The folded words that say what a text is about."""
    return frozenset(word for word in fold(text).split() if len(word) > 1 and word not in _ALL_EMPTY_WORDS)


def sentences(text: str) -> list[str]:
    """The sentences of a text as they stand, without the blanks around them."""
    return [sentence.strip() for sentence in _SENTENCE_END.split(text) if sentence.strip()]


def clip(text: str, limit: int) -> str:
    """One line of at most `limit` characters, cut between words; an ellipsis shows the cut."""
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    return line[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + "…"


def verbatim(quote: str, source: str, *, least: int = 1) -> str:
    """The stretch of `source` that says these words in this order, exactly as it stands there; empty when none does.

    Fewer than `least` words prove nothing, unless the source has no more.
    """
    words = _WORD.findall(unicodedata.normalize("NFC", quote))
    if not words or len(words) < min(least, len(_WORD.findall(source))):
        return ""
    found = re.search(r"\b" + r"\W{1,6}".join(map(re.escape, words)) + r"\b", source, re.IGNORECASE)
    return found.group() if found else ""


def telltales(text: str) -> Mapping[str, int]:
    """How many small words a text has that only one of our languages has, by language."""
    words = fold(text).split()
    return {language: sum(word in small for word in words) for language, small in _TELLTALE.items()}


def language_of(text: str, default: str, *, lead: int = 1) -> str:
    """ "fr" or "en" by the small words of a text; `default` when they do not tell, by so many at least."""
    found = telltales(text)
    if abs(found["fr"] - found["en"]) < lead:
        return default
    return "fr" if found["fr"] > found["en"] else "en"
