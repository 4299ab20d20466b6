"""The simulated telephone network: no account, no telephone, the same way through the house.

An HTTP server on a loopback port that speaks Twilio's REST: `twilio_rest` is pointed at it, so that everything up to
the request is what runs with a real account. What it rings, it rings for real: signed callbacks, TwiML, a media stream
that plays a sound as the person called.
"""

import asyncio
import base64
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from typing import Any, Self

from aiohttp import web

from kitt_rtc.engines.booth_call import ENDED, BoothAccount, BoothCall, CallFacts, Pace
from kitt_rtc.engines.booth_caller import CallerScript

BOOTH_NUMBER = "+33199001000"
"""The booth's own number, of a range that is kept for fiction."""
_FATES = {"0002": "busy", "0003": "no-answer", "0004": "failed"}
"""Numbers with these last digits are not answered."""
_MACHINES = "0005"
"""Numbers with these last digits are answered by a machine."""
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_MAX_CALLS = 500
"""Calls remembered; the oldest that are over go first."""


@dataclass(frozen=True, slots=True)
class BoothOptions:
    script: CallerScript = field(default_factory=CallerScript)
    """What everybody who is rung does, unless `scripts` says otherwise."""
    scripts: Mapping[str, CallerScript] = field(default_factory=dict)
    """What those with these numbers do."""
    auth_token: str = field(default="", repr=False)
    """Signs what the booth sends and opens its doors; empty: one is made."""
    pace: Pace = field(default_factory=Pace)
    shuffled_callbacks: bool = False


class PhoneBooth:
    """An async context manager: owns its server and a task per call."""

    def __init__(self, options: BoothOptions | None = None) -> None:
        self._options = options or BoothOptions()
        self.account = BoothAccount("AC" + secrets.token_hex(16), self._options.auth_token or secrets.token_hex(16))
        """Its credentials; its token also signs what it sends."""
        self.base_url = ""
        """Where it listens, once it is open."""
        self._calls: dict[str, BoothCall] = {}
        self._group = asyncio.TaskGroup()
        self._tasks: set[asyncio.Task[None]] = set()
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1.0)

    @property
    def calls(self) -> Mapping[str, BoothCall]:
        """By CallSid, the oldest first."""
        return self._calls

    async def __aenter__(self) -> Self:
        await self._group.__aenter__()
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        _, port = self._runner.addresses[0][:2]
        self.base_url = f"http://127.0.0.1:{port}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await self._group.__aexit__(None, None, None)
        await self._runner.cleanup()

    def call_in(
        self, voice_url: str, script: CallerScript | None = None, *, status_url: str = "", number: str = "+33199000001"
    ) -> BoothCall:
        """Somebody rings the house: `voice_url` is asked what to do with them."""
        events = frozenset({"completed"})
        facts = CallFacts(_call_sid(), BOOTH_NUMBER, number, "inbound", voice_url, status_url, events)
        return self._begin(facts, script or self._options.script)

    def _begin(self, facts: CallFacts, script: CallerScript) -> BoothCall:
        call = BoothCall(self.account, facts, script, self._options.pace)
        self._calls[facts.sid] = call
        self._forget()
        task = self._group.create_task(call.run(), name=f"booth call {facts.sid}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return call

    def _forget(self) -> None:
        while len(self._calls) > _MAX_CALLS:
            over = next((sid for sid, call in self._calls.items() if call.over.is_set()), None)
            if over is None:
                return
            del self._calls[over]

    # Twilio's REST.

    def _application(self) -> web.Application:
        application = web.Application(middlewares=[self._credentials])
        calls = "/2010-04-01/Accounts/{account}/Calls"
        application.router.add_post(f"{calls}.json", self._create)
        application.router.add_get(calls + "/{sid}.json", self._fetch)
        application.router.add_post(calls + "/{sid}.json", self._update)
        return application

    @web.middleware
    async def _credentials(self, request: web.Request, handler: Any) -> web.StreamResponse:
        expected = base64.b64encode(f"{self.account.sid}:{self.account.token}".encode()).decode()
        given = request.headers.get("Authorization", "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), f"Basic {expected}".encode()):
            return _refusal(401, 20003, "Authenticate")
        if request.match_info.get("account") != self.account.sid:
            return _refusal(404, 20404, "The requested resource was not found")
        answer: web.StreamResponse = await handler(request)
        return answer

    async def _create(self, request: web.Request) -> web.Response:
        form = await request.post()
        to, url = str(form.get("To", "")), str(form.get("Url", ""))
        if not _E164.fullmatch(to):
            return _refusal(400, 21211, "The 'To' number is not a valid phone number")
        if not url.startswith(("http://", "https://")):
            return _refusal(400, 21205, "Url is not a valid URL")
        events = frozenset(str(event) for event in form.getall("StatusCallbackEvent", ["completed"]))
        facts = CallFacts(
            _call_sid(),
            to,
            str(form.get("From", BOOTH_NUMBER)),
            "outbound-api",
            url,
            str(form.get("StatusCallback", "")),
            events,
            _FATES.get(to[-4:], "completed"),
            self._options.shuffled_callbacks,
            str(form.get("AsyncAmdStatusCallback", "")) if form.get("AsyncAmd") == "true" else "",
        )
        script = self._options.scripts.get(to, self._options.script)
        if to.endswith(_MACHINES):
            script = replace(script, answered_by="machine_start")
        return web.json_response(_told(self._begin(facts, script)), status=201)

    async def _fetch(self, request: web.Request) -> web.Response:
        call = self._calls.get(request.match_info["sid"])
        if call is None:
            return _refusal(404, 20404, "The requested resource was not found")
        return web.json_response(_told(call))

    async def _update(self, request: web.Request) -> web.Response:
        call = self._calls.get(request.match_info["sid"])
        if call is None:
            return _refusal(404, 20404, "The requested resource was not found")
        if call.status in ENDED:
            return _refusal(400, 21220, "Call is not in-progress. Cannot redirect.")
        form = await request.post()
        if "Url" in form and "Status" not in form:
            if call.status != "in-progress":
                return _refusal(400, 21220, "Call is not in-progress. Cannot redirect.")
            call.redirect(str(form["Url"]))
            return web.json_response(_told(call))
        if form.get("Status") not in {"completed", "canceled"}:
            return _refusal(400, 21218, "Invalid call status")
        return web.json_response({**_told(call), "status": call.hang_up()})


def _call_sid() -> str:
    return "CA" + secrets.token_hex(16)


def _told(call: BoothCall) -> dict[str, Any]:
    """A call as Twilio describes it."""
    facts = call.facts
    return {
        "sid": facts.sid,
        "to": facts.to,
        "from": facts.from_number,
        "status": call.status,
        "direction": facts.direction,
        "start_time": None if call.started_at is None else formatdate(call.started_at),
        "end_time": None if call.ended_at is None else formatdate(call.ended_at),
        "duration": None if call.ended_at is None else str(call.seconds),
        "api_version": "2010-04-01",
    }


def _refusal(status: int, code: int, message: str) -> web.Response:
    more = f"https://www.twilio.com/docs/errors/{code}"
    return web.json_response({"code": code, "message": message, "more_info": more, "status": status}, status=status)
