"""Is this really the telephone network? Its signature, checked in constant time; no vendor code.

`X-Twilio-Signature` is base64 of HMAC-SHA1, keyed with the account's token, over the address as the network knows it,
followed by the sorted names and values of the form (twilio.com/docs/usage/webhooks/webhooks-security). The address
comes from the settings, never from what a request says of itself.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit, urlunsplit

HEADER = "X-Twilio-Signature"
_USUAL_PORTS = {"https": 443, "http": 80, "wss": 443, "ws": 80}
_SISTERS = {
    **dict.fromkeys(("wss", "https"), ("wss", "https")),
    **dict.fromkeys(("ws", "http"), ("ws", "http")),
}
Fields = Sequence[tuple[str, str]]


def signature(token: str, address: str, form: Fields = ()) -> str:
    """What the network would sign this request with. A name that is repeated counts once with each value."""
    text = address + "".join(name + value for name, value in sorted(set(form)))
    digest = hmac.digest(token.encode(), text.encode("utf-8", "surrogatepass"), hashlib.sha1)
    return base64.b64encode(digest).decode()


def is_signed(given: str, *, token: str, addresses: Iterable[str], form: Fields = ()) -> bool:
    """Was the form signed for one of these addresses? False for every empty token or signature."""
    seen = given.encode("utf-8", "surrogatepass")
    found = False
    for address in addresses:
        found |= hmac.compare_digest(signature(token, address, form).encode(), seen)
    return found and bool(token) and bool(given)


def web_addresses(bases: Iterable[str], target: str) -> list[str]:
    """Every form of address the network may have signed: with and without the port."""
    return [form for base in bases for form in _port_forms(base.rstrip("/") + target)]


def socket_addresses(streams: Iterable[str]) -> list[str]:
    """The same for the stream's handshake: as a socket's address or as a page's, with and without a slash behind."""
    forms: list[str] = []
    for stream in streams:
        parts = urlsplit(stream)._replace(query="", fragment="")
        for scheme in _SISTERS.get(parts.scheme, ()):
            address = urlunsplit(parts._replace(scheme=scheme)).rstrip("/")
            forms += [*_port_forms(address), *_port_forms(address + "/")]
    return forms


def _port_forms(address: str) -> list[str]:
    parts = urlsplit(address)
    usual = _USUAL_PORTS.get(parts.scheme)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    forms = [address]
    if parts.port is None:
        forms.append(address.replace(f"://{parts.netloc}", f"://{parts.netloc}:{usual}", 1))
    else:
        forms.append(address.replace(f"://{parts.netloc}", f"://{host}", 1))
    return forms
