"""Names of the people of a call, taken out of what outlives it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import UtteranceHeard

_SIGN = "[name]"
_LEAST = 3
"""Letters: a shorter part of a name is a word of the language more often than not."""
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


@dataclass(frozen=True, slots=True)
class Names:
    words: frozenset[str]
    """Small letters; each word of each name for itself."""

    @classmethod
    def of(cls, conversation: Conversation, heard: Iterable[UtteranceHeard]) -> "Names":
        """By who was in it, whose call it is, and who named themselves."""
        known = [speaker.name for speaker in conversation.roster]
        known += [conversation.profile.name] if conversation.profile else []
        for fact in heard:
            known += [fact.utterance.speaker.name, *_TOLD.findall(fact.utterance.text)]
        words = {word.lower() for name in known for word in re.findall(r"[^\W\d_]+", name) if len(word) >= _LEAST}
        return cls(frozenset(words - _ROLES))

    def masked(self, text: str) -> str:
        """The text with [name] in the place of each, once for a name of several words."""
        if not self.words:
            return text
        one = "|".join(sorted(map(re.escape, self.words), key=len, reverse=True))
        return re.sub(rf"(?i)\b(?:{one})\b(?:\s+(?:{one})\b)*", _SIGN, text)
