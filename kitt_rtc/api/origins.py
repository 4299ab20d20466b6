"""Whose pages may call: the house's own, and those named in CORS_ORIGINS. Never a star (contract X01).

A request without an `Origin` comes from a server, not from a page, and is the guard's business alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import hdrs, web
from aiohttp.typedefs import Middleware

from kitt_rtc.api.door import Handler
from kitt_rtc.model.errors import NotAllowed

_HARMLESS = frozenset({hdrs.METH_GET, hdrs.METH_HEAD})
_PREFLIGHT_SECONDS = "600"
_TOLD = {
    hdrs.ACCESS_CONTROL_ALLOW_METHODS: "GET, POST, DELETE",
    hdrs.ACCESS_CONTROL_ALLOW_HEADERS: "Authorization, Content-Type",
    hdrs.ACCESS_CONTROL_MAX_AGE: _PREFLIGHT_SECONDS,
}


@dataclass(frozen=True, slots=True)
class Origins:
    """The origins that may change something or read an answer from a page."""

    others: frozenset[str] = frozenset()
    """As in CORS_ORIGINS: scheme, host and port, without a slash behind."""
    public_base: str = ""
    host: str = ""
    """The HOST setting, when one was given."""

    def admits(self, origin: str, host_header: str) -> bool:
        return origin in self.others or self.is_own(origin, host_header)

    def is_own(self, origin: str, host_header: str) -> bool:
        """Is this our own page? A name that anyone could point at this machine is ours only by PUBLIC_URL."""
        if self.public_base and origin == _origin_of(self.public_base):
            return True
        try:
            parts = urlsplit(origin)
        except ValueError:
            return False
        if parts.scheme not in {"http", "https"} or parts.netloc.lower() != host_header.lower():
            return False
        name = parts.hostname or ""
        return bool(name) and (name in {"localhost", self.host} or _is_address(name))

    def headers_for(self, origin: str) -> Mapping[str, str]:
        """What an answer tells the browser of a page from elsewhere."""
        if origin not in self.others:
            return {hdrs.VARY: hdrs.ORIGIN}
        return {
            hdrs.VARY: hdrs.ORIGIN,
            hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: origin,
            hdrs.ACCESS_CONTROL_EXPOSE_HEADERS: "X-Request-Id, Retry-After",
        }


def origin_check(origins: Origins) -> Middleware:
    """The middleware that turns foreign pages away and answers the browser's question before a request."""

    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is None:
            return await handler(request)
        asks = request.method == hdrs.METH_OPTIONS and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
        socket = request.headers.get(hdrs.UPGRADE, "").lower() == "websocket"
        if (request.method not in _HARMLESS or socket) and not origins.admits(origin, request.host):
            raise NotAllowed("this page's origin may not call here: see PUBLIC_URL and CORS_ORIGINS")
        return web.Response(status=204, headers=_TOLD) if asks else await handler(request)

    return check


def _origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
