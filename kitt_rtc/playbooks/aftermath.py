"""What becomes of a trouble, by the technician's words: it works, it still does not, nobody knew; and danger.

The law: thanks and goodbyes settle nothing, and what was told once is not told again.
"""

import re
from collections.abc import Sequence

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import AnswerTraced, CaseSettled, GapFound, HelpWanted
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.model.words import clip, fold
from kitt_rtc.playbooks.matter import Listener, Matter
from kitt_rtc.playbooks.told import Told

SAFETY = "safety"
_QUESTION_CHARACTERS = 240
_WORKS = re.compile(
    r"\b(?:maintenant|ca y est|c est bon|de nouveau|a nouveau|enfin|now|again|at last|sorted|all good|there we go)\b"
)
"""Glad words that say that it works, and not only thanks."""
_MOST_FAILED = 2
"""Answers that did not help: then it is a gap."""


class Aftermath:
    """Reads the technician's fresh words. Keeps nothing."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener

    def danger(self, conversation: Conversation) -> HelpWanted | None:
        """Somebody may be in danger: a person at once, before any answer. Once for the same words."""
        said = [one for one in _technicians(conversation) if self._listener.read(one).has(SAFETY)]
        ids = tuple(one.id for one in said)
        known = {one for wanted in conversation.help_wanted if wanted.reason == SAFETY for one in wanted.because}
        return HelpWanted(SAFETY, ids) if ids and not known.issuperset(ids) else None

    def settled(self, conversation: Conversation, matter: Matter) -> CaseSettled | None:
        """Has the technician just said that it works, or that what they were told did not help?"""
        for said in _technicians(conversation):
            if matter.solved and matter.closed and (quote := self._works(said)):
                return self._case(conversation, Matter(matter.closed), said, quote, resolved=True)
            if said.id in matter.ids and self._listener.insists(said):
                quote = next(iter(self._listener.quotes(said, "still")), said.text)
                return self._case(conversation, matter, said, quote, resolved=False)
        return None

    def gap(self, conversation: Conversation, matter: Matter, trace: AnswerTraced) -> GapFound | None:
        """Nobody knows an answer: once for each trouble."""
        if trace.outcome not in {"below", "nothing"} or self._was_told(conversation, matter):
            return None
        return self._gap(conversation, matter, trace.outcome, trace)

    def failed(self, conversation: Conversation, matter: Matter, settled: CaseSettled | None) -> GapFound | None:
        """What the base answers did not help, as often as one tries."""
        if settled is None or settled.resolved or len(settled.insight_ids) < _MOST_FAILED:
            return None
        return None if self._was_told(conversation, matter) else self._gap(conversation, matter, "failed", None)

    def _works(self, said: Utterance) -> str:
        for quote in self._listener.quotes(said, "solved", "praise"):
            signs = {sign.id for sign in self._listener.read(said).of("solved", "praise")}
            if "solved" in signs or ("praise" in signs and _WORKS.search(fold(said.text))):
                return quote
        return ""

    def _case(
        self, conversation: Conversation, matter: Matter, said: Utterance, quote: str, *, resolved: bool
    ) -> CaseSettled | None:
        """None for a trouble on which nothing was answered that could have failed, and for what is known."""
        answers = tuple(answer.id for answer in Told.of(conversation, matter).answers)
        if not resolved and not answers:
            return None
        because = tuple(one.id for one in matter.utterances)
        case = CaseSettled(resolved, "words", quote, said.id, because, answers)
        known = [one for one in conversation.cases if set(one.because) & set(because)]
        same = bool(known) and (known[-1].resolved, known[-1].insight_ids) == (resolved, answers)
        return None if same else case

    def _gap(self, conversation: Conversation, matter: Matter, reason: str, trace: AnswerTraced | None) -> GapFound:
        nearest = trace.found[0] if trace and trace.found else None
        complaint = self._listener.complaint(matter.utterances)
        return GapFound(
            question=clip(complaint if len(complaint) > len(matter.text) / 2 else matter.text, _QUESTION_CHARACTERS),
            reason=reason,
            language=conversation.language,
            title=nearest.title if nearest else "",
            score=nearest.score if nearest else 0.0,
            because=tuple(one.id for one in matter.utterances),
        )

    def _was_told(self, conversation: Conversation, matter: Matter) -> bool:
        return any(matter.ids.intersection(gap.because) for gap in conversation.gaps)


def _technicians(conversation: Conversation) -> Sequence[Utterance]:
    return [said for said in conversation.fresh if said.speaker.role is Role.TECHNICIAN]
