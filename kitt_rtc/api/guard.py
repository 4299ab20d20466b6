"""Who may come in: the house's key for servers, a signed token of one call for browsers.

Law: nothing is told apart that a stranger could learn from. An absent call and somebody else's call answer alike;
keys and signatures are compared in constant time; nothing secret is in an error or a log.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from kitt_rtc.model.errors import CallNotFound, NotAllowed


@dataclass(frozen=True, slots=True)
class GuardOptions:
    api_key: str = ""
    """Key that servers send; empty: whoever comes over loopback is the operator."""
    token_seconds: int = 3_600
    token_secret: bytes = field(default=b"", repr=False)
    """Signs tokens where there is no key, and outlives a restart; empty: one is made, and does not."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sent a request: the operator (a server with the key, or this machine), or the holder of one call's token."""

    call_id: str = ""
    """The one call they may see; empty for the operator, who may see all."""

    @property
    def operator(self) -> bool:
        return not self.call_id

    def enter(self, call_id: str) -> None:
        """Raises CallNotFound for a call that is not theirs, with the words of a call that is not there."""
        if not self.operator and not hmac.compare_digest(self.call_id.encode(), call_id.encode(errors="replace")):
            raise CallNotFound


CALLER = web.RequestKey("caller", Caller)
"""Put into the request by the route table, for every door that is not open to anyone."""


def caller_of(request: web.Request) -> Caller:
    """Who sent this request; the door's row in the route table has already let them in."""
    return request[CALLER]


class Guard:
    """Knows the key, signs tokens, reads credentials."""

    def __init__(self, options: GuardOptions, *, now: Callable[[], float] = time.time) -> None:
        """`now` is seconds since 1970."""
        self._key = options.api_key.encode()
        self.token_seconds = options.token_seconds
        """How long a token lives."""
        # From the key, so that a token is good on every node; else from what is kept; else from chance.
        seed = self._key or options.token_secret or secrets.token_bytes(32)
        self._secret = hmac.digest(seed, b"kitt-rtc call tokens, 1", hashlib.sha256)
        self._now = now

    def token_for(self, call_id: str) -> str:
        """A token that opens this call's doors, and no other's, for a while."""
        claim = _text(f"{int(self._now()) + self.token_seconds}:{call_id}".encode())
        return f"{claim}.{self._signature(claim)}"

    def holder(self, token: str) -> Caller:
        """Whose token this is. Raises NotAllowed when it is not ours, was changed, or has expired."""
        claim, _, signature = token.partition(".")
        if not hmac.compare_digest(self._signature(claim).encode(), signature.encode(errors="replace")):
            raise NotAllowed("this token or key is not valid here")
        expires, _, call_id = _bytes(claim).decode().partition(":")
        if self._now() >= int(expires):
            raise NotAllowed("this token has expired: ask for a new one")
        return Caller(call_id)

    def caller(self, request: web.Request) -> Caller:
        """Who sent this request. Raises NotAllowed: unknown (401) without credentials, known (403) with bad ones."""
        credential = _credential(request)
        if credential is None:
            if not self._key and _from_this_machine(request):
                return Caller()
            remedy = "send `Authorization: Bearer …`" if self._key else "set KITT_API_KEY to be reached from elsewhere"
            raise NotAllowed(f"credentials are needed: {remedy}", known=False)
        if self._key and hmac.compare_digest(self._key, credential.encode(errors="replace")):
            return Caller()
        return self.holder(credential)

    def _signature(self, claim: str) -> str:
        return _text(hmac.digest(self._secret, claim.encode(errors="replace"), hashlib.sha256))


def _credential(request: web.Request) -> str | None:
    """A bearer credential, or, on a WebSocket (where browsers can set no header), what stands behind `?token=`."""
    header = request.headers.get(hdrs.AUTHORIZATION)
    if header is not None:
        scheme, _, credential = header.partition(" ")
        return credential.strip() if scheme.lower() == "bearer" else ""
    if request.headers.get(hdrs.UPGRADE, "").lower() == "websocket":
        return request.query.get("token")
    return None


def _from_this_machine(request: web.Request) -> bool:
    """Over loopback and to loopback's name: neither a tunnel's visitor nor a page that rebound its own name."""
    return is_loopback(request.remote or "") and is_loopback(_name_of(request.host))


def _name_of(host: str) -> str:
    """A Host header without its port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error) as error:
        raise NotAllowed("this token or key is not valid here") from error
