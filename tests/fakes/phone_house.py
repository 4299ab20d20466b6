"""The real web application with the telephone's doors, and the phone booth on the other side of them."""

import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from aiohttp import ClientSession

from kitt_rtc.api.application import Doors, make_application
from kitt_rtc.api.dialling import Dialling, DialPlan
from kitt_rtc.api.doorstep import ListenOptions, listening
from kitt_rtc.api.guard import Guard, GuardOptions
from kitt_rtc.api.knowledge_forms import KnowledgeDesk
from kitt_rtc.api.phone_forms import PhoneOptions
from kitt_rtc.api.reception_forms import ReceptionOptions
from kitt_rtc.api.signature import HEADER, signature
from kitt_rtc.calls.announcer import Announcer
from kitt_rtc.calls.conductor import ConductorOptions
from kitt_rtc.calls.customers import Customers
from kitt_rtc.calls.digest import Digest
from kitt_rtc.calls.phone_lines import PhoneLines
from kitt_rtc.calls.phone_news import PhoneNews
from kitt_rtc.calls.reception import Reception
from kitt_rtc.calls.receptionist import Receptionist, ReceptionistOptions
from kitt_rtc.calls.switchboard import Switchboard, SwitchboardOptions
from kitt_rtc.documents.jobs import Intake
from kitt_rtc.engines.booth_call import BoothCall, Pace
from kitt_rtc.engines.booth_caller import CallerScript
from kitt_rtc.engines.phonebooth import BOOTH_NUMBER, BoothOptions, PhoneBooth
from kitt_rtc.engines.twilio_rest import TwilioOptions, TwilioTelephony
from kitt_rtc.metrics import Metrics
from kitt_rtc.model.facts import Entry
from kitt_rtc.model.speech import Role
from kitt_rtc.ports import Synthesizer, Telephony
from kitt_rtc.prompts.library import Library
from tests.fakes.lacks import DictLacks
from tests.fakes.profiles import DictProfiles
from tests.fakes.proposals import DictProposals
from tests.fakes.shelf import DictShelf, OnePage
from tests.fakes.steps import EchoPlaybook, ScriptedTranscriber, crew
from tests.fakes.store import ListStore

NUMBER = "+33199001234"
HURRY = Pace(tick_seconds=0.001, ring_seconds=0.01)
"""Twenty times as fast as life."""


def speech(seconds: float, *, hertz: float = 300.0, loudness: int = 8_000) -> bytes:
    """House sound that a loudness detector takes for speech."""
    times = np.arange(int(seconds * 16_000)) / 16_000
    return (loudness * np.sin(2 * np.pi * hertz * times)).astype("<i2").tobytes()


def pause(seconds: float) -> bytes:
    return bytes(int(seconds * 16_000) * 2)


SENTENCE = pause(0.4) + speech(1.2) + pause(0.8)
GOODBYE = CallerScript(SENTENCE, hang_up_when_done=True)


@dataclass
class PhonePlan:
    """How the house is built and what those who are rung do."""

    script: CallerScript = field(default_factory=lambda: CallerScript(SENTENCE))
    pace: Pace = HURRY
    shuffled_callbacks: bool = False
    profiles: DictProfiles = field(default_factory=DictProfiles)
    dial_plan: DialPlan = field(default_factory=DialPlan)
    guard: GuardOptions = field(default_factory=GuardOptions)
    conductor: ConductorOptions = field(default_factory=lambda: ConductorOptions(rejoin_seconds=5.0))
    max_calls: int = 100
    options: Mapping[str, Any] = field(default_factory=dict)
    """Of `PhoneOptions`, over those of the house."""
    telephony: Callable[[Telephony], Telephony] = lambda real: real
    """Puts something in front of the real one."""
    lines: Sequence[str | Exception] = ()
    voice: Synthesizer | None = None
    receptionist: ReceptionistOptions = field(default_factory=ReceptionistOptions)
    desks: ReceptionOptions = field(default_factory=ReceptionOptions)


