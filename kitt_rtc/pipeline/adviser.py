"""Conversation in, a proposal out: read the context, ask the playbook; and let the memory of advice judge.

Two halves, for what is worth saying may have to wait until it can be read: `consider` finds it, `judge` looks again,
when its moment has come, whether it was said meanwhile.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace

from kitt_rtc.model.audio import Clock
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import BudgetSpent, EngineError
from kitt_rtc.model.facts import (
    AnswerTraced,
    ContextRead,
    Entry,
    Fact,
    HelpWanted,
    InsightGiven,
    InsightWithheld,
    Trouble,
)
from kitt_rtc.model.insight import Insight
from kitt_rtc.model.ledger import Stage
from kitt_rtc.pipeline.deduper import Deduper
from kitt_rtc.pipeline.setbacks import noting_setbacks, troubles_of
from kitt_rtc.pipeline.spending import holding_back, unused
from kitt_rtc.ports import Advice, Playbook


@dataclass(frozen=True, slots=True)
class Proposal:
    """An insight that nobody has seen yet."""

    insight: Insight
    took: float
    """Seconds from the adviser's waking to here."""
    stages: tuple[Stage, ...] = ()
    """From the adviser's waking to here."""
    at: float | None = None
    """When that was, in seconds since the call began; from then on it waits for its moment."""
    context: ContextRead | None = None
    """What it was found in, which may not be in the story yet."""


Offer = Callable[[Proposal], None]
"""Where a proposal goes as soon as it is found, even while the context is still being read."""


class Adviser:
    """One turn of advice. The playbook decides what, the deduper whether."""

    def __init__(self, playbook: Playbook, deduper: Deduper) -> None:
        self._playbook = playbook
        self._deduper = deduper

    async def consider(self, conversation: Conversation, clock: Clock, offer: Offer) -> Sequence[Fact]:
        """`ContextRead`, what the playbook tells beside its advice, or `HelpWanted` behind it.

        What is worth saying is offered as soon as it is found.

        A context that cannot be read raises its EngineError: nothing was taken in, and the next turn tries again. Where
        only the advice fails, what was understood is kept and the failure stands behind it as `Trouble`. So do the
        failures that the rules made good.
        """
        with noting_setbacks() as setbacks:
            facts = await self._turn(conversation, clock, offer)
        return (*facts[:1], *troubles_of(setbacks), *facts[1:]) if facts else ()

    async def judge(self, proposal: Proposal, conversation: Conversation, clock: Clock) -> Fact:
        """`InsightGiven`, or `InsightWithheld` because it was said already or everything is said on it.

        To be recorded before anything else is.
        """
        began = clock()
        verdict = await self._deduper.judge(proposal.insight, _informed(conversation, proposal, began), began)
        spent = clock() - began
        took = round(proposal.took + spent, 3)
        if verdict.duplicate:
            return InsightWithheld(proposal.insight, verdict, took)
        return InsightGiven(proposal.insight, verdict, took, _way(proposal, began, spent))

    async def _turn(self, conversation: Conversation, clock: Clock, offer: Offer) -> Sequence[Fact]:
        """The context first. Where rules see enough at once, the advice is sought while the context is still read."""
        began = clock()
        seen = self._playbook.glance(conversation)
        if seen is not None:
            seeking = self._seek(conversation, seen, began, clock, offer)
            read, sought = await _side_by_side(self._playbook.read(conversation), seeking)
            return [replace(read or seen, took=round(clock() - began, 3)), *sought]
        read = await self._playbook.read(conversation)
        if read is None:
            return ()
        context = replace(read, took=round(clock() - began, 3))
        return [context, *await self._seek(conversation, context, began, clock, offer)]

    async def _seek(
        self, conversation: Conversation, context: ContextRead, began: float, clock: Clock, offer: Offer
    ) -> Sequence[Fact]:
        """What is worth saying, offered; or that it cannot be told, or that a person is wanted in its stead."""
        informed_at = clock()
        informed = conversation.after(Entry(seq=0, at=informed_at, fact=context))
        try:
            advice = await self._advice(informed)
        except BudgetSpent:
            return ()
        except EngineError as error:
            return [Trouble("adviser", error.code, error.message)]
        said, now = advice.say, clock()
        spent = round(now - informed_at, 3)
        beside = [replace(fact, took=spent) if isinstance(fact, AnswerTraced) else fact for fact in advice.beside]
        if isinstance(said, HelpWanted):
            return [*beside, said]
        if said is not None:
            stages = (Stage("context", informed_at - began), Stage("advice", now - informed_at))
            offer(Proposal(said, now - began, stages, now, context))
        return beside

    async def _advice(self, informed: Conversation) -> Advice:
        """The playbook's; what was asked of a model in vain is told as such."""
        with holding_back() as asked:
            advice = await self._playbook.advise(informed)
            whole = advice if isinstance(advice, Advice) else Advice(advice)
            if not isinstance(whole.say, Insight) or whole.say.written_by == "rules":
                unused(asked)
        return whole


async def _side_by_side(
    reading: Awaitable[ContextRead | None], seeking: Coroutine[None, None, Sequence[Fact]]
) -> tuple[ContextRead | None, Sequence[Fact]]:
    """Both, at the same time; a reading that fails ends the other too and raises its EngineError."""
    sought = asyncio.create_task(seeking, name="advice beside the reading")
    try:
        read = await reading
        return read, await sought
    finally:
        sought.cancel()
        await asyncio.wait([sought])


def _informed(conversation: Conversation, proposal: Proposal, now: float) -> Conversation:
    """With what the proposal was found in, while that is still being read by a model."""
    context = proposal.context
    if context is None or not any(said.id in context.utterance_ids for said in conversation.pending):
        return conversation
    return conversation.after(Entry(seq=0, at=now, fact=context))


def _way(proposal: Proposal, judged_at: float, spent: float) -> tuple[Stage, ...]:
    """From the adviser's waking to the verdict, without a gap."""
    waited = 0.0 if proposal.at is None else max(0.0, judged_at - proposal.at)
    return (*proposal.stages, Stage("attention", waited), Stage("memory", spent))
