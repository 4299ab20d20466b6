"""What goes on beside the story while a call is advised: what it costs, the card being written, answers begun early."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from kitt_rtc.calls.call import Call
from kitt_rtc.calls.crew import Crew
from kitt_rtc.calls.purse import CallPurse
from kitt_rtc.calls.speculation import Speculation
from kitt_rtc.drafts import drafting
from kitt_rtc.model.draft import Draft
from kitt_rtc.pipeline.foresight import looking_back
from kitt_rtc.pipeline.spending import paid_by


class Aside:
    """Of one call."""

    def __init__(self, call: Call, crew: Crew, may_show: Callable[[], bool] = lambda: True) -> None:
        """`may_show`: is this a moment for a card?"""
        self._call = call
        self._may_show = may_show
        self._offered = False
        self._purse = CallPurse(call, crew.model_budget)
        self._speculation = Speculation(call, crew.adviser, self._purse, crew.speculation)

    async def run(self) -> None:
        """Look ahead, until the call is over."""
        await self._speculation.run()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """A turn of advice is taken in here."""
        self._offered = False
        try:
            with paid_by(self._purse.advice()), drafting(self._show), looking_back(self._speculation.answers):
                yield
        finally:
            if not (self._offered and self._may_show()):
                self._call.drafts.end()  # else its card takes its place, or the reason why there is none
            self._speculation.settle()

    def offer(self) -> None:
        """A card comes of this turn."""
        self._offered = True

    @contextmanager
    def advice(self) -> Iterator[None]:
        """What is asked in here is asked by the call itself."""
        with paid_by(self._purse.advice()):
            yield

    @contextmanager
    def wish(self) -> Iterator[None]:
        """What is asked in here, a person asked for."""
        with paid_by(self._purse.wish()):
            yield

    def _show(self, draft: Draft) -> None:
        conversation = self._call.conversation
        snoozed = self._call.clock() < conversation.snoozed_until
        if conversation.quiet_reason or snoozed or not self._may_show():
            self._call.drafts.end()
        else:
            self._call.drafts.show(draft)
