"""The web application: doors, middleware and cupboard put together."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from kitt_rtc.api import keys
from kitt_rtc.api.guard import Guard, GuardOptions
from kitt_rtc.api.middleware import dresser, errors
from kitt_rtc.api.origins import Origins, origin_check
from kitt_rtc.api.pages import web_folder
from kitt_rtc.api.routes import mount
from kitt_rtc.calls.digest import Digest
from kitt_rtc.calls.switchboard import Switchboard
from kitt_rtc.ports import Store, Telephony

UPLOADS_AT_ONCE = 8
"""Each may be MAX_UPLOAD_BYTES large."""


@dataclass(frozen=True, slots=True)
class Doors:
    """Everything the handlers need."""

    switchboard: Switchboard
    digest: Digest
    store: Store
    telephony: Telephony
    standings: keys.Standings
    guard: Guard = field(default_factory=lambda: Guard(GuardOptions()))
    origins: Origins = field(default_factory=Origins)
    options: keys.ApiOptions = field(default_factory=keys.ApiOptions)
    web_folder: Path = field(default_factory=web_folder)


def make_application(doors: Doors) -> web.Application:
    """The application, ready to be run. Starts nothing."""
    application = web.Application(
        middlewares=[errors, origin_check(doors.origins)], client_max_size=doors.options.upload_bytes
    )
    application[keys.SWITCHBOARD] = doors.switchboard
    application[keys.DIGEST] = doors.digest
    application[keys.STORE] = doors.store
    application[keys.TELEPHONY] = doors.telephony
    application[keys.STANDINGS] = doors.standings
    application[keys.GUARD] = doors.guard
    application[keys.OPTIONS] = doors.options
    application[keys.UPLOADS] = asyncio.Semaphore(UPLOADS_AT_ONCE)
    application[keys.WEB_FOLDER] = doors.web_folder
    application.on_response_prepare.append(dresser(doors.origins))
    mount(application)
    return application
