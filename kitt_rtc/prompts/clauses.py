"""How a clause of advice is built, in English and French: does it ask, tell, forbid, state, give way?

By its grammar alone, of folded words: what it is about is told by `ideas.py`.
"""

import re
from collections.abc import Sequence

from kitt_rtc.model.words import fold
from kitt_rtc.prompts.ideas import ideas_of

_SENTENCE = re.compile(r"(?<=[.!?…])[\"“”«»\s]+")
_CLAUSE = re.compile(r"(?<=[.!?;:…])[\"“”«»\s]+|,\s+|\s+(?:and|then|but|et|puis|mais)\s+")
_LINK = r"^(?:and |then |but |so |first |et |puis |mais |d abord |alors )*"

NEGATED = re.compile(
    _LINK + r"(\w+ nothing|do not|don t|never|avoid|not|no|without|rather than|instead of|before|"
    r"ne|n|jamais|sans|evitez|plutot que|avant|rien|\w+ rien)\b"
)
OPENING = re.compile(_LINK + r"(before|after|once|if|when|while|as|for|with|avant|apres|quand|pour|avec|des|si)\b")
"""Comes before what is counselled: "Before you send it, ask…"."""
TRADED = re.compile(
    r"\b(trade|tie|against|in (exchange|return)|unless|only if|echangez|li(ez|er)|contre|que si"
    r"|en (echange|contrepartie))\b"
)
WONDERS = re.compile(
    _LINK + r"(ask|find|check|clarif\w+|compare|what|which|how|who|when|where|why|whether|if"
    r"|demand\w+|cherch\w+|trouv\w+|verif\w+|clarif\w+|compar\w+|que|quel\w*|qu|combien|comment|pourquoi|quand|ou|qui|si|par)\b"
)
OPEN = re.compile(
    r"\b(what|which|how|who|whom|when|where|why|whether|if|ce qu\w*|quel\w*|combien|comment|pourquoi|quand|qui|si|ou)\b"
)
"""Leaves it to be said: "explain where the data lives"."""
STATES = re.compile(
    r"\b(that|is|are|has|have|will|(?<!you )can|(?<!plus )(?<!moins )qu(e|il|ils)?|est|sont|ont|peut|peuvent|sera"
    r"|seront|avons|avez)\b"
)
ASSERTS = re.compile(r"\b(is|are|has|have|will|est|sont|sera|seront)\b")
"""The same behind an act, where a "that" may be the object's."""
ALL = re.compile(r"\b(everything|anything|all|whatever|tout|toute|tous|toutes)\b")
OF_OUR_SIDE = re.compile(
    r"\b(the (rep|seller|salesman|salesperson|salespeople|agent)|vendeur\w*|vendeuse\w*|sellers)\b"
)
"""Advice speaks to the rep, never of one."""
GIVES_WAY = re.compile(
    r"\b(agree (to|with)|say yes|give in|half (the )?price|at cost|(percent|%) off"
    r"|(without|no|sans) (\w+ )?(charge|payment|extra|fee|frais|supplement|paiement|payer|rien facturer)"
    r"|(lower|cut|drop|reduce|slash) \w* ?(price|cost|rate)|accept\w* (\w+ ){0,2}"
    r"(price|terms|conditions|prix|contract|contrat|demands?|demandes?)|take \w+ (\w+ )?off|dedui\w+|deduct\w*"
    r"|prenez en charge|couvr\w+ (\w+ )?frais"
    r"|pick up the (bill|cost)|cover (the|their|his|her) (\w+ ){0,2}(bill|costs?|fees)"
    r"|dites oui|moitie prix|a prix coutant|(baiss|redui|diminu)\w* (\w+ )?(prix|tarif)"
    r"|(offer|give|grant|accord|propos|send|donn|offr|envoy)\w* (\w+ ){0,4}"
    r"(discount|rebate|money|percent|reduction|remise|rabais|argent|pour cent)"
    r"|(offer|agree|propose[zr]?|offrez) (to |de )?pay\w*)\b"
)
PAYS = re.compile(_LINK + r"(sign|signez|pay|payez|hand over|admit|resign|quit|reconnaissez que|avouez|remettez)\b")
SECRET = re.compile(r"\bmots? de passe\b")
TELLS = re.compile(
    _LINK + r"(\w+ly )?(tell|say|mention|state|explain|describe|show|name|give|provide|offer|propose|suggest|send|share"
    r"|forward|confirm|dites|dire|mentionn\w+|expliqu\w+|decri\w+|montr\w+|nomm\w+|cit\w+|donn\w+|fourni\w+"
    r"|propos\w+|offr\w+|sugger\w+|envoy\w+|partag\w+|transmet\w+|confirm\w+|rappel\w+|precis\w+|parlez"
    r"|annonc\w+)\b"
)


def sentences_of(text: str) -> Sequence[str]:
    """Also behind a closing quotation mark."""
    return _SENTENCE.split(text)


def clauses_of(text: str) -> list[str]:
    return [clause for clause in _CLAUSE.split(text) if fold(clause)]


def of_section(folded: str, section: str) -> list[str]:
    """The words with an idea of this section."""
    return [word for word in folded.split() if any(one == section for one, _ in ideas_of(word))]


def begins_with_act(folded: str) -> bool:
    """Is its verb one of a coach's acts? "Gladly ask" begins with one too."""
    first, second, *_ = (*re.sub(_LINK, "", folded).split(), "", "")
    gladly = first.endswith("ly") and bool(of_section(second, "acts"))
    return gladly or bool(of_section(first, "acts"))
