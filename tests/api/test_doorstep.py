import asyncio
import json

import aiohttp
import pytest
from aiohttp import web

from kitt_rtc.api.doorstep import ListenOptions, listening


def _application() -> web.Application:
    async def hello(request: web.Request) -> web.Response:
        return web.json_response({"hello": True})

    application = web.Application()
    application.router.add_get("/", hello)
    return application


async def test_it_listens_where_it_says():
    async with (
        listening(_application(), ListenOptions(port=0)) as port,
        aiohttp.ClientSession() as session,
        session.get(f"http://127.0.0.1:{port}/") as answer,
    ):
        assert await answer.json() == {"hello": True}


async def test_one_connection_too_many_is_told_to_come_back_and_the_others_live_on():
    async with listening(_application(), ListenOptions(port=0, max_connections=1)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}/") as refused:
            assert refused.status == 503
            assert refused.headers["Retry-After"]
            assert (await refused.json())["error"]["code"] == "too_many_connections"
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        rest = await reader.readuntil(b"200 OK")
        assert rest
        writer.close()
        await writer.wait_closed()


async def test_a_head_that_does_not_come_is_shed():
    async with listening(_application(), ListenOptions(port=0, head_seconds=0.1)) as port:
        for begun in (b"", b"GET / HTTP/1.1\r\nHost:"):
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            writer.write(begun)
            async with asyncio.timeout(5):
                assert await reader.read() == b""
            writer.close()
            await writer.wait_closed()


async def test_nonsense_is_answered_and_never_quoted_in_the_log(caplog: pytest.LogCaptureFixture):
    async with listening(_application(), ListenOptions(port=0)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /?token=secret HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
        assert b" 400 " in await reader.readline()
        writer.close()
        await writer.wait_closed()
    assert "secret" not in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /?token=secret HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"G\xffT /secret HTTP/1.1\r\n\r\n",
        b"GET /" + b"secret" * 2_000 + b" HTTP/1.1\r\n\r\n",
        b"GET http://[secret HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=["twice", "method", "long", "address", "smuggling", "http2", "tls"],
)
async def test_what_is_no_request_is_refused_in_the_one_shape_and_is_told_nothing(
    request_line: bytes, caplog: pytest.LogCaptureFixture
):
    async with listening(_application(), ListenOptions(port=0)) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request_line)
        async with asyncio.timeout(5):
            answer = await reader.read()
        writer.close()
        await writer.wait_closed()
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b" 400 " in head.splitlines()[0]
    assert json.loads(body) == {
        "success": False,
        "error": {"code": "bad_request", "message": "this is not a request that can be read"},
    }
    assert b"aiohttp" not in head
    assert b"Server: KITT RTC" in head
    assert b"X-Content-Type-Options: nosniff" in head
    assert "secret" not in caplog.text
