"""The web application: doors, middleware and cupboard put together."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from kitt_rtc.api import keys
from kitt_rtc.api.dialling import Dialling
from kitt_rtc.api.door import Door
from kitt_rtc.api.guard import Guard, GuardOptions
from kitt_rtc.api.knowledge_forms import KnowledgeDesk
from kitt_rtc.api.middleware import dresser, errors
from kitt_rtc.api.origins import Origins, origin_check
from kitt_rtc.api.pages import web_folder
from kitt_rtc.api.phone_forms import PhoneOptions
from kitt_rtc.api.reception_forms import ReceptionOptions
from kitt_rtc.api.routes import DOORS, mount
from kitt_rtc.api.rtc_forms import EventsOptions, RtcOptions
from kitt_rtc.calls.approval import Approvals
from kitt_rtc.calls.digest import Digest
from kitt_rtc.calls.eraser import Eraser
from kitt_rtc.calls.phone_lines import PhoneLines
from kitt_rtc.calls.reception import Reception
from kitt_rtc.calls.switchboard import Switchboard
from kitt_rtc.metrics import Metrics
from kitt_rtc.pipeline.briefing import Briefing
from kitt_rtc.ports import Lacks, Profiles, ProposedArticles, Recordings, Store, Tapes, Telephony

UPLOADS_AT_ONCE = 4
"""Each may be MAX_UPLOAD_BYTES large, and an hour of sound once it is read: some 300 MB while it is worked on."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Everything the handlers need."""

    switchboard: Switchboard
    digest: Digest
    store: Store
    profiles: Profiles
    lacks: Lacks
    proposals: ProposedArticles
    knowledge: KnowledgeDesk
    telephony: Telephony
    phones: PhoneLines
    dialling: Dialling
    phone: PhoneOptions
    metrics: Metrics
    standings: keys.Standings
    guard: Guard = field(default_factory=lambda: Guard(GuardOptions()))
    origins: Origins = field(default_factory=Origins)
    options: keys.ApiOptions = field(default_factory=keys.ApiOptions)
    rtc: RtcOptions = field(default_factory=RtcOptions)
    events: EventsOptions = field(default_factory=EventsOptions)
    recordings: Recordings | None = None
    tapes: Tapes | None = None
    reception: Reception = field(default_factory=Reception)
    desks: ReceptionOptions = field(default_factory=ReceptionOptions)
    briefing: Briefing = field(default_factory=Briefing)
    web_folder: Path = field(default_factory=web_folder)


def make_application(doors: Doors, table: Sequence[Door] = DOORS) -> web.Application:
    """The application, ready to be run, with the doors of this table. Starts nothing."""
    application = web.Application(
        middlewares=[errors, origin_check(doors.origins)], client_max_size=doors.options.upload_bytes
    )
    application[keys.SWITCHBOARD] = doors.switchboard
    application[keys.DIGEST] = doors.digest
    application[keys.STORE] = doors.store
    application[keys.KNOWLEDGE] = doors.knowledge
    application[keys.PROFILES] = doors.profiles
    application[keys.LACKS] = doors.lacks
    application[keys.PROPOSALS] = doors.proposals
    application[keys.ERASER] = Eraser(doors.switchboard, doors.lacks, recordings=doors.recordings, tapes=doors.tapes)
    application[keys.APPROVALS] = Approvals(doors.profiles, doors.switchboard)
    application[keys.RECORDINGS] = doors.recordings
    application[keys.TELEPHONY] = doors.telephony
    application[keys.PHONES] = doors.phones
    application[keys.DIALLING] = doors.dialling
    application[keys.PHONE_OPTIONS] = doors.phone
    application[keys.METRICS] = doors.metrics
    application[keys.STANDINGS] = doors.standings
    application[keys.GUARD] = doors.guard
    application[keys.OPTIONS] = doors.options
    application[keys.RTC_OPTIONS] = doors.rtc
    application[keys.EVENTS_OPTIONS] = doors.events
    application[keys.RECEPTION] = doors.reception
    application[keys.RECEPTION_OPTIONS] = doors.desks
    application[keys.BRIEFING] = doors.briefing
    application[keys.UPLOADS] = asyncio.Semaphore(UPLOADS_AT_ONCE)
    application[keys.WEB_FOLDER] = doors.web_folder
    application.on_response_prepare.append(dresser(doors.origins))
    mount(application, table)
    return application
