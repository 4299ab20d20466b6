"""Advice begun while the sentence that calls for it is just ending, and thrown away if it ends otherwise.

When a client's voice falls silent, long before the pause that ends a sentence is over, the caption has its words: the
adviser considers the conversation as it would be with these words. The turn that follows takes the answers over
where its questions are the same (`pipeline/foresight.py`); else they are counted as thrown away.

The law: one suspicion a call at a time, so many a minute, none when the budget is near its end. Nothing of it reaches
the story but its cost, and nothing of it is shown before the sentence is over.
"""

import asyncio
from collections import deque
from dataclasses import dataclass

from kitt_rtc.calls.call import Call
from kitt_rtc.calls.purse import CallPurse
from kitt_rtc.drafts import drafting
from kitt_rtc.model.caption import Caption
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.facts import Entry, ModelAsked, UtteranceHeard
from kitt_rtc.model.speech import Role, Utterance
from kitt_rtc.model.words import word_count
from kitt_rtc.pipeline.adviser import Adviser
from kitt_rtc.pipeline.foresight import Foresight, looking_ahead, plain
from kitt_rtc.pipeline.spending import paid_by

_THEIRS = frozenset({Role.CUSTOMER, Role.TECHNICIAN})
"""Whose words are worth an answer before they are over."""
_MINUTE = 60.0


@dataclass(frozen=True, slots=True)
class SpeculationOptions:
    on: bool = False
    least_words: int = 4
    """A shorter sentence is over as soon as it has begun."""
    most: int = 10
    """Begun in a minute."""


class Speculation:
    """Of one call."""

    def __init__(self, call: Call, adviser: Adviser, purse: CallPurse, options: SpeculationOptions) -> None:
        self._call = call
        self._adviser = adviser
        self._purse = purse
        self._options = options
        self._about = ""
        """Caption id of the sentence that is answered early; empty when none is."""
        self._words = ""
        self._answers: Foresight | None = None
        self._task: asyncio.Task[None] | None = None
        self._begun: deque[float] = deque(maxlen=options.most)
        """When, in seconds since the call began."""

    @property
    def answers(self) -> Foresight | None:
        """What has been asked early."""
        return self._answers

    async def run(self) -> None:
        """Until the call is over."""
        if not self._options.on:
            return
        async with asyncio.TaskGroup() as group:
            async for caption in self._call.captions.follow():
                self._look(group, caption)

    def settle(self) -> None:
        """The suspicion has served, or has not: what still runs is given up, and what it cost is told."""
        task, answers = self._task, self._answers
        self._about, self._words, self._task, self._answers = "", "", None, None
        if task is None or answers is None:
            return
        task.cancel()
        task.add_done_callback(lambda _: self._pay(answers.settle()))

    def _pay(self, asked: list[ModelAsked]) -> None:
        for one in asked:
            self._purse.advice().note(one)

    def _look(self, group: asyncio.TaskGroup, caption: Caption) -> None:
        text = f"{caption.committed} {caption.rest}".strip()
        if caption.over:
            if not text and caption.id == self._about:
                self.settle()  # nobody said it after all
        elif caption.paused and (caption.id, plain(text)) != (self._about, self._words):
            self.settle()
            if self._worth(caption, text):
                self._begin(group, caption, text)

    def _worth(self, caption: Caption, text: str) -> bool:
        call, now = self._call, self._call.clock()
        if caption.speaker.role not in _THEIRS or word_count(text) < self._options.least_words:
            return False
        if call.conversation.quiet_reason or now < call.conversation.snoozed_until or self._purse.nearly_empty:
            return False
        return len(self._begun) < self._options.most or now - self._begun[0] > _MINUTE

    def _begin(self, group: asyncio.TaskGroup, caption: Caption, text: str) -> None:
        self._begun.append(self._call.clock())
        self._about, self._words, self._answers = caption.id, plain(text), Foresight()
        self._task = group.create_task(self._ahead(caption, text, self._answers), name=f"ahead of {caption.id}")

    async def _ahead(self, caption: Caption, text: str, answers: Foresight) -> None:
        call, now = self._call, self._call.clock()
        language = call.conversation.language_of(caption.speaker.id)
        guess = Utterance(caption.id, caption.speaker, text, language, caption.start, now)
        conversation = call.conversation.after(Entry(0, now, UtteranceHeard(guess, 0.0)))
        with looking_ahead(answers), drafting(None), paid_by(self._purse.advice()):
            try:
                await self._adviser.consider(conversation, call.clock, offer=lambda _: None)
            except EngineError:
                return  # the turn asks again, and tells
