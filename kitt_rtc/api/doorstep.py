"""Where connections arrive: how many may be open, and how long one may take to say what it wants.

The rest of a request's limits are `bodies.py`'s; aiohttp has none of its own (RELIABILITY trap 10).
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import hdrs, web
from aiohttp.http_exceptions import HttpProcessingError

from kitt_rtc.api.middleware import HEADERS, refusal

_FULL = (
    b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\n"
    b"Content-Type: application/json\r\nContent-Length: 97\r\n\r\n"
    b'{"success": false, "error": {"code": "too_many_connections", "message": "too many connections"}}\n'
)


@dataclass(frozen=True, slots=True)
class ListenOptions:
    host: str = "127.0.0.1"
    port: int = 8_000
    """0 takes a free one."""
    max_connections: int = 1_000
    head_seconds: float = 10.0
    """For a request's head to arrive, and for an idle connection to ask again."""
    shutdown_seconds: float = 3.0
    """For answers under way when the doors close."""


@asynccontextmanager
async def listening(application: web.Application, options: ListenOptions) -> AsyncIterator[int]:
    """Serve the application; the port it is served on. Raises OSError when the address cannot be had."""
    runner = web.AppRunner(application, shutdown_timeout=options.shutdown_seconds)
    await runner.setup()
    try:
        loop = asyncio.get_running_loop()
        doorstep = _Doorstep(runner, options)
        listener = await loop.create_server(doorstep.welcome, options.host, options.port, backlog=1_024)
        try:
            yield listener.sockets[0].getsockname()[1]
        finally:
            listener.close()
    finally:
        await runner.cleanup()


def _short_logger() -> logging.Logger:
    """For aiohttp's own trouble: it would quote what it could not read, tokens and all, with every traceback."""
    logger = logging.getLogger(f"{__name__}.server")
    logger.addFilter(_shorten)
    return logger


def _shorten(record: logging.LogRecord) -> bool:
    """Nothing of a sender's nonsense, or of one who has gone; the kind of everything else."""
    error = record.exc_info[1] if record.exc_info else None
    record.msg, record.args, record.exc_info = "connection failed", (), None
    record.error = type(error).__name__
    return not isinstance(error, HttpProcessingError | web.RequestPayloadError | ConnectionError)


class _Doorstep:
    """Makes a connection's protocol: the server's own while there is room, a short refusal when there is none."""

    def __init__(self, runner: web.AppRunner, options: ListenOptions) -> None:
        assert runner.server is not None
        self._server = runner.server
        self._options = options
        self._logger = _short_logger()

    def welcome(self) -> asyncio.Protocol:
        if len(self._server.connections) >= self._options.max_connections:
            return _Full()
        return _Reception(
            self._server,
            loop=asyncio.get_running_loop(),
            # None, which the annotation forgets, is no log: the query of a socket's address carries a token.
            access_log=None,  # type: ignore[arg-type]
            logger=self._logger,
            keepalive_timeout=self._options.head_seconds,
        )


class _Reception(web.RequestHandler):
    """The server's own protocol. What it cannot even read as a request is refused in the house's one shape, too:
    aiohttp would send its version, and the sender's words back. Its hook for that is a method to be overridden.
    """

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        super().handle_error(request, status, exc, message)  # logs, and stops where an answer is under way
        if status < 500:
            answer = refusal(status, "bad_request", "this is not a request that can be read")
        else:
            answer = refusal(status, "internal", "something went wrong here")
        answer.headers.update({**HEADERS, hdrs.SERVER: "KITT RTC"})
        answer.force_close()
        return answer


class _Full(asyncio.Protocol):
    """Says that there is no room, and hangs up."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        transport.write(_FULL)
        transport.close()
