"""`/health` and `/metrics`: what stands behind each port, and what is missing when calls cannot be served (E08)."""

from aiohttp import web

from kitt_rtc import __version__
from kitt_rtc.api.bodies import tell
from kitt_rtc.api.forms import Health, StandingSeen
from kitt_rtc.api.keys import METRICS, STANDINGS, SWITCHBOARD
from kitt_rtc.ports import Readiness

NEEDED = frozenset({"detector", "transcriber", "store"})
"""Without these ports a call is of no use; without the others it has less to offer."""


async def health(request: web.Request) -> web.Response:
    """200 when calls can be served, 503 and what is missing when not."""
    standings = request.app[STANDINGS]()
    missing = [
        f"{standing.port}: {standing.limits}"
        for standing in standings
        if standing.port in NEEDED and standing.readiness is Readiness.ABSENT
    ]
    board = request.app[SWITCHBOARD]
    if board.draining:
        missing.append("calls: the server is shutting down")
    answer = tell(
        Health(
            status="not_ready" if missing else "ready",
            version=__version__,
            live_calls=len(board.live()),
            engines=[
                StandingSeen(
                    port=standing.port,
                    engine=standing.engine,
                    readiness=standing.readiness.value,
                    limits=standing.limits,
                )
                for standing in standings
            ],
            missing=missing,
        ),
        status=503 if missing else 200,
    )
    if missing:
        answer.headers["Retry-After"] = "5"
    return answer


async def measures(request: web.Request) -> web.Response:
    """The figures of this process, for Prometheus."""
    body, content_type = request.app[METRICS].render()
    return web.Response(body=body, headers={"Content-Type": content_type})
