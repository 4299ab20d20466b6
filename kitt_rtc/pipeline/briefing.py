"""What somebody should know who comes into a call that goes on: a few lines, by rules."""

from collections.abc import Iterator, Sequence

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.profile import Profile
from kitt_rtc.model.speech import Role
from kitt_rtc.model.words import clip
from kitt_rtc.prompts.library import Library

_MOST_CHARACTERS = 200
"""Of one line."""
_MOST_OF_A_KIND = 3
"""Of any kind, so many."""
_ASKERS = (Role.CUSTOMER, Role.TECHNICIAN)


class Briefing:
    """Keeps nothing."""

    def __init__(self, library: Library | None = None) -> None:
        """`library` is a house's own sentences, ours by default."""
        self._library = library or Library()

    def note(self, conversation: Conversation) -> str:
        """In the language of the call; empty when nothing is known yet."""
        return "\n".join(self._lines(conversation))

    def _lines(self, conversation: Conversation) -> Iterator[str]:
        said = conversation.by(*_ASKERS)
        if conversation.profile and (customer := _customer(conversation.profile)):
            yield self._line(conversation, "customer", customer)
        if conversation.playbook == "coaching" and conversation.phase:
            yield self._line(conversation, "phase", self._phase(conversation))
        if conversation.issue:
            yield self._line(conversation, "issue", conversation.issue)
        if conversation.pain_points:
            yield self._line(conversation, "pains", "; ".join(conversation.pain_points[:_MOST_OF_A_KIND]))
        for kind, told in _standing(conversation).items():
            if told:
                yield self._line(conversation, kind, "; ".join(told[-_MOST_OF_A_KIND:]))
        question = next((one.text for one in reversed(said) if one.text.rstrip().endswith("?")), "")
        if question:
            yield self._line(conversation, "question", question)
        if said and said[-1].text != question:
            yield self._line(conversation, "last", said[-1].text)

    def _line(self, conversation: Conversation, name: str, words: str) -> str:
        return self._library.phrase(f"note.{name}", conversation.language, words=clip(words, _MOST_CHARACTERS))

    def _phase(self, conversation: Conversation) -> str:
        try:
            return self._library.phrase(f"phase.{conversation.phase}", conversation.language)
        except KeyError:
            return conversation.phase


def _standing(conversation: Conversation) -> dict[str, Sequence[str]]:
    """What whoever comes in has to answer, to keep, and to know."""
    return {
        "objections": [told for told in conversation.objections if told not in conversation.answered],
        "promised": conversation.commitments,
        "competitors": conversation.competitors,
    }


def _customer(profile: Profile) -> str:
    return ", ".join(filter(None, (profile.name, profile.position, profile.company)))
