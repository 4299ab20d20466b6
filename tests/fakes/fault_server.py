"""A server that does to every request what the test says: the vendor on a bad day."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web


@dataclass
class FaultServer:
    """Answers with `status` and `body`; or, without a status, not at all; or by hanging up."""

    status: int | None = 200
    body: str = "{}"
    hangs_up: bool = False
    base_url: str = ""
    requests: list[tuple[str, str, dict[str, list[str]]]] = field(default_factory=list)
    """Method, path and form of each request."""
    headers: list[dict[str, str]] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        form = await request.post()
        fields = {name: [str(value) for value in form.getall(name)] for name in form}
        self.requests.append((request.method, request.path, fields))
        self.headers.append(dict(request.headers))
        if self.hangs_up and request.transport is not None:
            request.transport.abort()
        if self.status is None:
            await asyncio.Event().wait()
        return web.Response(status=self.status or 200, text=self.body, content_type="application/json")


@asynccontextmanager
async def fault_server(**behaviour: object) -> AsyncIterator[FaultServer]:
    server = FaultServer(**behaviour)  # type: ignore[arg-type]
    application = web.Application()
    application.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()
