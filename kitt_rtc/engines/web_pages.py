"""Pages of the web for the knowledge base, fetched with care: whoever names an address may name any.

The law: http and https only, nobody in the own network unless the house allows it, a size, a time and a few
redirections, each looked at like the first address. The address that was checked is the one that is connected to.
"""

import asyncio
import socket
from dataclasses import dataclass
from ipaddress import ip_address

from aiohttp import ClientError, ClientResponse, ClientSession, ClientTimeout, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from kitt_rtc.model.errors import EngineRefused, EngineTimeout, EngineUnavailable
from kitt_rtc.ports import Fetched

_ENGINE = "web"
_PIECE = 65_536
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class WebOptions:
    private: bool = False
    """May addresses of the own network and of this machine be asked?"""
    max_bytes: int = 10_000_000
    """As unpacked."""
    seconds: float = 20.0
    """For a page with all its redirections."""
    redirects: int = 3


class WebPages:
    """Fits `PageFetcher`."""

    def __init__(self, options: WebOptions = WebOptions()) -> None:
        self._options = options

    async def fetch(self, address: str) -> Fetched:
        options = self._options
        connector = TCPConnector(resolver=_Resolver(private=options.private), limit=4, ttl_dns_cache=0)
        try:
            async with (
                asyncio.timeout(options.seconds),
                ClientSession(connector=connector, timeout=ClientTimeout(total=None), trust_env=False) as session,
            ):
                return await self._follow(session, self._checked(address))
        except TimeoutError as error:
            raise EngineTimeout(_ENGINE, f"no answer within {options.seconds:g} s", retryable=True) from error
        except (ClientError, OSError, ValueError) as error:
            refused = next((cause for cause in _causes(error) if isinstance(cause, EngineRefused)), None)
            raise refused or EngineUnavailable(
                _ENGINE, f"cannot be fetched ({type(error).__name__})", retryable=True
            ) from error

    async def _follow(self, session: ClientSession, address: URL) -> Fetched:
        for _ in range(self._options.redirects + 1):
            async with session.get(address, allow_redirects=False, headers={"User-Agent": "KITT-RTC"}) as answer:
                if answer.status in _REDIRECTS and "Location" in answer.headers:
                    address = self._checked(str(address.join(URL(answer.headers["Location"]))))
                    continue
                if answer.status != 200:
                    raise EngineRefused(_ENGINE, f"answers with status {answer.status}")
                return Fetched(address.path, answer.content_type, await self._body(answer))
        raise EngineRefused(_ENGINE, f"redirects more than {self._options.redirects} times")

    async def _body(self, answer: ClientResponse) -> bytes:
        body = bytearray()
        async for piece in answer.content.iter_chunked(_PIECE):
            body += piece
            if len(body) > self._options.max_bytes:
                raise EngineRefused(_ENGINE, f"larger than {self._options.max_bytes} bytes")
        return bytes(body)

    def _checked(self, address: str) -> URL:
        try:
            url = URL(address)
        except ValueError as error:
            raise EngineRefused(_ENGINE, "not an address") from error
        if url.scheme not in {"http", "https"} or not url.host:
            raise EngineRefused(_ENGINE, "not an address that begins with http:// or https://")
        if url.user or url.password:
            raise EngineRefused(_ENGINE, "an address with a name or a password in it is not asked")
        if not self._options.private and _is_number(url.host):
            _refuse_private(url.host)  # a number is not resolved, so the resolver does not see it
        return url


class _Resolver(AbstractResolver):
    """Names to numbers, but to none of the own network. (The library's resolver is made to be inherited from.)"""

    def __init__(self, *, private: bool) -> None:
        self._inner = ThreadedResolver()
        self._private = private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._inner.resolve(host, port, family)
        for one in () if self._private else found:
            _refuse_private(one["host"])
        return found

    async def close(self) -> None:
        await self._inner.close()


def _refuse_private(number: str) -> None:
    address = ip_address(number.partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    if not address.is_global or address.is_multicast:
        raise EngineRefused(_ENGINE, "an address of the own network: INGEST_PRIVATE_ADDRESSES=true lets it be asked")


def _is_number(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
