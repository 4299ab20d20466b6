"""Names of the people of a call, taken out of what outlives it: each becomes [name], however it is written."""

import re
from collections.abc import Collection

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import Entry, UtteranceHeard
from kitt_rtc.model.words import EMPTY_WORDS, fold

_WORD = re.compile(r"[^\W\d_]+")
_SEVERAL = re.compile(r"\[name\](?:[\s'’-]+(?:(?:de|du|des|la|le|van|von)\s+)*\[name\])+", re.IGNORECASE)
_SHORT = 3
"""Shorter names are words too ("Le", "An", "Jo"): only with a capital."""
_EMPTY = frozenset().union(*EMPTY_WORDS.values())
_TOLD = re.compile(
    r"(?i:\b(?:je m['’]appelle|mon nom est|my name is|monsieur|madame|mr\.?|mrs\.?|ms\.?"
    r"|(?:bonjour|allô|hello|hi|good morning)[,.!]?\s+(?:c['’]est|ici|je suis|this is|i am|i['’]m)))"
    r"\s+([A-ZÀ-Ý][\w’'-]+(?:\s+[A-ZÀ-Ý][\w’'-]+)?)"
)
"""Somebody names themselves, or is addressed by name; what follows begins with a capital."""
_ROLES = frozenset(
    {
        "agent",
        "support",
        "technician",
        "technicien",
        "technicienne",
        "client",
        "customer",
        "rep",
        "supervisor",
        "caller",
    }
)
"""Names that name nobody."""


def names_of(story: Collection[Entry]) -> frozenset[str]:
    """The words of every name known in this call: who was in it, whose call it is, and who named themselves. Folded."""
    conversation = Conversation.of(story)
    known = [speaker.name for speaker in conversation.roster]
    known += [conversation.profile.name] if conversation.profile else []
    for entry in story:
        if isinstance(entry.fact, UtteranceHeard):
            known += [entry.fact.utterance.speaker.name, *_TOLD.findall(entry.fact.utterance.text)]
    return frozenset(word for name in known for part in _WORD.findall(name) for word in fold(part).split()) - _ROLES


def nameless(text: str, names: Collection[str]) -> str:
    """The text with [name] for every word of `names`. A transcriber writes them small, and without accents."""

    def hidden(found: re.Match[str]) -> str:
        word = fold(found.group())
        plain = len(word) < _SHORT or word in _EMPTY
        named = word in names and (not plain or found.group()[0].isupper())
        return "[name]" if named else found.group()

    return _SEVERAL.sub("[name]", _WORD.sub(hidden, text))
