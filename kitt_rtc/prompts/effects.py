"""What no text of a model may do, however somebody asked for it (contract N9).

The law: nothing is given away or vowed that no card gives, nothing outside the call is reached for, nobody is judged,
and no sum is named that neither the house nor a caller named.
"""

import re

from kitt_rtc.model.words import fold
from kitt_rtc.prompts.clauses import (
    GIVES_WAY,
    NEGATED,
    OF_OUR_SIDE,
    PAYS,
    SECRET,
    TRADED,
    WONDERS,
    clauses_of,
    of_section,
)
from kitt_rtc.prompts.ground import Ground

_COUNTED = 12
"""Numbers up to this are counted on fingers: points, people, hours of a day."""
_UNTIL = re.compile(r"\b(before|avant)\b.*")
"""What others do later is not counselled: "before they hang up"."""
_SUM = re.compile(
    r"(\d[\d \u00a0\u202f.,]*)\s*(%|€|\$|£|percent|pour cent|euros?|dollars?|pounds?|k\b)?", re.IGNORECASE
)
_SPOKEN_SUM = re.compile(
    r"\b(\w+) (?:percent|pour cent|hundred|thousand|million|cents?|mille|euros?|dollars?|pounds?)\b"
)


def effect_fault(text: str, ground: Ground) -> str:
    """In a word, "gift", "rep", "reach", "judgement" or "sum"; empty: none. A clause of a card may do anything."""
    for clause in clauses_of(text):
        folded = fold(clause)
        if f" {folded} " not in ground.written and (fault := _fault(folded)):
            return fault
    return "sum" if _strange_sum(text, ground) else ""


def _fault(folded: str) -> str:
    forbids = bool(NEGATED.search(folded))
    if PAYS.search(folded) or (_gives(folded) and not forbids):
        return "gift"
    if OF_OUR_SIDE.search(folded):
        return "rep"
    done = _UNTIL.sub("", folded)
    found = (section for section in ("reach", "judgement") if of_section(done, section))
    return "" if forbids else "reach" if SECRET.search(folded) else next(found, "")


def _gives(folded: str) -> bool:
    given = GIVES_WAY.search(folded) or of_section(folded, "gifts")
    return bool(given) and not TRADED.search(folded) and not WONDERS.search(folded)


def _strange_sum(text: str, ground: Ground) -> bool:
    told = f"{ground.written} {ground.said}"
    run = re.sub(r"\s", "", told)
    for digits, unit in _SUM.findall(text):
        number = re.sub(r"\D", "", digits)
        if (unit or int(number) > _COUNTED) and number not in run:
            return True
    return any(word not in told.split() for word in _SPOKEN_SUM.findall(fold(text)) if not word.isdigit())
