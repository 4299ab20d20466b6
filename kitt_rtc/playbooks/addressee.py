"""Who is advised, and in which language: the card is read by them, whatever the others of the call speak."""

from dataclasses import replace

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.speech import Role
from kitt_rtc.playbooks.transcript import heard


def addressing(conversation: Conversation, role: Role) -> Conversation:
    """The conversation in the language of the person of this role, the one who spoke last where there are several."""
    spoken = [utterance.speaker for utterance in heard(conversation) if utterance.speaker.role is role]
    person = spoken[-1] if spoken else conversation.speaker_of(role)
    return conversation if person is None else replace(conversation, language=conversation.language_of(person.id))
