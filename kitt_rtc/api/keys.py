"""The application's cupboard: what a handler may reach for, by typed key.

A key's type lives in a room that does not import this one. The cupboard is filled in `application.py` and read only.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiohttp import web

from kitt_rtc.api.dialling import Dialling
from kitt_rtc.api.guard import Guard
from kitt_rtc.api.knowledge_forms import KnowledgeDesk
from kitt_rtc.api.phone_forms import PhoneOptions
from kitt_rtc.api.reception_forms import ReceptionOptions
from kitt_rtc.api.rtc_forms import EventsOptions, RtcOptions
from kitt_rtc.calls.approval import Approvals
from kitt_rtc.calls.digest import Digest
from kitt_rtc.calls.eraser import Eraser
from kitt_rtc.calls.phone_lines import PhoneLines
from kitt_rtc.calls.reception import Reception
from kitt_rtc.calls.switchboard import Switchboard
from kitt_rtc.metrics import Metrics
from kitt_rtc.pipeline.briefing import Briefing
from kitt_rtc.ports import Lacks, Profiles, ProposedArticles, Recordings, Standing, Store, Telephony

Standings = Callable[[], Sequence[Standing]]
"""What stands behind each port at this moment."""


@dataclass(frozen=True, slots=True)
class ApiOptions:
    """What the doors themselves may be told."""

    upload_bytes: int = 20_000_000
    """The largest upload."""
    upload_seconds: float = 3_600.0
    """The longest sound that is taken, in seconds."""
    body_seconds: float = 30.0
    """A request's body has to be there after this long."""
    public_base: str = ""
    """The http(s) address the world reaches this server under; empty when it has none."""


SWITCHBOARD = web.AppKey("switchboard", Switchboard)
DIGEST = web.AppKey("digest", Digest)
GUARD = web.AppKey("guard", Guard)
STORE: web.AppKey[Store] = web.AppKey("store")
KNOWLEDGE = web.AppKey("knowledge", KnowledgeDesk)
LACKS: web.AppKey[Lacks] = web.AppKey("lacks")
PROPOSALS: web.AppKey[ProposedArticles] = web.AppKey("proposals")
PROFILES: web.AppKey[Profiles] = web.AppKey("profiles")
ERASER = web.AppKey("eraser", Eraser)
APPROVALS = web.AppKey("approvals", Approvals)
RECORDINGS: web.AppKey[Recordings | None] = web.AppKey("recordings")
"""None where nothing can be recorded."""
TELEPHONY: web.AppKey[Telephony] = web.AppKey("telephony")
STANDINGS: web.AppKey[Standings] = web.AppKey("standings")
METRICS = web.AppKey("metrics", Metrics)
PHONES = web.AppKey("phones", PhoneLines)
RECEPTION = web.AppKey("reception", Reception)
RECEPTION_OPTIONS = web.AppKey("reception_options", ReceptionOptions)
BRIEFING = web.AppKey("briefing", Briefing)
DIALLING = web.AppKey("dialling", Dialling)
PHONE_OPTIONS = web.AppKey("phone_options", PhoneOptions)
RTC_OPTIONS = web.AppKey("rtc_options", RtcOptions)
EVENTS_OPTIONS = web.AppKey("events_options", EventsOptions)
UPLOADS = web.AppKey("uploads", asyncio.Semaphore)
"""How many uploads may be in memory at once; the others wait before their first byte is read."""
WEB_FOLDER = web.AppKey("web_folder", Path)
DOCUMENT: web.AppKey[dict[str, Any]] = web.AppKey("document")
"""The OpenAPI document."""
OPTIONS = web.AppKey("options", ApiOptions)
