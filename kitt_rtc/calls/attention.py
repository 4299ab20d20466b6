"""When a card is shown: a proposal waits here for its moment, and is judged once more before it is."""

from collections.abc import Sequence

from kitt_rtc.calls.call import Call
from kitt_rtc.model.facts import Fact
from kitt_rtc.pipeline.adviser import Adviser, Proposal


class Attention:
    """Of one call: the one way to a card."""

    def __init__(self, call: Call, adviser: Adviser) -> None:
        self._call = call
        self._adviser = adviser

    async def offer(self, proposal: Proposal) -> None:
        """Show it, or withhold it and say why."""
        await self._call.attempt("adviser", self._judged(proposal))

    async def _judged(self, proposal: Proposal) -> Sequence[Fact]:
        """A quiet time that began meanwhile undoes it."""
        fact = await self._adviser.judge(proposal, self._call.conversation, self._call.clock)
        return () if self._call.conversation.quiet_reason else (fact,)
