"""The call as quoted material for a model, and its quotes found again in the call."""

from collections.abc import Iterable, Sequence

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.model.words import clip, verbatim
from kitt_rtc.prompts.prompt import Material

_LINE_CHARACTERS = 600
_LEAST_WORDS = 2
"""One word is in any call: it proves nothing, unless it is all that was said."""


def heard(conversation: Conversation) -> tuple[Utterance, ...]:
    """Everything remembered, with what waits to be read, in the order spoken."""
    known = {utterance.id: utterance for utterance in (*conversation.utterances, *conversation.pending)}
    return tuple(sorted(known.values(), key=lambda utterance: utterance.start))


def as_material(utterances: Iterable[Utterance], label: str = "Transcript") -> Material:
    """One line per utterance: the role, and the words. Data, never instructions (contract N9)."""
    lines = (f"{utterance.speaker.role}: {clip(utterance.text, _LINE_CHARACTERS)}" for utterance in utterances)
    return Material(label, "\n".join(lines))


def find_quote(quote: str, utterances: Sequence[Utterance], *roles: Role) -> tuple[Utterance, str] | None:
    """The newest utterance (of these roles, or of anyone) that says these words, and the words as they stand there."""
    for utterance in reversed(utterances):
        found = (
            verbatim(quote, utterance.text, least=_LEAST_WORDS) if not roles or utterance.speaker.role in roles else ""
        )
        if found:
            return utterance, found
    return None
