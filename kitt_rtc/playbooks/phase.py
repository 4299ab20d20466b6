"""Where a sale stands, with the words that tell it."""

from collections.abc import Sequence

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.speech import Utterance
from kitt_rtc.playbooks.cards import Match
from kitt_rtc.playbooks.signs import Signs
from kitt_rtc.prompts.library import Library

_SETTLED_AFTER = 6
"""Utterances after which a call without any sign is no longer opening."""


class Phases:
    """Keeps nothing."""

    def __init__(self, signs: Signs, library: Library) -> None:
        self._signs = signs
        self._library = library

    def of(self, conversation: Conversation, matches: Sequence[Match]) -> tuple[str, str]:
        """The phase that the newest sign tells of, and why; without any, the phase stays as it was."""
        language = conversation.language
        for utterance in reversed(conversation.pending):
            mine = [match for match in matches if match.utterance.id == utterance.id]
            if mine:
                best = max(mine, key=lambda match: match.card.priority)
                return best.card.phase, self._because(best.card.phase, utterance, best.quote, language)
            seen = self._signs.quotes(utterance.text, utterance.language or language, "phase")
            sightings = [one for one in seen if one.sign.id != "opening" or conversation.phase in {"", "opening"}]
            if sightings:
                phase = sightings[-1].sign.id
                return phase, self._because(phase, utterance, sightings[-1].quote, language)
        spoken = len(conversation.utterances)
        if conversation.phase in {"", "opening"} and spoken >= _SETTLED_AFTER:
            return "discovery", self._library.phrase("phase.settled", language)
        if conversation.phase:
            return conversation.phase, conversation.context_reason
        return "opening", self._library.phrase("phase.begun", language)

    def _because(self, phase: str, utterance: Utterance, quote: str, language: str) -> str:
        who = self._library.phrase(f"role.{utterance.speaker.role}", language)
        name = self._library.phrase(f"phase.{phase}", language)
        return self._library.phrase("phase.sign", language, phase=name, who=who, quote=quote)
