"""The telephone network: dial, hang up, ask, by Twilio's REST interface or a server that speaks it.

An order is placed once: a request that may have been taken is never sent again, so nobody is rung twice. A call that
is over already, or that nobody knows any more, is over and no error.
"""

import asyncio
import base64
import importlib
import logging
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from aiohttp import ClientError

from kitt_rtc.engines.twilio_faults import ENGINE, translated
from kitt_rtc.model.errors import EngineError, EngineRefused, EngineTimeout, EngineUnavailable
from kitt_rtc.ports import DialOrder, DialReceipt

Answer = TypeVar("Answer")

CALLBACKS = ["initiated", "ringing", "answered", "completed"]
_OVER_CODES = frozenset({20404, 21220})
"""No such call any more; the call is not in progress."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TwilioOptions:
    account_sid: str
    auth_token: str = field(default="", repr=False)
    api_key_sid: str = ""
    """Used instead of the account's token, with its secret."""
    api_key_secret: str = field(default="", repr=False)
    from_number: str = ""
    """E.164: the number calls are made from."""
    base_url: str = ""
    """A server that speaks Twilio's REST; empty: Twilio's own."""
    region: str = ""
    """Of Twilio's own server, like ie1; its credentials are that region's. Empty: the United States, us1."""
    edge: str = ""
    """Where Twilio is entered, like dublin; goes with a region."""
    timeout_seconds: float = 5.0
    ring_seconds: int = 30
    simulated: bool = False
    """The server behind `base_url` is the phone booth."""


class TwilioTelephony:
    """Fits `ports.Telephony`. An async context manager: opened inside the running loop, closed with the house."""

    def __init__(self, options: TwilioOptions) -> None:
        self._options = options
        self._client: Any = None
        self._http: Any = None
        self._refusals: tuple[type[Exception], ...] = ()

    @property
    def simulated(self) -> bool:
        return self._options.simulated

    async def __aenter__(self) -> Self:
        rest, http, errors = await asyncio.to_thread(_vendor)
        self._refusals = (errors.TwilioRestException, errors.TwilioServiceException)
        quiet = logging.getLogger(f"{__name__}.client")
        quiet.setLevel(logging.WARNING)  # at INFO the vendor logs every header it sees
        self._http = http.AsyncTwilioHttpClient(logger=quiet)
        self._client = rest.Client(
            account_sid=self._options.account_sid,
            http_client=self._http,
            environment={"none": ""},  # settings are read in one room only
            credential_provider=_Credentials(self._options),
            **self._place(),
        )
        if self._options.base_url:
            self._client.api.base_url = self._options.base_url
        return self

    @property
    def address(self) -> str:
        """Where orders are sent, once it is open."""
        return str(self._client.get_hostname(self._client.api.base_url))

    def _place(self) -> dict[str, str]:
        """Region and edge become part of the vendor's host name, and would spoil any other."""
        options = self._options
        return {} if options.base_url else {"region": options.region, "edge": options.edge}

    async def __aexit__(self, *_: object) -> None:
        await self._http.close()

    async def dial(self, order: DialOrder) -> DialReceipt:
        """Place an order. Raises EngineRefused for a number or account that will not do; else see `_ask`."""
        call = await self._ask(
            self._client.calls.create_async(
                to=order.to,
                from_=self._options.from_number,
                url=order.answer_url,
                method="POST",
                status_callback=order.status_url,
                status_callback_event=CALLBACKS,
                status_callback_method="POST",
                timeout=self._options.ring_seconds,
                **_machine_detection(order.machine_url),
            ),
            repeatable=False,
        )
        if not isinstance(call.sid, str) or not call.sid:
            raise EngineRefused(ENGINE, "the telephone network's answer has no call in it")
        return DialReceipt(call.sid, str(call.status or "queued"))

    async def hang_up(self, call_sid: str) -> str:
        """End the call, whether it rings or talks; its status afterwards."""
        return await self._status(self._client.calls(call_sid).update_async(status="completed"))

    async def redirect(self, call_sid: str, url: str) -> str:
        """Have the network ask this address anew, whatever the call is doing; its status afterwards."""
        return await self._status(self._client.calls(call_sid).update_async(url=url, method="POST"))

    async def status(self, call_sid: str) -> str:
        """How the call stands; "completed" for one that nobody knows any more."""
        return await self._status(self._client.calls(call_sid).fetch_async())

    async def _status(self, request: Awaitable[Any]) -> str:
        try:
            call = await self._ask(request, repeatable=True)
        except EngineRefused as error:
            if getattr(error.__cause__, "code", None) in _OVER_CODES:
                return "completed"
            raise
        return str(call.status)

    async def _ask(self, request: Awaitable[Answer], *, repeatable: bool) -> Answer:
        """Within the time limit. Raises EngineTimeout, EngineUnavailable, EngineRefused."""
        limit = self._options.timeout_seconds
        try:
            async with asyncio.timeout(limit):
                return await request
        except TimeoutError as error:
            message = f"the telephone network did not answer within {limit:g} seconds"
            raise EngineTimeout(ENGINE, message, retryable=repeatable) from error
        except self._refusals as error:
            raise _translated(error, repeatable=repeatable) from error
        except (ClientError, OSError) as error:
            raise EngineUnavailable(ENGINE, "the telephone network cannot be reached", retryable=repeatable) from error
        except (ValueError, TypeError, AttributeError, LookupError, RecursionError) as error:
            raise EngineRefused(ENGINE, "the telephone network's answer cannot be read") from error


def _machine_detection(url: str) -> dict[str, str]:
    """Who picked up is told later: to wait for it would keep a person who has answered in silence."""
    if not url:
        return {}
    return {
        "machine_detection": "Enable",
        "async_amd": "true",
        "async_amd_status_callback": url,
        "async_amd_status_callback_method": "POST",
    }


class _Credentials:
    """Basic credentials as a header. The client's own way is deprecated by the HTTP library underneath."""

    def __init__(self, options: TwilioOptions) -> None:
        user = options.api_key_sid or options.account_sid
        secret = options.api_key_secret if options.api_key_sid else options.auth_token
        self._header = "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode()

    def to_auth_strategy(self) -> Self:
        return self

    def get_auth_string(self) -> str:
        return self._header


def _vendor() -> tuple[Any, Any, Any]:
    """The client and all it needs for calls: a tenth of a second of imports, in a thread."""
    importlib.import_module("twilio.rest.api.v2010")
    return (
        importlib.import_module("twilio.rest"),
        importlib.import_module("twilio.http.async_http_client"),
        importlib.import_module("twilio.base.exceptions"),
    )


def _translated(error: Any, *, repeatable: bool) -> EngineError:
    """The vendor's refusal in our words. Its own words may hold the number: they are taken out of it."""
    error.args = ()
    error.msg = error.detail = error.title = f"code {error.code}"
    return translated(int(error.status), error.code, repeatable=repeatable)
