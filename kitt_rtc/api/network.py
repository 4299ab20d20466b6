"""The telephone network at our doors: the addresses it is given, and the proof that it is the network who comes.

Law: no proof, no work. A request without a signature is turned away before its body is read, and no address comes from
what a request says of itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from kitt_rtc.api.bodies import read_bytes
from kitt_rtc.api.keys import PHONE_OPTIONS, PHONES, SWITCHBOARD, TELEPHONY
from kitt_rtc.api.signature import HEADER, is_signed, socket_addresses, web_addresses
from kitt_rtc.calls.phone_news import PhoneNews
from kitt_rtc.model.errors import NotAllowed

VOICE_PATH = "/twilio/voice"
STATUS_PATH = "/twilio/status"
ANSWERED_BY_PATH = "/twilio/answered-by"
STREAM_PATH = "/twilio/media-stream"
_BODY_BYTES = 65_536
_BODY_SECONDS = 5.0
_MOST_FIELDS = 200
_SOCKETS = {"https": "wss", "http": "ws"}


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the network finds us."""

    base: str
    stream: str

    @classmethod
    def under(cls, base: str, stream: str = "") -> "Addresses":
        """Those of a server that is reached at this http(s) address."""
        scheme, _, rest = base.partition("://")
        return cls(base, stream or f"{_SOCKETS[scheme]}://{rest}{STREAM_PATH}")

    def voice(self, order_id: str, turn: int) -> str:
        """Asked what to do with a line. `turn` is how many streams it has had."""
        return f"{self.base}{VOICE_PATH}?{urlencode({'order': order_id, 'turn': turn})}"

    def status(self, order_id: str) -> str:
        return f"{self.base}{STATUS_PATH}?{urlencode({'order': order_id})}"

    def answered_by(self, order_id: str) -> str:
        return f"{self.base}{ANSWERED_BY_PATH}?{urlencode({'order': order_id})}"


def addresses(request: web.Request) -> Addresses:
    """What the network is told. The phone booth is on this machine, and so are we when nothing else is said."""
    options = request.app[PHONE_OPTIONS]
    if options.public_base and not request.app[TELEPHONY].simulated:
        return Addresses.under(options.public_base, options.stream_url)
    host, port = _own_address(request)
    return Addresses.under(f"http://{host}:{port}")


def news_of(request: web.Request) -> PhoneNews:
    """Where what the network says is taken to."""
    app = request.app
    return PhoneNews(app[PHONES], app[TELEPHONY], app[SWITCHBOARD])


async def signed_form(request: web.Request) -> Mapping[str, str]:
    """The network's form. Raises NotAllowed for everybody else's."""
    given = request.headers.get(HEADER, "")
    if not given or (request.content_length or 0) > _BODY_BYTES:
        raise _stranger()
    try:
        raw = await read_bytes(request, limit=_BODY_BYTES, seconds=_BODY_SECONDS)
        form = parse_qsl(
            raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS, separator="&"
        )
    except (web.HTTPClientError, ValueError):
        raise _stranger() from None
    expected = web_addresses(_bases(request), _target(request))
    if not is_signed(given, token=request.app[PHONE_OPTIONS].auth_token, addresses=expected, form=form):
        raise _stranger()
    return dict(form)


def check_handshake(request: web.Request) -> None:
    """Before the answer 101. Raises NotAllowed when this is not the network."""
    options = request.app[PHONE_OPTIONS]
    streams = [base + _target(request) for base in _bases(request)]
    if options.stream_url:
        streams.append(options.stream_url)
    given = request.headers.get(HEADER, "")
    if not is_signed(given, token=options.auth_token, addresses=socket_addresses(streams)):
        raise _stranger()


def _bases(request: web.Request) -> list[str]:
    """Everything our address may begin with: the public one; this machine's where there is none, or for the booth."""
    public = request.app[PHONE_OPTIONS].public_base
    if public and not request.app[TELEPHONY].simulated:
        return [public]
    host, port = _own_address(request)
    own = [f"http://{name}:{port}" for name in dict.fromkeys((host, "127.0.0.1", "localhost"))]
    return [*own, public] if public else own


def _own_address(request: web.Request) -> tuple[str, int]:
    """The end of this connection that is ours."""
    name = None if request.transport is None else request.transport.get_extra_info("sockname")
    if not isinstance(name, tuple):
        return "127.0.0.1", 80
    return (f"[{name[0]}]" if ":" in name[0] else name[0]), name[1]


def _target(request: web.Request) -> str:
    """Path and query as they came over the wire."""
    if not request.raw_path.startswith("/"):
        raise _stranger()
    return request.raw_path


def _stranger() -> NotAllowed:
    return NotAllowed("this door is the telephone network's: the signature is missing or wrong")
