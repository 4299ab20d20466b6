"""What an engine is told before it listens: at most ten names and product words, and the last sentences. Pure.

The law: whatever was told may come back as if somebody had said it, so all of it is known to whoever doubts the answer.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.profile import Profile
from kitt_rtc.model.words import clip, fold

MOST_TERMS = 10
_LONGEST_TERM = 32
_TERMS_LETTERS = 200
"""Of all terms together. With the sentences that is 440: a Whisper prompt holds 224 tokens, of two letters at least."""
_SHORTEST_NAME = 4
_CUSTOMER_FIRST = 4
"""So many of the customer's own names stand before all others."""
_SENTENCES = 3
_SENTENCES_LETTERS = 240
"""The end of them matters most."""
_NOT_IN_A_TERM = re.compile(r"[^\w&+.'’/ -]+")
PARTICULAR = re.compile(r"\d|\w[A-Z]|^[A-Z]")
"""A code or a name, and no word that every engine knows."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What is sent along with one piece of sound."""

    terms: tuple[str, ...] = ()
    words: str = ""
    """The last sentences that were said in the language that is expected."""

    @property
    def sent(self) -> str:
        """All of it: what an answer may be the echo of."""
        return " ".join(part for part in (", ".join(self.terms), self.words) if part)


@dataclass(frozen=True, slots=True)
class HintOptions:
    house: tuple[str, ...] = ()
    """Names and product words of this house, the most useful first."""
    playbook: tuple[str, ...] = ()
    """The playbook's own: devices, brands, words of the trade."""


class Prompter:
    """Writes hints. Keeps nothing."""

    def __init__(self, options: HintOptions | None = None) -> None:
        self._options = options or HintOptions()

    def hint(self, conversation: Conversation, language: str) -> Hint:
        """For whoever is expected to speak this language: sentences in another would pull the engine there."""
        said = [spoken.text for spoken in conversation.utterances if spoken.language == language]
        last = " ".join(said[-_SENTENCES:])[-_SENTENCES_LETTERS:]
        return Hint(tuple(self._terms(conversation)), last)

    def _terms(self, conversation: Conversation) -> Iterator[str]:
        """The customer first; then the topic, the people, the customer's other words, the house and the playbook in
        turn, so that none fills the list alone.
        """
        theirs = _customers(conversation.profile)
        people = [*(speaker.name for speaker in conversation.roster), _profile(conversation)]
        sources: tuple[Sequence[str], ...] = (
            _topic(conversation),
            people,
            theirs[_CUSTOMER_FIRST:],
            self._options.house,
            self._options.playbook,
        )
        told: list[str] = []
        letters = 0
        for term in (*map(_clean, theirs[:_CUSTOMER_FIRST]), *_in_turn(sources)):
            if len(told) == MOST_TERMS:
                return
            known = {fold(other) for other in told}
            if fold(term) and fold(term) not in known and letters + len(term) <= _TERMS_LETTERS:
                letters += len(term) + 2
                told.append(term)
                yield term


def _topic(conversation: Conversation) -> list[str]:
    """Names and codes the call is about, newest first."""
    return [entity for entity in reversed(conversation.entities) if PARTICULAR.search(entity)]


def _customers(profile: Profile | None) -> Sequence[str]:
    """Who they are, what they have, and the words of their trade."""
    return [profile.name, profile.company, *profile.products, *profile.terms] if profile else []


def _profile(conversation: Conversation) -> str:
    """An id that is a name, where nothing else is known of them: a number is nothing that anybody says."""
    if conversation.profile is not None:
        return ""
    name = conversation.profile_id.replace("-", " ").replace("_", " ").strip()
    return name if len(name) >= _SHORTEST_NAME and not any(letter.isdigit() for letter in name) else ""


def _in_turn(sources: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in zip_longest(*sources, fillvalue=""):
        yield from (_clean(term) for term in row)


def _clean(term: str) -> str:
    """One line of letters, digits and few signs: names come from whoever joined."""
    return clip(_NOT_IN_A_TERM.sub(" ", term).replace("…", " "), _LONGEST_TERM).rstrip("…")
