"""Conversation in, insight out: read the context, ask the playbook, and let the memory of advice judge."""

from collections.abc import Sequence
from dataclasses import replace

from kitt_rtc.model.audio import Clock
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.errors import EngineError
from kitt_rtc.model.facts import Entry, Fact, HelpWanted, InsightGiven, InsightWithheld, Trouble
from kitt_rtc.pipeline.deduper import Deduper
from kitt_rtc.pipeline.setbacks import noting_setbacks, troubles_of
from kitt_rtc.ports import Playbook


class Adviser:
    """One turn of advice. The playbook decides what, the deduper whether."""

    def __init__(self, playbook: Playbook, deduper: Deduper) -> None:
        self._playbook = playbook
        self._deduper = deduper

    async def consider(self, conversation: Conversation, clock: Clock) -> Sequence[Fact]:
        """`ContextRead`, then `InsightGiven` or `InsightWithheld` when there is something to say, or `HelpWanted`.

        A context that cannot be read raises its EngineError: nothing was taken in, and the next turn tries again. Where
        only the advice fails, what was understood is kept and the failure stands behind it as `Trouble`. So do the
        failures that the rules made good.
        """
        with noting_setbacks() as setbacks:
            facts = await self._turn(conversation, clock)
        return (*facts[:1], *troubles_of(setbacks), *facts[1:]) if facts else ()

    async def _turn(self, conversation: Conversation, clock: Clock) -> Sequence[Fact]:
        began = clock()
        read = await self._playbook.read(conversation)
        if read is None:
            return ()
        context = replace(read, took=round(clock() - began, 3))
        informed = conversation.after(Entry(seq=0, at=clock(), fact=context))
        try:
            advice = await self._playbook.advise(informed)
        except EngineError as error:
            return (context, Trouble("adviser", error.code, error.message))
        if advice is None:
            return (context,)
        if isinstance(advice, HelpWanted):
            return (context, advice)
        now = clock()
        verdict = await self._deduper.judge(advice, informed, now)
        took = round(clock() - began, 3)
        if verdict.duplicate:
            return (context, InsightWithheld(advice, verdict, took))
        return (context, InsightGiven(advice, verdict, took))
