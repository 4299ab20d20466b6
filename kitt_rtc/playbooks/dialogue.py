"""Alone with a technician: is nobody else there to help, and is it time for a person?

A person is wanted when the technician asks for one, when two answers have failed, when no article is known, and when
there is nothing left to ask. Once for each trouble, unless it is asked for; never while somebody is being fetched.
"""

from collections.abc import Sequence

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import HelpWanted
from kitt_rtc.model.insight import Insight
from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.matter import Listener, Matter
from kitt_rtc.playbooks.told import UNKNOWN, Told

_NO_HELP = frozenset({Role.TECHNICIAN, Role.SUPERVISOR})
"""Who is helped, and who only listens."""
_MOST_ANSWERS = 2
"""That did not help."""


class Dialogue:
    """Reads whether a person is wanted. Keeps nothing."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def is_alone(self, conversation: Conversation) -> bool:
        """Is a technician there, and no person who could help? Several people on one microphone can."""
        roles = {speaker.role if speaker else Role.UNKNOWN for speaker in conversation.present.values()}
        return Role.TECHNICIAN in roles and roles <= _NO_HELP

    def asked_for(self, conversation: Conversation) -> HelpWanted | None:
        """Has the technician just asked for a person?"""
        if conversation.help_coming:
            return None
        asked = tuple(
            said.id
            for said in conversation.fresh
            if said.speaker.role is Role.TECHNICIAN and self._listener.read(said).has("person")
        )
        return HelpWanted("asked_for", asked) if asked else None

    def instead_of(self, conversation: Conversation, said: Insight | HelpWanted | None) -> Insight | HelpWanted | None:
        """The advice, or that a person is wanted. That no article is known is not said: somebody comes."""
        if isinstance(said, HelpWanted):
            return said
        advice, unknown = said, said is not None and said.topic == UNKNOWN
        return self._help(conversation, None if unknown else advice, unknown) or (None if unknown else advice)

    def _help(self, conversation: Conversation, advice: Insight | None, unknown: bool) -> HelpWanted | None:
        matter = self._listener.matter(conversation)
        fresh = [said for said in conversation.fresh if said.id in matter.ids]
        if not fresh or conversation.help_coming or self._was_wanted(conversation, matter):
            return None
        told = Told.of(conversation, matter).answers
        answers, fails = len(told), self._failed(matter, told)
        if unknown or (fails and (advice is None or answers >= _MOST_ANSWERS)):
            return HelpWanted("no_answer", _ids(matter))
        return HelpWanted("no_question", _ids(matter)) if advice is None and not answers else None

    def _failed(self, matter: Matter, told: Sequence[Insight]) -> bool:
        """Has the technician said so of the newest answer? A question may have been asked and answered since."""
        heard = set(told[-1].because) if told else matter.ids
        return any(self._listener.insists(said) for said in matter.utterances if said.id not in heard)

    def _was_wanted(self, conversation: Conversation, matter: Matter) -> bool:
        return any(matter.ids.intersection(wanted.because) for wanted in conversation.help_wanted)


def _ids(matter: Matter) -> tuple[str, ...]:
    return tuple(said.id for said in matter.utterances)
