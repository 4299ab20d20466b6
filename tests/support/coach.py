"""A live sales call whose coach asks a model over real HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from kitt_rtc.calls.call import Call
from kitt_rtc.calls.conductor import Conductor, ConductorOptions
from kitt_rtc.calls.purse import ModelBudget
from kitt_rtc.calls.speculation import SpeculationOptions
from kitt_rtc.calls.switchboard import CallOrder, Switchboard, SwitchboardOptions
from kitt_rtc.engines.openai_client import OpenAIClient, OpenAIOptions
from kitt_rtc.engines.openai_text import ModelOptions, OpenAIModel
from kitt_rtc.model.caption import Caption
from kitt_rtc.model.draft import Draft
from kitt_rtc.model.facts import ModelAsked, UtteranceHeard
from kitt_rtc.model.speech import Role, Speaker, Utterance
from kitt_rtc.pipeline.foresight import ForesightModel
from kitt_rtc.pipeline.setbacks import FrankModel
from kitt_rtc.pipeline.spending import Prices, note_usage
from kitt_rtc.pipeline.summarizer import Summarizer
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.coaching import CoachingPlaybook
from kitt_rtc.prompts.library import Library
from tests.fakes.openai_server import OpenAIServer
from tests.fakes.steps import crew
from tests.fakes.store import ListStore
from tests.support.until import until

CLIENT = Speaker("client", Role.CUSTOMER, "Mr Miller")
SALE = {"phase": "objection", "phase_reason": "They object."}
TIP = {
    "quote": "too expensive",
    "speak": True,
    "topic": "objection.price",
    "title": "Price",
    "say": "Ask what an hour of downtime costs them.",
    "avoid": "A discount",
    "reason": "They compare prices only.",
}


@dataclass
class Sale:
    """A call, and the server its coach asks."""

    conductor: Conductor
    server: OpenAIServer
    drafts: list[Draft]
    """Every state of a tip being written, as a follower is told."""

    @property
    def call(self) -> Call:
        return self.conductor.call

    @property
    def asked(self) -> list[tuple[str, str]]:
        """Work and outcome of every question."""
        return [(one.work, one.outcome) for one in self.facts(ModelAsked)]

    def facts(self, kind: type) -> list[Any]:
        return [entry.fact for entry in self.call.journal.entries() if isinstance(entry.fact, kind)]

    def caption(self, text: str, *, number: int = 1, **other: Any) -> None:
        """What the client is saying; they have just fallen silent."""
        committed, _, rest = text.rpartition(" ")
        start = self.call.clock()
        plain = Caption(f"utt_{number}", "leg_1", CLIENT, start, committed, rest, paused=True)
        self.call.captions.show(replace(plain, **other))

    def hear(self, text: str, *, number: int = 1, by: Speaker = CLIENT) -> None:
        """The sentence is over and written down."""
        now = self.call.clock()
        self.call.record(UtteranceHeard(Utterance(f"utt_{number}", by, text, "en", max(0.0, now - 2.0), now), 0.1))

    async def until(self, seen: Callable[[], object]) -> None:
        await until(seen)


@asynccontextmanager
async def selling(
    *, ahead: bool = True, budget: int = 0, most: int = 10, cards: Cards | None = None
) -> AsyncIterator[Sale]:
    """In English; the model wants 1 and 2 a million tokens, in and out."""
    async with OpenAIServer() as server:
        server.answer("SaleForm", SALE)
        server.answer("TipForm", TIP)
        client = OpenAIClient(OpenAIOptions(base_url=server.base_url, pause=0.001))
        model = ForesightModel(FrankModel(OpenAIModel(client, ModelOptions("m"), note_usage), Prices(1.0, 2.0)))
        plain = crew(playbook=CoachingPlaybook(cards or Cards.load(), Library(), model))
        house = replace(
            plain,
            summarizer=Summarizer(model),
            speculation=SpeculationOptions(on=ahead, most=most),
            model_budget=ModelBudget(budget),
        )
        options = ConductorOptions(min_insight_interval=0.0)
        switchboard = Switchboard({"coaching": house}, lambda _: (), ListStore(), SwitchboardOptions(conductor=options))
        conductor = await switchboard.start(CallOrder("call_1", language="en"))
        drafts: list[Draft] = []
        watching = asyncio.create_task(_watch(conductor.call, drafts))
        try:
            yield Sale(conductor, server, drafts)
        finally:
            await switchboard.close()
            await watching
            await client.close()


async def _watch(call: Call, drafts: list[Draft]) -> None:
    async for draft in call.drafts.follow():
        drafts.append(draft)
