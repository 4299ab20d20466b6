"""Engines and crews to a server: the one place where the whole house is put together.

Nothing here is a singleton: a test opens as many houses as it likes, side by side.
"""

import asyncio
import gc
import logging
import signal
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from kitt_rtc.api import doorstep
from kitt_rtc.api.application import Doors, make_application
from kitt_rtc.api.dialling import Dialling, DialPlan
from kitt_rtc.api.doorstep import ListenOptions
from kitt_rtc.api.guard import Guard, GuardOptions
from kitt_rtc.api.keys import ApiOptions
from kitt_rtc.api.knowledge_forms import KnowledgeDesk
from kitt_rtc.api.network import Addresses
from kitt_rtc.api.origins import Origins
from kitt_rtc.api.phone_forms import PhoneOptions
from kitt_rtc.api.rtc_forms import RtcOptions
from kitt_rtc.calls.announcer import Announcer
from kitt_rtc.calls.call import CallOptions
from kitt_rtc.calls.conductor import Conductor, ConductorOptions
from kitt_rtc.calls.customers import Customers
from kitt_rtc.calls.digest import Digest
from kitt_rtc.calls.phone_lines import PhoneLines
from kitt_rtc.calls.phone_news import PhoneNews
from kitt_rtc.calls.reception import Reception
from kitt_rtc.calls.receptionist import Receptionist, ReceptionistOptions
from kitt_rtc.calls.switchboard import Switchboard, SwitchboardOptions
from kitt_rtc.crews import crews
from kitt_rtc.documents.ingest import ingest_samples
from kitt_rtc.documents.jobs import Intake
from kitt_rtc.heartbeat import Heartbeat
from kitt_rtc.media.earpiece import Earpiece
from kitt_rtc.metrics import Metrics
from kitt_rtc.model.errors import CallOver, EngineError
from kitt_rtc.model.facts import Fact
from kitt_rtc.model.speech import Role
from kitt_rtc.pipeline.briefing import Briefing
from kitt_rtc.playbook_watch import PlaybookWatch
from kitt_rtc.playbooks.cards import Cards
from kitt_rtc.playbooks.likenesses import Likenesses
from kitt_rtc.playbooks.meanings import Meanings
from kitt_rtc.playbooks.signs import Signs
from kitt_rtc.ports import Reader, Readiness, Standing
from kitt_rtc.prompts.library import Library
from kitt_rtc.readers.archivist import Archivist, ArchivistOptions
from kitt_rtc.readers.caretaker import Caretaker, CaretakerOptions
from kitt_rtc.readers.chronicler import Chronicler
from kitt_rtc.readers.gap_keeper import GapKeeper
from kitt_rtc.readers.learner import Learner
from kitt_rtc.readers.meter import Meter
from kitt_rtc.readers.narrator import Narrator, NarratorOptions, Phrases
from kitt_rtc.settings import Settings
from kitt_rtc.toolbox import LANGUAGES, Toolbox, kept_secret, open_toolbox

logger = logging.getLogger(__name__)

Engines = Callable[[Settings], AbstractAsyncContextManager[Toolbox]]
_CLOSING_SECONDS = 3.0
"""For the readers to come to the end of a call's story, once its last words are written down."""
_ALIVE_SECONDS = 5.0
"""Between two notes in the store that this process lives."""
_MACHINE_SECONDS = 6.0
"""The network mostly knows a machine from a person within four seconds."""
_LOOK_SECONDS = 4.0
_SERVER_ADVISED = 20_000
"""Passages: a folder was not measured with more (`python -m bench.retrieval`), and filling it takes minutes."""
"""Between two looks at the knowledge base: one that was away is known to be back within five seconds."""


