"""Conversation in, a proposal out: read the context, ask the playbook; and let the memory of advice judge.

Two halves, for what is worth saying may have to wait until it can be read: `consider` finds it, `judge` looks again,
when its moment has come, whether it was said meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kitt_rtc.model.audio import Clock
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import BudgetSpent, EngineError
from kitt_rtc.model.facts import (
    AnswerTraced,
    Entry,
    Fact,
    HelpWanted,
    InsightGiven,
    InsightWithheld,
    ModelAsked,
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


@dataclass(frozen=True, slots=True)
class Turn:
    """What came of one turn of advice."""

    facts: Sequence[Fact] = ()
    proposal: Proposal | None = None


class Adviser:
    """One turn of advice. The playbook decides what, the deduper whether."""

    def __init__(self, playbook: Playbook, deduper: Deduper) -> None:
        self._playbook = playbook
        self._deduper = deduper

    async def consider(self, conversation: Conversation, clock: Clock) -> Turn:
        """`ContextRead`, what the playbook tells beside its advice, or `HelpWanted` behind it; and what is proposed.

        A context that cannot be read raises its EngineError: nothing was taken in, and the next turn tries again. Where
        only the advice fails, what was understood is kept and the failure stands behind it as `Trouble`. So do the
        failures that the rules made good.
        """
        with noting_setbacks() as setbacks, holding_back() as asked:
            turn = await self._turn(conversation, clock, asked)
        if not turn.facts:
            return turn
        return replace(turn, facts=(*turn.facts[:1], *troubles_of(setbacks), *turn.facts[1:]))

    async def judge(self, proposal: Proposal, conversation: Conversation, clock: Clock) -> Fact:
        """`InsightGiven`, or `InsightWithheld` because it was said already or everything is said on it.

        To be recorded before anything else is.
        """
        began = clock()
        verdict = await self._deduper.judge(proposal.insight, conversation, began)
        spent = clock() - began
        took = round(proposal.took + spent, 3)
        if verdict.duplicate:
            return InsightWithheld(proposal.insight, verdict, took)
        return InsightGiven(proposal.insight, verdict, took, _way(proposal, began, spent))

    async def _turn(self, conversation: Conversation, clock: Clock, asked: list[ModelAsked]) -> Turn:
        began = clock()
        read = await self._playbook.read(conversation)
        if read is None:
            return Turn()
        informed_at = clock()
        context = replace(read, took=round(informed_at - began, 3))
        informed = conversation.after(Entry(seq=0, at=informed_at, fact=context))
        for_context = len(asked)
        try:
            advice = await self._playbook.advise(informed)
        except BudgetSpent:
            return Turn((context,))
        except EngineError as error:
            return Turn((context, Trouble("adviser", error.code, error.message)))
        whole = advice if isinstance(advice, Advice) else Advice(advice)
        spent = round(clock() - informed_at, 3)
        beside = (replace(fact, took=spent) if isinstance(fact, AnswerTraced) else fact for fact in whole.beside)
        said, facts = whole.say, (context, *beside)
        if not isinstance(said, Insight) or said.written_by == "rules":
            unused(asked, for_context)
        if said is None:
            return Turn(facts)
        if isinstance(said, HelpWanted):
            return Turn((*facts, said))
        now = clock()
        stages = (Stage("context", informed_at - began), Stage("advice", now - informed_at))
        return Turn(facts, Proposal(said, now - began, stages, now))


def _way(proposal: Proposal, judged_at: float, spent: float) -> tuple[Stage, ...]:
    """From the adviser's waking to the verdict, without a gap."""
    waited = 0.0 if proposal.at is None else max(0.0, judged_at - proposal.at)
    return (*proposal.stages, Stage("attention", waited), Stage("memory", spent))
