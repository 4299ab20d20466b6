"""Is what a model wrote advice about this sale, made of the house's ideas and not of a caller's?

The law (contract N9): it does not matter how somebody asked for it. Advice asks something, or counsels one of the acts
of a coach; what it tells or offers gives nothing away, unless a card does; and most of its words are of a sale.
"""

from kitt_rtc.model.words import fold
from kitt_rtc.prompts.clauses import (
    ALL,
    ASSERTS,
    NEGATED,
    OPEN,
    OPENING,
    PAYS,
    STATES,
    TELLS,
    TRADED,
    WONDERS,
    begins_with_act,
    clauses_of,
    sentences_of,
)
from kitt_rtc.prompts.effects import effect_fault
from kitt_rtc.prompts.ground import Ground
from kitt_rtc.prompts.ideas import ideas_in

_LEAST_KNOWN = 0.5
"""Of the words that say something, the part that has to be the house's."""
_LEAST_OF_CLAUSE = 0.3
"""The same of one clause that says more than a word or two."""
_FEW = 4
"""So many words are a sentence; fewer say little."""
_LABEL_WORDS = 5
_SAFE = frozenset(
    {"meeting", "proof", "trial", "trust", "question", "overview", "effort", "next", "growth", "size", "mail"}
    | {"need", "trouble", "loss", "decision", "today_way", "doubt"}
)
"""Ideas of the sale that may be told of or offered without a card: nothing is given away with them."""
_OWED = frozenset({"price", "budget", "value", "discount", "offer_noun", "rival", "difference", "contract"})
"""Those with which something is."""
_WHEN = frozenset({"date", "time", "hour", "week", "month", "year", "buyer", "meeting", "next"})


def counsel_fault(text: str, ground: Ground) -> str:
    """What is wrong with advice, in a word: "off the sale", "no act", "stated", "owed", or as `effect_fault` has it."""
    if fault := matter_fault(text, ground, strict=False):
        return fault
    for sentence in sentences_of(text):
        asked, begun = "?" in sentence, False
        for clause in clauses_of(sentence):
            if fault := _clause_fault(clause, ground, asked=asked, begun=begun):
                return fault
            begun = begun or not OPENING.search(fold(clause))
    return ""


def label_fault(text: str, ground: Ground) -> str:
    """What is wrong with a few words that name a thing: every one is to be known, none to do or to state anything."""
    if fault := matter_fault(text, ground):
        return fault
    folded = fold(text)
    known, meant = ground.weighs(text)
    if len(folded.split()) > _LABEL_WORDS or known < meant:
        return "not a label"
    return "stated" if any(does.search(folded) for does in (STATES, PAYS, TELLS)) else ""


def matter_fault(text: str, ground: Ground, *, strict: bool = True) -> str:
    """What is wrong with a text about the sale: "off the sale", or as `effect_fault` has it.

    `strict`: of a few words more than half have to be ours, where no act tells that it is advice.
    """
    if fault := effect_fault(text, ground):
        return fault
    parts = [ground.weighs(clause) for clause in clauses_of(text)]
    known, meant = sum(ours for ours, _ in parts), sum(of for _, of in parts)
    strays = any(of > 1 and ours < _LEAST_OF_CLAUSE * of for ours, of in parts)
    too_few = strict and 0 < meant < _FEW and 2 * known <= meant
    return "off the sale" if strays or too_few or known < _LEAST_KNOWN * meant else ""


def _clause_fault(clause: str, ground: Ground, *, asked: bool, begun: bool) -> str:
    """Of a clause of advice: it asks, or counsels an act, or belongs to one that does; or stands on a card."""
    folded = fold(clause)
    if WONDERS.search(folded) or NEGATED.search(folded) or ground.has_card_of(clause):
        return ""
    if TELLS.search(folded):
        fair = OPEN.search(folded) or TRADED.search(folded) or _is_safe(folded)
        return "" if fair and not ALL.search(folded) else "owed"
    acts = begins_with_act(folded)
    if (ASSERTS if acts else STATES).search(folded) and not OPEN.search(folded):
        return "stated"
    return "" if asked or begun or acts or OPENING.search(folded) else "no act"


def _is_safe(folded: str) -> bool:
    """May this be told of or offered? A date may, and what costs nothing to give."""
    names = {name for section, name in ideas_in(folded) if section == "sale"}
    dated = "date" in names and names <= _WHEN
    return names.isdisjoint(_OWED) and not STATES.search(folded) and (dated or not names.isdisjoint(_SAFE))
