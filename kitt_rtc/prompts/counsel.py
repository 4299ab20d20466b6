"""Is what a model wrote advice about this sale, made of the house's ideas and not of a caller's?

The law (contract N9): it does not matter how somebody asked for it. A text counsels one of the acts of a coach, speaks
of a sale or in the words of a card, gives nothing away and vows nothing that no card does, reaches for nothing outside
the call, judges nobody, and names no sum that neither a card nor a client named.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kitt_rtc.model.words import fold, subject_words
from kitt_rtc.prompts.ideas import Idea, ideas_of
from kitt_rtc.prompts.prompt import Prompt

STEM = 5
"""Letters of a word that are compared."""
_LEAST_KNOWN = 0.5
"""Of the words that say something, the part that has to be the house's."""
_FEW = 4
"""So many words are a sentence; fewer say little."""
_LEAST_OF_CLAUSE = 0.3
"""The same of one clause that says more than a word or two."""
_LEAST_STATED = 0.6
"""The same of what is told as true, in words of the cards."""
_ASKED_ABOUT = 0.5
"""What a word of a caller counts where it is asked about."""
_SMALL = 12
"""Numbers up to this are counted on fingers: points, people, hours of a day, days."""
_CLAUSE = re.compile(r"(?<=[.!?;:…])[\"“”«»\s]+|,\s+|\s+(?:and|then|but|et|puis|mais)\s+")
_NEGATED = re.compile(
    r"\b(not|never|don t|avoid|without|rather than|instead of|before|no|nothing|ne|n|pas|jamais|sans"
    r"|evitez|avant|rien)\b"
)
_TRADED = re.compile(
    r"\b(trade|tie|against|exchange|return|unless|only|echang\w*|li(ez|er)|contre|contrepartie|que si)\b"
)
_WONDERS = re.compile(
    r"^(and |then |et |puis )?(ask|find|check|clarif\w+|compare|what|which|how|who|when|where|why|whether|if"
    r"|demand\w+|cherch\w+|verif\w+|clarif\w+|compar\w+|que|quel\w*|qu|combien|comment|pourquoi|quand|ou|qui|si|par)\b"
)
_OPEN = re.compile(
    r"\b(what|which|how|who|whom|when|where|why|whether|if|ce qu\w*|quel\w*|combien|comment|pourquoi|quand|qui|si|ou)\b"
)
_STATES = re.compile(r"\b(that|is|are|has|have|will|can|que|est|sont|ont|peut|peuvent|sera|seront|avons|avez)\b")
_OF_OURS = re.compile(r"\b(the (rep|seller|salesman|salesperson|salespeople|agent)|vendeur\w*|vendeuse\w*|sellers)\b")
_YIELDS = re.compile(
    r"\b(agree (to|with)|say yes|give in|half (the )?price|at cost|(percent|%) off|(lower|cut|drop|reduce|slash) \w* ?"
    r"(price|cost|rate)|accept\w* (\w+ ){0,2}(price|terms|conditions|prix)|dites oui|moitie prix|a prix coutant"
    r"|(baiss|redui|diminu)\w* (\w+ )?(prix|tarif)|(offer|give|grant|accord|propos|send|donn|offr|envoy)\w* (\w+ ){0,4}"
    r"(discount|rebate|money|percent|reduction|remise|rabais|argent|pour cent)"
    r"|(offer|agree|propose[zr]?|offrez) (to |de )?pay\w*)\b"
)
_SUM = re.compile(
    r"(\d[\d \u00a0\u202f.,]*)\s*(%|€|\$|£|percent|pour cent|euros?|dollars?|pounds?|k\b)?", re.IGNORECASE
)
_SPOKEN_SUM = re.compile(
    r"\b(\w+ )?(\w+) (percent|pour cent|hundred|thousand|million|cents?|mille|euros?|dollars?|pounds?)\b"
)


@dataclass(frozen=True, slots=True)
class Ground:
    """What an answer may be made of."""

    house: frozenset[str]
    """Stems of the words of cards, articles and lists of ours."""
    ideas: frozenset[str]
    """Sections of ideas that count as ours."""
    folded: str
    """All that the house wrote, folded."""
    spoken: str
    """All that was said, folded."""

    @classmethod
    def of(cls, prompt: Prompt, *ideas: str) -> "Ground":
        ours = fold(" ".join([prompt.vouched, *(block.text for block in prompt.material if block.house)]))
        said = fold(" ".join(block.text for block in prompt.material if not block.house and not block.told))
        return cls(frozenset(map(stem, ours.split())), frozenset(ideas), f" {ours} ", f" {said} ")

    def knows(self, word: str) -> bool:
        return stem(word) in self.house or any(section in self.ideas for section, _ in ideas_of(word))


