"""The real web application on a real switchboard with scripted engines, behind a test client."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

from kitt_rtc.api.application import Doors, make_application
from kitt_rtc.api.dialling import Dialling, DialPlan
from kitt_rtc.api.guard import Guard, GuardOptions
from kitt_rtc.api.keys import ApiOptions
from kitt_rtc.api.knowledge_forms import KnowledgeDesk
from kitt_rtc.api.origins import Origins
from kitt_rtc.api.pages import web_folder
from kitt_rtc.api.phone_forms import PhoneOptions
from kitt_rtc.calls.customers import Customers
from kitt_rtc.calls.digest import Digest
from kitt_rtc.calls.phone_lines import PhoneLines
from kitt_rtc.calls.switchboard import Switchboard, SwitchboardOptions
from kitt_rtc.documents.jobs import Intake
from kitt_rtc.journal import Journal
from kitt_rtc.metrics import Metrics
from kitt_rtc.ports import (
    DialOrder,
    DialReceipt,
    KnowledgeShelf,
    PageFetcher,
    Readiness,
    Recordings,
    Standing,
    VoiceEncoder,
)
from tests.fakes.lacks import DictLacks
from tests.fakes.profiles import DictProfiles
from tests.fakes.proposals import DictProposals
from tests.fakes.shelf import DictShelf, OnePage
from tests.fakes.steps import EchoPlaybook, ScriptedTranscriber, crew
from tests.fakes.store import ListStore

STANDINGS = (
    Standing("detector", "loud", Readiness.READY),
    Standing("transcriber", "scripted", Readiness.LIMITED, "writes its script only"),
    Standing("store", "memory", Readiness.READY),
)


class Archive:
    """Writes a call's story into the store as it happens."""

    def __init__(self, store: ListStore) -> None:
        self._store = store

    async def read(self, journal: Journal) -> None:
        async for entry in journal.follow():
            await self._store.append(journal.call_id, [entry])


class SilentTelephony:
    """Fits `ports.Telephony`; rings nobody."""

    simulated = True

    async def dial(self, order: DialOrder) -> DialReceipt:
        return DialReceipt("CA" + "0" * 32, "queued")

    async def hang_up(self, call_sid: str) -> str:
        return "completed"

    async def status(self, call_sid: str) -> str:
        return "completed"


@dataclass
class House:
    """What a test of the doors holds in its hands."""

    client: TestClient
    doors: Doors
    switchboard: Switchboard
    store: ListStore
    transcriber: ScriptedTranscriber
    guard: Guard
    profiles: DictProfiles
    shelf: KnowledgeShelf

    async def start(self, **body: str) -> dict:
        """Start a call; its answer."""
        answer = await self.client.post("/calls/start", json=body)
        assert answer.status == 200, await answer.text()
        return await answer.json()


@dataclass
class Plan:
    """How the house is built."""

    guard: GuardOptions = field(default_factory=GuardOptions)
    origins: Origins = field(default_factory=Origins)
    options: ApiOptions = field(default_factory=ApiOptions)
    switchboard: SwitchboardOptions = field(default_factory=SwitchboardOptions)
    standings: Sequence[Standing] = STANDINGS
    lines: Sequence[str | Exception] = ()
    languages: frozenset[str] | None = None
    """What the transcriber hears; None: everything."""
    encoder: VoiceEncoder | None = None
    """Tells voices on one microphone apart."""
    web_folder: Path = field(default_factory=web_folder)
    recordings: Recordings | None = None
    playbooks: Sequence[str] = ("coaching", "support")
    shelf: KnowledgeShelf = field(default_factory=DictShelf)
    pages: PageFetcher = field(default_factory=OnePage)
    now: list[float] = field(default_factory=lambda: [1_000.0])
    """The guard's clock, moved by writing into it."""


@asynccontextmanager
async def open_house(plan: Plan | None = None) -> AsyncIterator[House]:
    """A house with its doors open."""
    plan = plan or Plan()
    store, transcriber = ListStore(), ScriptedTranscriber(list(plan.lines), plan.languages)
    crews = {
        name: crew(transcriber, EchoPlaybook(name=name), plan.recordings, encoder=plan.encoder)
        for name in plan.playbooks
    }
    profiles = DictProfiles()
    intake = Intake(plan.shelf)
    switchboard = Switchboard(crews, lambda _: [Archive(store)], store, plan.switchboard, Customers(profiles))
    guard = Guard(plan.guard, now=lambda: plan.now[0])
    doors = Doors(
        switchboard=switchboard,
        digest=Digest(),
        store=store,
        profiles=profiles,
        lacks=DictLacks(),
        proposals=DictProposals(),
        knowledge=KnowledgeDesk(plan.shelf, intake, plan.pages),
        telephony=SilentTelephony(),
        phones=PhoneLines(time.time),
        dialling=Dialling(DialPlan(), time.monotonic),
        phone=PhoneOptions(auth_token="a-token-of-the-network"),
        metrics=Metrics(),
        standings=lambda: plan.standings,
        guard=guard,
        origins=plan.origins,
        options=plan.options,
        recordings=plan.recordings,
        web_folder=plan.web_folder,
    )
    client = TestClient(TestServer(make_application(doors)))
    await client.start_server()
    working = asyncio.create_task(intake.run())
    try:
        yield House(client, doors, switchboard, store, transcriber, guard, profiles, plan.shelf)
    finally:
        working.cancel()
        await asyncio.wait([working])
        await switchboard.close()
        await client.close()