@dataclass
class PhoneHouse:
    client: ClientSession
    base: str
    """Where the house listens."""
    switchboard: Switchboard
    phones: PhoneLines
    news: PhoneNews
    booth: PhoneBooth
    guard: Guard
    reception: Reception

    async def dial(self, **body: str) -> dict[str, Any]:
        answer = await self.client.post("/twilio/initiate-call", json={"phone_number": NUMBER, **body})
        assert answer.status == 200, await answer.text()
        return await answer.json()

    async def rung(self, **body: str) -> tuple[dict[str, Any], BoothCall]:
        """Ring somebody: the answer, and their side of it."""
        told = await self.dial(**body)
        return told, self.booth.calls[told["call_sid"]]

    async def signed(self, path: str, form: Mapping[str, str], *, headers: Mapping[str, str] | None = None) -> Any:
        """The network's request."""
        given = signature(self.booth.account.token, self.base + path, list(form.items()))
        return await self.client.post(path, data=form, headers={HEADER: given, **(headers or {})})

    async def story(self, call_id: str, until: type, count: int = 1) -> list[Entry]:
        """Wait for so many facts of a kind; the story up to there."""
        seen: list[Entry] = []
        async for entry in self.switchboard.find(call_id).call.journal.follow():
            seen.append(entry)
            count -= isinstance(entry.fact, until)
            if not count:
                break
        return seen

    async def over(self, call_id: str) -> list[Entry]:
        """Wait until the call has ended; its whole story."""
        if any(conductor.call.id == call_id for conductor in self.switchboard.live()):
            async for _ in self.switchboard.find(call_id).call.journal.follow():
                pass
        return list(await self.switchboard.story(call_id))


@asynccontextmanager
async def open_phones(plan: PhonePlan | None = None) -> AsyncIterator[PhoneHouse]:
    plan = plan or PhonePlan()
    async with AsyncExitStack() as stack:
        booth = await stack.enter_async_context(
            PhoneBooth(BoothOptions(script=plan.script, pace=plan.pace, shuffled_callbacks=plan.shuffled_callbacks))
        )
        account = TwilioOptions(
            account_sid=booth.account.sid,
            auth_token=booth.account.token,
            from_number=BOOTH_NUMBER,
            base_url=booth.base_url,
            simulated=True,
        )
        telephony = await stack.enter_async_context(TwilioTelephony(account))
        store, transcriber = ListStore(), ScriptedTranscriber(list(plan.lines))
        reception, library = Reception(), Library()
        crews = {name: crew(transcriber, EchoPlaybook(name=name)) for name in ("coaching", "support")}
        switchboard = Switchboard(
            crews,
            lambda conductor: [Receptionist(conductor, reception, library, Announcer(plan.voice), plan.receptionist)],
            store,
            SwitchboardOptions(language="fr", max_calls=plan.max_calls, conductor=plan.conductor),
            Customers(plan.profiles),
        )
        phones, guard = PhoneLines(time.time), Guard(plan.guard)
        options = PhoneOptions(
            auth_token=booth.account.token,
            greetings={
                (Role.TECHNICIAN, "fr"): "Bonjour, veuillez décrire le problème",
                (Role.TECHNICIAN, "en"): "Hello, please describe the problem",
            },
            refusals={"fr": "Nous ne pouvons pas vous répondre.", "en": "We cannot take your call."},
        )
        doors = Doors(
            switchboard=switchboard,
            digest=Digest(),
            store=store,
            profiles=plan.profiles,
            lacks=DictLacks(),
            proposals=DictProposals(),
            knowledge=KnowledgeDesk(DictShelf(), Intake(DictShelf()), OnePage()),
            telephony=plan.telephony(telephony),
            phones=phones,
            dialling=Dialling(plan.dial_plan, time.monotonic),
            phone=replace(options, **plan.options),
            metrics=Metrics(),
            standings=lambda: (),
            guard=guard,
            reception=reception,
            desks=plan.desks,
        )
        port = await stack.enter_async_context(listening(make_application(doors), ListenOptions(port=0)))
        base = f"http://127.0.0.1:{port}"
        client = await stack.enter_async_context(ClientSession(base))
        stack.push_async_callback(switchboard.close)
        stack.callback(reception.close)
        news = PhoneNews(phones, doors.telephony, switchboard)
        yield PhoneHouse(client, base, switchboard, phones, news, booth, guard, reception)