@dataclass(slots=True)
class House:
    """Everything that runs, and how it stands."""

    settings: Settings
    toolbox: Toolbox
    switchboard: Switchboard
    metrics: Metrics
    heartbeat: Heartbeat
    archivist: Archivist
    phones: PhoneLines
    reception: Reception
    cards: Cards
    """What the coach says; a team lead's own, where PLAYBOOK_FOLDER is set."""
    watch: PlaybookWatch | None = field(init=False)
    """None: the built-in sheets, which nobody edits."""
    intake: Intake = field(init=False)
    """Documents on their way into the knowledge base."""
    application: web.Application = field(init=False)
    passages: int = 0
    """In the knowledge base, when it was last looked at."""
    knowledge_trouble: str = "Being filled with the sample articles."
    """Why nothing is answered from the knowledge base; empty when all is well."""
    filled: asyncio.Event = field(default_factory=asyncio.Event)
    """The knowledge base is ready, or it is known that it will not be."""

    def standings(self) -> Sequence[Standing]:
        """What stands behind each port at this moment."""
        return [*(self._now(standing) for standing in self.toolbox.standings), self._playbook()]

    def __post_init__(self) -> None:
        folder = self.settings.playbook_folder
        self.intake = Intake(self.toolbox.knowledge)
        self.watch = PlaybookWatch(self.cards, Path(folder)) if folder else None

    def _playbook(self) -> Standing:
        trouble = self.watch.trouble if self.watch else ""
        readiness = Readiness.LIMITED if trouble else Readiness.READY
        limits = f"The sheets have a mistake, and those before them stay in use: {trouble}" if trouble else ""
        return Standing("playbook", f"cards, version {self.cards.version}", readiness, limits)

    async def mind_playbook(self) -> None:
        """Have what a team lead saves be in use."""
        if self.watch is not None:
            await self.watch.run()

    def _now(self, standing: Standing) -> Standing:
        if standing.port == "store" and (backlog := self.archivist.backlog()).seconds > 1.0:
            limits = f"{backlog.cause}: {backlog.entries} facts wait to be written."
            return Standing(standing.port, standing.engine, Readiness.LIMITED, limits)
        if standing.port == "transcriber" and (stand_in := self._stand_in()):
            limits = f"The first does not answer; {stand_in} writes in its place."
            return Standing(standing.port, standing.engine, Readiness.LIMITED, limits)
        if standing.port == "knowledge" and (trouble := self.toolbox.knowledge.indexing or self.knowledge_trouble):
            return Standing(standing.port, standing.engine, Readiness.LIMITED, trouble)
        if standing.port == "knowledge":
            large = not self.settings.qdrant_url and self.passages >= _SERVER_ADVISED
            limits = "Large for a folder: run a Qdrant server (QDRANT_URL)." if large else ""
            return Standing(standing.port, f"{standing.engine}, {self.passages} passages", standing.readiness, limits)
        return standing

    def _stand_in(self) -> str:
        return next((name for language in LANGUAGES if (name := self.toolbox.stand_in(language))), "")

    @property
    def news(self) -> PhoneNews:
        """Where what the telephone network says is taken to."""
        return PhoneNews(self.phones, self.toolbox.telephony, self.switchboard)

    async def live(self) -> None:
        """Keep telling the store that this process lives: what is noted last is when it died."""
        while True:
            with suppress(EngineError):  # the archivist tells that the store is away
                await self.toolbox.store.live()
            await asyncio.sleep(_ALIVE_SECONDS)

    async def ask_back(self) -> None:
        """Have the network open the streams again that died with an earlier process."""
        address = self.settings.public_base
        for line in self.phones.live() if address else ():
            await self.news.ask_back(line, Addresses.under(address).voice(line.order_id, line.streams))

    async def mind_knowledge(self) -> None:
        """Give an empty knowledge base the sample articles, once; then see every few seconds whether it is there.

        Trouble is told, and everything else goes on.
        """
        fill = True
        while True:
            try:
                if fill:
                    report = await ingest_samples(self.toolbox.knowledge)
                    logger.info("knowledge base ready", extra={"added": len(report.added)})
                    fill = False
                self.passages = await self.toolbox.knowledge.count()
            except EngineError as error:
                if self.knowledge_trouble != error.message:
                    logger.warning("knowledge base is away", extra={"code": error.code})
                self.knowledge_trouble = error.message
            else:
                self.knowledge_trouble = "" if self.passages else "Empty: run kitt-rtc ingest."
            self.filled.set()
            await asyncio.sleep(_LOOK_SECONDS)


