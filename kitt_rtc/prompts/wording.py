"""May advice be shown in a model's own words? A short list of what may; all else is said by the house's card.

The law (contract N9): the model chooses, the house words it. Its own words stand where each clause is a card's, word
for word, or is one of a coach's acts that give nothing, tell nothing and end nothing: to ask an open question, to agree
on a meeting, to say again, to compare, to listen; and is made of the house's words alone. What only a caller said, a
number among them, may be asked about by the house's card, beside its quote, but is no part of the advice.
"""

import re

from kitt_rtc.model.words import fold, subject_words, word_count
from kitt_rtc.prompts.clauses import clauses_of, sentences_of
from kitt_rtc.prompts.ground import Ground
from kitt_rtc.prompts.ideas import ideas_of

_MOST_WORDS = 26
_LINK = r"^(?:and |then |but |so |first |et |puis |mais |d abord |alors |\w+ly |volontiers )*"
_OPEN = (
    r"(?:what|which|how|who|whom|when|where|why|ce qu\w*|de quoi|quel\w*|combien|comment|pourquoi|quand|qui"
    r"|(?:a|de|par|pour|depuis|en|on|in|by|for|with|to|avec) (?:what|which|when|whom|quoi|quel\w*|qui|quand|combien))\b"
)
_TO_WHOM = (
    r"(?: (?:them|him|her|the|client|customer|buyer|together|with|first|leur|lui|eux|elle|le|la|au|a|avec|ensemble))*"
)
_ASKS = re.compile(
    _LINK + r"(?:ask|find out|clarify|explore|work out|count|calculate|demandez|cherchez|trouvez|clarifiez|calculez"
    rf"|comptez|chiffrez|comparez|compare){_TO_WHOM} {_OPEN}"
)
_GOES_ON = re.compile(_LINK + _OPEN)
_QUESTION = re.compile(
    r"^(?:et |and |so |alors |compared to |compare a |qu est ce |par rapport a )*" + f"(?:{_OPEN}|qu)"
)
_MEETS = re.compile(
    _LINK + r"(?:propose|suggest|offer|agree on|book|schedule|set|fix|proposez|suggerez|convenez|fixez|prevoyez)\b"
)
_REPEATS = re.compile(
    _LINK + r"(?:repeat|recap|rephrase|summari[sz]e|acknowledge|compare|list|repetez|recapitulez|reformulez|resumez"
    r"|comparez|listez)\b"
)
_LISTENS = re.compile(
    _LINK + r"(?:listen|ecoutez|let (?:him|her|them) (?:talk|speak|answer|finish)"
    r"|laissez (?:le|la|les) (?:parler|repondre|finir))(?: first| d abord)?$"
)
_SIDES = re.compile(
    r"\b(we|us|our|ours|i|me|my|mine|your|yours|yourself|nous|notre|nos|je|moi|mon|ma|mes"
    r"|vos|votre|vous meme|rep|coach)\b"
)
"""Advice in a model's words speaks of the client's side alone: of ours only a card does."""
_TO_YOU = re.compile(r"\b(you|(?<!rendez )vous)\b")
"""The client is called so in a line to say aloud, which ends with a question mark."""
_EMBEDS = re.compile(r"\b(if|whether|that|because|than|si|parce|dont)\b|(?<!\bce )\b(que|qu)\b")
"""Behind these anything can be stated: "ask whether they know that …"."""
_DENIES = re.compile(
    r"\b(no|not|never|none|nothing|nobody|without|free|stop|cannot|t|pas|jamais|rien|sans|personne|aucun\w*|ne|n|ni)\b"
)
_COUNTS = re.compile(
    r"\d|[%€$£]|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\w+teen|\w+ty|hundred\w*|thousand\w*"
    r"|million\w*|half|double\w*|triple|percent|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|treize"
    r"|quatorze|quinze|seize|vingt\w*|trente|quarante|cinquante|soixante|cents?|mille|moitie)\b"
)
_CORE = frozenset(
    {"price", "value", "loss", "buyer", "need", "trouble", "time", "hour", "week", "month", "year", "date", "meeting"}
    | {"decision", "question", "next", "today_way", "difference", "doubt", "overview", "effort", "cause", "budget"}
)
"""Of the sale: asking after these can do no harm."""
_OF_A_MEETING = frozenset({"meeting", "date", "next", "week", "buyer"})
_SAID = frozenset({"proof", "trial", "effort", "size", "goods", "job", "amount_of_time"})
"""Of the sale as well, where they were said."""
_BINDING = (
    "still those most during until might should must yet ends end keep keeps kept happen happens instead "
    "daily yearly same alors lors pendant doit doivent devrait pourrait aurait auraient pu dernier "
    "derniere chacun lequel laquelle ensuite encore bien chaque arrive arriver each every last often long "
    "soon combien mean means "
)
_SMALL = frozenset(_BINDING.split())
"""Words that bind others together."""
_NEVER = frozenset({"discount", "money", "law", "place", "guard"})
"""Of the sale: what is owed, and what is feared. Only a card speaks of it."""
_ORDERS = re.compile(r"^(?:\w{3,}ez|accept|agree|grant|give|take|sign|pay|send|sell|do|say)\b")
"""Labels name things."""
_HARMS = frozenset({"gifts", "reach", "judgement"})


