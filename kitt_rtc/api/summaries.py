"""`/resume` and `/summary`: a call on a page, for the client's side or the commercial's (contract E06, E07)."""

from dataclasses import asdict

from aiohttp import web

from kitt_rtc.api.advice_forms import ClaimSeen, SummaryMade
from kitt_rtc.api.bodies import path_session, tell
from kitt_rtc.api.keys import SWITCHBOARD
from kitt_rtc.model.insight import Focus


async def resume(request: web.Request) -> web.Response:
    """E06: looks at the client."""
    return await _summary(request, Focus.CLIENT)


async def summary(request: web.Request) -> web.Response:
    """E07: looks at the commercial."""
    return await _summary(request, Focus.REP)


async def _summary(request: web.Request, focus: Focus) -> web.Response:
    session_id = path_session(request)
    written = await request.app[SWITCHBOARD].summarize(session_id, focus)
    return tell(
        SummaryMade(
            session_id=session_id,
            focus="client" if focus is Focus.CLIENT else "commercial",
            summary=written.text,
            language=written.language,
            written_by=written.written_by,
            claims=[ClaimSeen(**asdict(claim)) for claim in written.claims],
        )
    )