@asynccontextmanager
async def open_house(settings: Settings, *, engines: Engines = open_toolbox) -> AsyncIterator[House]:
    """A whole house, its doors not yet listening. Raises SettingsError, EngineUnavailable."""
    async with engines(settings) as toolbox:
        metrics = Metrics()
        archivist = Archivist(toolbox.store, metrics, ArchivistOptions(closing_seconds=_CLOSING_SECONDS))
        reception = Reception()
        cards = await asyncio.to_thread(
            Cards.load, Path(settings.playbook_folder) if settings.playbook_folder else None
        )
        meanings = Meanings(cards, toolbox.nearness)
        likenesses = await asyncio.to_thread(Likenesses.load, toolbox.nearness)
        library = Library(greetings={"fr": settings.greeting_fr, "en": settings.greeting_en})
        receptionist = _receptionists(settings, toolbox, library, reception)
        switchboard = Switchboard(
            crews(settings, toolbox, library, metrics, cards=cards, meanings=meanings, likenesses=likenesses),
            _readers(settings, toolbox, archivist, metrics, library, receptionist=receptionist),
            toolbox.store,
            _switchboard_options(settings, toolbox),
            Customers(toolbox.profiles),
        )
        phones = PhoneLines(time.time)
        for conductor in await switchboard.resume():
            phones.restore(conductor.call.id, conductor.call.journal.entries())
        house = House(settings, toolbox, switchboard, metrics, Heartbeat(metrics), archivist, phones, reception, cards)
        house.application = make_application(_doors(house, library))
        async with _background(
            heartbeat=house.heartbeat.beat(),
            knowledge=house.mind_knowledge(),
            telephones=house.news.watch(),
            presence=house.live(),
            playbook=house.mind_playbook(),
            intake=house.intake.run(),
            meanings=meanings.run(),
            likenesses=likenesses.run(),
            retention=_caretaker(settings, toolbox, metrics).run(),
        ):
            try:
                yield house
            finally:
                await switchboard.close()


@asynccontextmanager
async def listening(house: House) -> AsyncIterator[str]:
    """The house with its doors open; the address it is reached under on this machine. Raises OSError."""
    host = house.settings.address
    options = ListenOptions(host, house.settings.port, house.settings.max_connections)
    async with doorstep.listening(house.application, options) as port:
        try:
            yield f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"
        finally:
            await house.switchboard.close()
            house.reception.close()


async def serve(settings: Settings, *, ready: Callable[[House, str], None]) -> None:
    """Run until told to stop.

    SIGINT ends live calls at once. SIGTERM takes no new ones and gives the live ones SHUTDOWN_SECONDS to end; what is
    live then, or at a second SIGTERM, is left to the next process of this house, where RESUME_SECONDS lets it.
    """
    end, drain, hurry = asyncio.Event(), asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, end.set)
    loop.add_signal_handler(signal.SIGTERM, lambda: hurry.set() if drain.is_set() else drain.set())
    async with (
        open_house(settings) as house,
        listening(house) as address,
        _background(settling=_settle(house), lost_streams=house.ask_back()),
    ):
        ready(house, address)
        await _first(end.wait(), drain.wait())
        if not end.is_set():
            house.switchboard.drain()
            logger.info("draining", extra={"calls": len(house.switchboard.live())})
            grace = asyncio.sleep(settings.shutdown_seconds)
            await _first(end.wait(), hurry.wait(), house.switchboard.quiet(), grace)
        if not end.is_set():
            await house.switchboard.leave()


async def _settle(house: House) -> None:
    """Spare the garbage collector what stands for ever: a round over it stops every call for a tenth of a second."""
    await house.filled.wait()
    gc.freeze()


async def _first(*events: Coroutine[Any, Any, object]) -> None:
    """Until one of these has come."""
    tasks = [asyncio.create_task(event) for event in events]
    await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


