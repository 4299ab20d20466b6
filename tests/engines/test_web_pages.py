"""Pages that an operator names, over real sockets: what is fetched, and what is refused with its reason."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from kitt_rtc.engines.web_pages import WebOptions, WebPages
from kitt_rtc.model.errors import EngineError, EngineRefused, EngineTimeout, EngineUnavailable

NEVER = web.AppKey("never", asyncio.Event)
OPEN = WebOptions(private=True, max_bytes=10_000, seconds=5.0)


async def page(_: web.Request) -> web.Response:
    return web.Response(text="<p>The pump is dry.</p>", content_type="text/html", charset="utf-8")


async def huge(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    answer.enable_compression(web.ContentCoding.gzip)
    await answer.prepare(request)
    for _ in range(100):
        await answer.write(b"word " * 1_000)
    return answer


async def onwards(request: web.Request) -> web.Response:
    raise web.HTTPFound(request.query["to"])


async def round_and_round(_: web.Request) -> web.Response:
    raise web.HTTPFound("/round")


async def slow(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse()
    await answer.prepare(request)
    await request.app[NEVER].wait()
    return answer


HANDLERS = {"/page": page, "/huge": huge, "/onwards": onwards, "/slow": slow, "/round": round_and_round}


@asynccontextmanager
async def site() -> AsyncIterator[str]:
    application = web.Application()
    application[NEVER] = asyncio.Event()
    for path, handler in {
        "/page": page,
        "/huge": huge,
        "/onwards": onwards,
        "/slow": slow,
        "/round": round_and_round,
    }.items():
        application.router.add_get(path, handler)
    server = TestServer(application)
    await server.start_server()
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        application[NEVER].set()
        await server.close()


@pytest.fixture
async def base() -> AsyncIterator[str]:
    async with site() as address:
        yield address


async def reason(address: str, options: WebOptions = OPEN) -> EngineError:
    with pytest.raises(EngineError) as raised:
        await WebPages(options).fetch(address)
    return raised.value


async def test_a_page_comes_with_its_type_by_way_of_a_redirection(base: str) -> None:
    for address in (f"{base}/page", f"{base}/onwards?to=/page"):
        found = await WebPages(OPEN).fetch(address)
        assert (found.path, found.content_type, found.data) == ("/page", "text/html", b"<p>The pump is dry.</p>")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]"])
async def test_nobody_of_the_own_network_is_asked(base: str, host: str) -> None:
    port = base.rpartition(":")[2]
    told = await reason(f"http://{host}:{port}/page", WebOptions(seconds=5.0))
    assert isinstance(told, EngineRefused)
    assert "INGEST_PRIVATE_ADDRESSES" in told.message


@pytest.mark.parametrize("host", ["10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "[fd00::1]", "[fe80::1]"])
async def test_private_numbers_are_refused_before_anything_is_sent(host: str) -> None:
    assert "INGEST_PRIVATE_ADDRESSES" in (await reason(f"http://{host}/", WebOptions(seconds=5.0))).message


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "ftp://example.com/a", "javascript:alert(1)", "example.com", "", "http://", "http://a:b@c/"],
)
async def test_only_web_addresses_are_asked(address: str) -> None:
    assert isinstance(await reason(address), EngineRefused)


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://example.com/"])
async def test_a_redirection_is_looked_at_like_the_first_address(base: str, to: str) -> None:
    assert "http://" in (await reason(f"{base}/onwards?to={to}")).message


async def test_redirections_end(base: str) -> None:
    assert "redirects more than 3 times" in (await reason(f"{base}/round")).message


async def test_a_page_that_unpacks_to_more_than_is_read_is_refused(base: str) -> None:
    assert "larger than 10000 bytes" in (await reason(f"{base}/huge")).message


async def test_a_page_that_does_not_come_in_time_is_given_up(base: str) -> None:
    told = await reason(f"{base}/slow", WebOptions(private=True, seconds=0.2))
    assert isinstance(told, EngineTimeout)


async def test_a_page_that_is_not_there_says_its_status(base: str) -> None:
    assert "status 404" in (await reason(f"{base}/nothing")).message


async def test_nobody_at_home_is_unavailable() -> None:
    assert isinstance(await reason("http://127.0.0.1:1/"), EngineUnavailable)