def stem(word: str) -> str:
    return word[:STEM]


def counsel_fault(text: str, ground: Ground) -> str:
    """What is wrong with advice, in a word: "off the sale", "no act", "stated", and those of `effect_fault`."""
    if fault := matter_fault(text, ground, strict=False):
        return fault
    if "?" not in text and not any(_of_section(fold(clause), "acts") for clause in _clauses(text)):
        return "no act"
    return "stated" if any(_states(clause, ground) for clause in _clauses(text)) else ""


def matter_fault(text: str, ground: Ground, *, strict: bool = True) -> str:
    """What is wrong with a text about the sale: "off the sale", and those of `effect_fault`.

    `strict`: of a few words more than half have to be ours, where no act tells that it is advice.
    """
    if fault := effect_fault(text, ground):
        return fault
    parts = [_weighed(clause, ground) for clause in _clauses(text)]
    known, meant = (sum(part[place] for part in parts) for place in (0, 1))
    strays = any(of > 1 and ours < _LEAST_OF_CLAUSE * of for ours, of in parts)
    strays = strays or (meant < _FEW and 2 * known <= meant and meant > 0 and strict)
    return "off the sale" if strays or known < _LEAST_KNOWN * meant else ""


def effect_fault(text: str, ground: Ground) -> str:
    """What no text of a model may do: "gift", "reach", "judgement", "rep" or "sum"."""
    for clause in _clauses(text):
        folded = fold(clause)
        if f" {folded} " in ground.folded:
            continue
        if _gives(folded):
            return "gift"
        if _OF_OURS.search(folded):
            return "rep"
        told = not _NEGATED.search(folded)
        reaching = next((section for section in ("reach", "judgement") if _of_section(folded, section)), "")
        if told and reaching:
            return reaching
    return "sum" if _strange_sum(text, ground) else ""


def _weighed(clause: str, ground: Ground) -> tuple[float, int]:
    """How many words of it are the house's, and how many say something."""
    words = _meant(clause)
    asks = bool(_WONDERS.search(fold(clause))) or "?" in clause
    asked = (_ASKED_ABOUT if asks and f" {word} " in ground.spoken else 0.0 for word in words)
    return sum(max(float(ground.knows(word)), part) for word, part in zip(words, asked, strict=True)), len(words)


def _meant(text: str) -> list[str]:
    """Without acts and people, of which anything can be said."""
    return [word for word in subject_words(text) if not _is_neutral(ideas_of(word))]


def _is_neutral(ideas: Iterable[Idea]) -> bool:
    found = set(ideas)
    return bool(found) and all(section in {"acts", "plain"} or name == "buyer" for section, name in found)


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE.split(text) if fold(clause)]


def _of_section(folded: str, section: str) -> list[str]:
    return [word for word in folded.split() if any(one == section for one, _ in ideas_of(word))]


def _gives(folded: str) -> bool:
    given = _YIELDS.search(folded) or _of_section(folded, "gifts")
    return bool(given) and not (_NEGATED.search(folded) or _TRADED.search(folded) or _WONDERS.search(folded))


def _states(clause: str, ground: Ground) -> bool:
    """Does it tell something as true that no card does?"""
    folded = fold(clause)
    if "?" in clause or not _STATES.search(folded) or any(one.search(folded) for one in (_WONDERS, _OPEN, _NEGATED)):
        return False
    words = _meant(clause)
    return bool(words) and sum(stem(word) in ground.house for word in words) < _LEAST_STATED * len(words)


def _strange_sum(text: str, ground: Ground) -> bool:
    told = f"{ground.folded} {ground.spoken}"
    run = re.sub(r"\s", "", told)
    for digits, unit in _SUM.findall(text):
        number = re.sub(r"\D", "", digits)
        if (unit or int(number) > _SMALL) and number not in run:
            return True
    return any(number not in told.split() for _, number, _ in _SPOKEN_SUM.findall(fold(text)) if not number.isdigit())