@asynccontextmanager
async def _background(**work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Work that goes on beside the house and ends with it. What fails is logged; the house goes on without it."""
    tasks = [asyncio.create_task(coroutine, name=name) for name, coroutine in work.items()]
    for task in tasks:
        task.add_done_callback(_complain)
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


def _complain(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("background work failed", exc_info=error, extra={"work": task.get_name()})


def _caretaker(settings: Settings, toolbox: Toolbox, metrics: Metrics) -> Caretaker:
    options = CaretakerOptions(settings.retention_days, settings.recording_days, settings.tape_days)
    return Caretaker(
        toolbox.store, metrics, options, recordings=toolbox.recordings, tapes=toolbox.tapes, lacks=toolbox.lacks
    )


def _receptionists(
    settings: Settings, toolbox: Toolbox, library: Library, reception: Reception
) -> Callable[[Conductor], Reader]:
    announcer = Announcer(toolbox.voice)
    options = ReceptionistOptions(
        ring_seconds=settings.ring_seconds,
        message_seconds=settings.message_seconds,
        voicemail=settings.voicemail,
        machine_seconds=_MACHINE_SECONDS if settings.machine_detection else 0.0,
        helps_aloud=toolbox.voice is not None and (settings.speak_to_technician or settings.spoken_dialogue),
    )
    return lambda conductor: Receptionist(conductor, reception, library, announcer, options)


def _readers(
    settings: Settings,
    toolbox: Toolbox,
    archivist: Archivist,
    metrics: Metrics,
    library: Library,
    *,
    receptionist: Callable[[Conductor], Reader],
) -> Callable[[Conductor], Sequence[Reader]]:
    chronicler, meter, phrases = Chronicler(), Meter(metrics), _phrases(library)
    gaps, learner = GapKeeper(toolbox.lacks), Learner(toolbox.proposals)

    def for_call(conductor: Conductor) -> Sequence[Reader]:
        readers: list[Reader] = [archivist, chronicler, meter, gaps, learner, receptionist(conductor)]
        if toolbox.voice is not None and (settings.speak_to_technician or settings.spoken_dialogue):
            readers.append(_narrator(conductor, toolbox, phrases))
        return readers

    return for_call


def _narrator(conductor: Conductor, toolbox: Toolbox, phrases: Phrases) -> Narrator:
    assert toolbox.voice is not None
    call = conductor.call

    def earpieces(role: Role) -> Sequence[Earpiece]:
        held = call.conversation.legs_held
        present = [leg for leg in call.legs.values() if leg.id not in held]
        return [leg.earpiece for leg in present if leg.speaker is not None and leg.speaker.role is role]

    def record(fact: Fact) -> None:
        with suppress(CallOver):
            call.record(fact)

    options = NarratorOptions(language=toolbox.language)
    return Narrator(
        toolbox.voice, earpieces, conductor.floor, record=record, clock=call.clock, phrases=phrases, options=options
    )


def _phrases(library: Library) -> Phrases:
    signs = Signs.load()
    return Phrases(
        help={language: library.phrase("reply.help", language) for language in LANGUAGES},
        safety={language: library.phrase("reply.safety", language) for language in LANGUAGES},
        more={language: library.phrase("reply.more", language) for language in LANGUAGES},
        asks_for_more=lambda said: bool(signs.seen(said.text, said.language, "more")),
    )


def _switchboard_options(settings: Settings, toolbox: Toolbox) -> SwitchboardOptions:
    return SwitchboardOptions(
        language=toolbox.language,
        languages=toolbox.languages,
        max_calls=settings.max_calls,
        shutdown_seconds=settings.drain_seconds + _CLOSING_SECONDS,
        call=CallOptions(settings.context_messages, settings.max_legs),
        resume_seconds=settings.resume_seconds,
        conductor=ConductorOptions(
            min_insight_interval=settings.min_insight_interval,
            drain_seconds=settings.drain_seconds,
            rejoin_seconds=settings.rejoin_seconds,
            idle_seconds=settings.idle_seconds,
            record_calls=settings.record_calls,
        ),
    )


def _doors(house: House, library: Library) -> Doors:
    settings, toolbox = house.settings, house.toolbox
    return Doors(
        switchboard=house.switchboard,
        digest=Digest(),
        store=toolbox.store,
        profiles=toolbox.profiles,
        lacks=toolbox.lacks,
        proposals=toolbox.proposals,
        knowledge=KnowledgeDesk(toolbox.knowledge, house.intake, toolbox.pages, settings.min_score),
        recordings=toolbox.recordings,
        tapes=toolbox.tapes,
        telephony=toolbox.telephony,
        phones=house.phones,
        reception=house.reception,
        briefing=Briefing(library),
        dialling=Dialling(DialPlan(frozenset(settings.dial_countries), settings.dials_per_minute), time.monotonic),
        phone=PhoneOptions(
            auth_token=toolbox.webhook_secret,
            public_base=settings.public_base,
            stream_url=settings.stream_url,
            greetings={
                (role, language): library.greeting(language, playbook)
                for role, playbook in ((Role.TECHNICIAN, "support"), (Role.CUSTOMER, "coaching"))
                for language in LANGUAGES
            },
            notices={language: library.text("consent", language) for language in LANGUAGES}
            if settings.consent_notice or settings.kitt_tape
            else {},
            refusals={language: library.phrase("refusal", language) for language in LANGUAGES},
            language=toolbox.language,
            incoming_playbook=settings.incoming_playbook,
            machine_detection=settings.machine_detection,
        ),
        metrics=house.metrics,
        standings=house.standings,
        guard=Guard(_guard_options(settings)),
        origins=Origins(frozenset(settings.cors_origins), settings.public_base, settings.host),
        options=ApiOptions(upload_bytes=settings.max_upload_bytes, public_base=settings.public_base),
        rtc=RtcOptions(ice_servers=settings.ice_servers, turn_secret=settings.turn_secret.get_secret_value()),
    )


def _guard_options(settings: Settings) -> GuardOptions:
    key = settings.kitt_api_key.get_secret_value()
    secret = b"" if key else kept_secret(settings, "tokens").encode()
    return GuardOptions(key, settings.token_seconds, secret)
