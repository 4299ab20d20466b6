"""Why an upload brought no insight, in the language of the call. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import Entry, InsightWithheld, Trouble, UtteranceHeard

ReasonCode = Literal["", "withheld", "nothing_heard", "trouble", "nothing_to_say"]


@dataclass(frozen=True, slots=True)
class Reason:
    code: ReasonCode
    words: str


_WORDS: Mapping[ReasonCode, Mapping[str, str]] = {
    "nothing_heard": {
        "fr": "Rien n'a été transcrit : voyez la raison de chaque côté.",
        "en": "Nothing was written down: see each side's reason.",
    },
    "nothing_to_say": {
        "fr": "Rien d'utile à conseiller sur ce qui vient d'être dit.",
        "en": "Nothing useful to advise about what was just said.",
    },
}


def why_no_insight(entries: Sequence[Entry], conversation: Conversation) -> Reason:
    """Of the entries that an upload brought, what kept an insight from coming."""
    facts = [entry.fact for entry in reversed(entries)]
    for fact in facts:
        if isinstance(fact, InsightWithheld):
            return Reason("withheld", fact.verdict.reason)
        if isinstance(fact, Trouble):
            return Reason("trouble", fact.detail)
    heard = any(isinstance(fact, UtteranceHeard) for fact in facts)
    code: ReasonCode = "nothing_to_say" if heard else "nothing_heard"
    words = _WORDS[code]
    return Reason(code, words.get(conversation.language, words["en"]))
