"""When a card is shown: proposals wait here for their moment, and are judged once more before they are.

The law: every proposal ends in the story, shown or withheld with its rule; nothing is shown after its life, and
nothing but what is urgent while the client speaks. What waits is woken by the floor, the story and the clock.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from kitt_rtc.calls.call import Call
from kitt_rtc.calls.floor import Floor
from kitt_rtc.model.facts import Fact, InsightGiven, InsightWithheld
from kitt_rtc.model.insight import Insight, InsightType
from kitt_rtc.model.speech import Role
from kitt_rtc.pipeline.adviser import Adviser, Proposal
from kitt_rtc.pipeline.attention import Budget, Decision, Moment, Show, Wait, Withhold
from kitt_rtc.pipeline.ratings import standing

WAITING = 6
"""Proposals that wait at once: more than could be shown before the oldest is too old."""


@dataclass(slots=True)
class _Waiting:
    """A proposal that nobody has seen yet."""

    proposal: Proposal
    expires: float
    """Seconds since the call began."""
    ended: bool = False
    """It is in the story, shown or withheld."""

    @property
    def insight(self) -> Insight:
        return self.proposal.insight


class Attention:
    """Of one call: the one way to a card."""

    def __init__(self, call: Call, adviser: Adviser, floor: Floor, budget: Budget) -> None:
        self._call = call
        self._adviser = adviser
        self._floor = floor
        self._budget = budget
        self._waiting: list[_Waiting] = []
        self._bell = asyncio.Event()
        self._judging = asyncio.Lock()
        """One judgement at a time: two of a kind would not know of each other."""

    def may_show(self, topic: str = "", *, urgent: bool = False) -> bool:
        """Would a card on this topic be shown at this moment? For whoever paints a draft of one."""
        draft = Insight("", InsightType.COACHING, "", topic=topic, urgent=urgent)
        return isinstance(self._decide(_Waiting(Proposal(draft, 0.0), float("inf"))), Show)

    def offer(self, proposal: Proposal) -> None:
        """Show it when its moment comes, at once if that is now; or withhold it and say why."""
        waiting = _Waiting(proposal, self._born(proposal) + proposal.insight.lives)
        rivals = [other for other in self._waiting if _on_the_same(other.insight, waiting.insight)]
        self._waiting.append(waiting)
        for rival in rivals:
            loser = min(rival, waiting, key=self._rank)
            self._supersede(loser, "topic", by=waiting if loser is rival else rival)
        if len(self._waiting) > WAITING:
            self._supersede(min(self._waiting, key=self._rank), "crowd")
        self._bell.set()

    async def answer(self, proposal: Proposal) -> None:
        """For somebody who asked and waits: shown or withheld now, whoever speaks and however old it is."""

        def decide(waiting: _Waiting) -> Decision:
            return self._budget.answer(waiting.insight, self._call.conversation, self._call.clock())

        await self._settle(_Waiting(proposal, float("inf")), decide)

    async def run(self) -> None:
        """Until it is cancelled, when the call is over. What waits then is withheld."""
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._hear_story(), name=f"attention to the story of {self._call.id}")
                group.create_task(self._hear_floor(), name=f"attention to the floor of {self._call.id}")
                await self._serve()
        finally:
            for waiting in tuple(self._waiting):
                self._withhold(waiting, self._budget.withhold("expired", self._call.conversation, cause="call_over"))

    async def _serve(self) -> None:
        while True:
            self._bell.clear()
            again_at = await self._look()
            patience = None if again_at is None else max(0.0, again_at - self._call.clock())
            with suppress(TimeoutError):
                async with asyncio.timeout(patience):
                    await self._bell.wait()

    async def _hear_story(self) -> None:
        async for _ in self._call.journal.follow(after=self._call.journal.last):
            self._bell.set()

    async def _hear_floor(self) -> None:
        while True:
            await self._floor.changed()
            self._bell.set()

    async def _look(self) -> float | None:
        """Show and withhold what can be, the most important first; when to look again, by the call's clock."""
        ranked = sorted(self._waiting, key=self._rank, reverse=True)
        untils = [await self._settle(waiting, self._decide) for waiting in ranked]
        return min((until for until in untils if until is not None), default=None)

    async def _settle(self, waiting: _Waiting, decide: Callable[[_Waiting], Decision]) -> float | None:
        """Show it or withhold it; where it has to wait, when to look again."""
        async with self._judging:
            now = not waiting.ended and isinstance(decide(waiting), Show)
            if now and not await self._call.attempt("adviser", self._judged(waiting, decide)):
                self._close(waiting)  # that it could not be judged is in the story
            if waiting.ended:
                return None
            decision = decide(waiting)
            if isinstance(decision, Withhold):
                self._withhold(waiting, decision)
                return None
            return decision.until if isinstance(decision, Wait) else self._call.clock()

    async def _judged(self, waiting: _Waiting, decide: Callable[[_Waiting], Decision]) -> Sequence[Fact]:
        """By the memory of advice, once its moment has come; nothing where that is over when it is judged."""
        fact = await self._adviser.judge(self._waited(waiting.proposal), self._call.conversation, self._call.clock)
        if waiting.ended or (isinstance(fact, InsightGiven) and not isinstance(decide(waiting), Show)):
            return ()
        self._close(waiting)
        return (fact,)

    def _decide(self, waiting: _Waiting) -> Decision:
        options = self._budget.options
        quiet_in = self._floor.free_in(Role.CUSTOMER, seconds=options.pause) if options else 0.0
        moment = Moment(self._call.clock(), quiet_in)
        return self._budget.decide(waiting.insight, self._call.conversation, moment, expires=waiting.expires)

    def _supersede(self, waiting: _Waiting, cause: str, *, by: _Waiting | None = None) -> None:
        twin_id = None if by is None else by.insight.id
        self._withhold(
            waiting, self._budget.withhold("superseded", self._call.conversation, cause=cause, twin_id=twin_id)
        )

    def _withhold(self, waiting: _Waiting, decision: Withhold) -> None:
        self._close(waiting)
        if not self._call.journal.closed:
            self._call.record(InsightWithheld(waiting.insight, decision.verdict, self._waited(waiting.proposal).took))

    def _close(self, waiting: _Waiting) -> None:
        waiting.ended = True
        self._waiting = [other for other in self._waiting if other is not waiting]

    def _waited(self, proposal: Proposal) -> Proposal:
        """The same, with the time it has waited for its moment in what it took."""
        waited = 0.0 if proposal.at is None else self._call.clock() - proposal.at
        return replace(proposal, took=round(proposal.took + waited, 3))

    def _born(self, proposal: Proposal) -> float:
        """When the last of the words that led to it was said, in seconds since the call began."""
        because = set(proposal.insight.because)
        ends = [said.end for said in self._call.conversation.utterances if said.id in because]
        return max(ends, default=self._call.clock())

    def _rank(self, waiting: _Waiting) -> tuple[bool, int, float]:
        """The higher is shown first: the urgent, then the important, then the fresh."""
        return waiting.insight.urgent, standing(waiting.insight, self._call.conversation), waiting.expires


def _on_the_same(one: Insight, other: Insight) -> bool:
    return one.id == other.id or (bool(one.topic) and one.topic == other.topic)