def is_fit(text: str, ground: Ground) -> bool:
    """May this be shown as it stands? Of a text that is still being written: so far?"""
    if word_count(text) > _MOST_WORDS:
        return False
    for sentence in sentences_of(text):
        asked, begun = "?" in sentence, False
        for clause in clauses_of(sentence):
            if not (_is_ours(clause, ground) or _is_act(clause, ground, asked=asked, begun=begun)):
                return False
            begun = bool(_ASKS.search(fold(clause))) or begun
    return True


def is_label(text: str) -> bool:
    """Does it name a thing and order none, in words of a sale or a repair, and of nothing that is owed or does harm?"""
    return not _ORDERS.search(fold(text)) and all(_is_of_us(word, None) for word in subject_words(text))


def _is_ours(clause: str, ground: Ground) -> bool:
    return f" {fold(clause)} " in ground.written


def _is_act(clause: str, ground: Ground, *, asked: bool, begun: bool) -> bool:
    """`asked`: in a question; `begun`: behind a clause that asks."""
    folded = fold(clause)
    if any(bad.search(folded) for bad in (_SIDES, _DENIES, _COUNTS)) or (_TO_YOU.search(folded) and not asked):
        return False
    words = subject_words(clause)
    opens = _QUESTION if asked else _GOES_ON if begun else _ASKS
    if start := opens.search(folded) or _ASKS.search(folded):
        return not _EMBEDS.search(folded[start.end() :]) and all(_is_of_us(word, ground) for word in words)
    if _EMBEDS.search(folded):
        return False
    if _MEETS.search(folded):
        return len(words) > 1 and all(_names(word) & _OF_A_MEETING or _is_an_act(word) for word in words)
    return bool(_LISTENS.search(folded)) or (
        bool(_REPEATS.search(folded)) and all(_is_of_us(word, ground) for word in words)
    )


def _is_of_us(word: str, ground: Ground | None) -> bool:
    """A word of the sale, or of a card. Without `ground`: of the sale or of a repair."""
    sections = {section for section, _ in ideas_of(word)}
    if sections & _HARMS or _names(word) & _NEVER:
        return False
    if _names(word) & _CORE:
        return True
    if ground is None:
        return "technique" in sections
    said = bool(_names(word) & _SAID or "technique" in sections) and f" {word} " in ground.said
    return word in _SMALL or _is_an_act(word) or ground.writes(word) or said


def _is_an_act(word: str) -> bool:
    return any(section == "acts" for section, _ in ideas_of(word))


def _names(word: str) -> frozenset[str]:
    return frozenset(name for section, name in ideas_of(word) if section == "sale")
