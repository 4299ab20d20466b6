"""What a support call is about: devices, the complaint, whether enough is known to search (contract T17 to T21), tone.

By signs; better with a model, which is believed only where its words are found in what the technician said.
"""

import asyncio
import logging
from dataclasses import replace

from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.facts import ContextRead
from kitt_rtc.model.speech import Role
from kitt_rtc.model.words import clip
from kitt_rtc.playbooks import sufficiency
from kitt_rtc.playbooks.clues import ClueReader
from kitt_rtc.playbooks.cues import Cues
from kitt_rtc.playbooks.entities import together
from kitt_rtc.playbooks.fault_form import FaultForm, believed
from kitt_rtc.playbooks.matter import Listener, Matter
from kitt_rtc.playbooks.sale_form import tone_told
from kitt_rtc.playbooks.tone import tone_of
from kitt_rtc.playbooks.transcript import as_material, heard
from kitt_rtc.ports import LanguageModel
from kitt_rtc.prompts.library import Library
from kitt_rtc.prompts.prompt import Material

log = logging.getLogger(__name__)

_SECONDS = 3.0
_ISSUE_CHARACTERS = 160


class FaultReader:
    """Takes in what is pending. Keeps nothing."""

    def __init__(
        self,
        listener: Listener,
        clues: ClueReader,
        library: Library,
        model: LanguageModel | None = None,
        cues: Cues | None = None,
    ) -> None:
        """`cues` are a house's own; ours by default."""
        self._listener = listener
        self._clues = clues
        self._library = library
        self._model = model
        self._cues = cues or Cues.load()

    async def read(self, conversation: Conversation) -> ContextRead | None:
        """The context after `conversation.pending`; None when nothing is pending."""
        if not conversation.pending:
            return None
        matter, by_rules = await asyncio.to_thread(self._by_rules, conversation)
        spoke = any(utterance.speaker.role is Role.TECHNICIAN for utterance in conversation.pending)
        if self._model is None or matter.solved or not matter.utterances or not spoke:
            return by_rules
        states = "\n".join(f"{state.id}: {state.label}" for state in self._clues.states.of(conversation.language))
        material = [as_material(heard(conversation)), Material("States", states, house=True)]
        prompt = self._library.prompt("context_support", conversation.language, material, seconds=_SECONDS)
        try:
            form = await self._model.fill(prompt, FaultForm)
        except EngineError as error:
            log.warning("context read by rules", extra={"call": conversation.call_id, "code": error.code})
            return by_rules
        read = believed(by_rules, form, matter, self._clues.states, conversation.language)
        tone = tone_told(form.tone, heard(conversation), Role.TECHNICIAN) or by_rules.tone
        return self._judged(conversation, matter, replace(read, tone=tone))

    def _by_rules(self, conversation: Conversation) -> tuple[Matter, ContextRead]:
        """Every expression of the lexicons on words nobody has read yet: not on the loop."""
        matter = self._listener.matter(conversation)
        kept = () if matter.anew else conversation.entities
        complaint = clip(self._listener.complaint(matter.utterances), _ISSUE_CHARACTERS)
        context = ContextRead(
            utterance_ids=tuple(utterance.id for utterance in conversation.pending),
            phase="",
            pain_points=conversation.pain_points,
            objections=conversation.objections,
            entities=together(kept, self._listener.devices(matter.utterances)),
            issue=complaint or ("" if matter.anew else conversation.issue),
            tone=tone_of(conversation, self._cues.lines(conversation), self._cues, Role.TECHNICIAN),
            clues=self._clues.clues(conversation, matter.utterances, anew=matter.anew),
        )
        return matter, self._judged(conversation, matter, context)

    def _judged(self, conversation: Conversation, matter: Matter, context: ContextRead) -> ContextRead:
        """The same with its phase and the ruling on sufficiency, each with its reason."""
        language = conversation.language
        if matter.solved:
            reason = self._library.phrase("support.solved", language)
            return replace(context, phase="closing", issue="", entities=(), sufficient=False, reason=reason, clues=())
        ruling = sufficiency.judge(matter.words, context.entities, context.issue)
        reason = self._library.phrase(ruling.ground, language, words=ruling.words)
        phase = "solution" if ruling.enough else "diagnosis" if matter.utterances else "opening"
        return replace(context, phase=phase, sufficient=ruling.enough, reason=reason)
