"""`/calls/{session_id}/legs`: what is done to one of those who are in a live call."""

from aiohttp import web

from kitt_rtc.api.bodies import path_session, read_form, tell
from kitt_rtc.api.keys import SWITCHBOARD
from kitt_rtc.api.leg_forms import Held, HoldForm, KeysForm, KeysSent


async def hold(request: web.Request) -> web.Response:
    """Put somebody on hold, or take them back. A second time changes nothing."""
    form = await read_form(request, HoldForm)
    leg_id = request.match_info["leg_id"]
    conductor = request.app[SWITCHBOARD].find(path_session(request))
    doer = conductor.call.legs.get(form.by)
    by = doer.speaker.id if doer is not None and doer.speaker is not None else ""
    conductor.hold(leg_id, held=form.held, by=by)
    return tell(Held(leg_id=leg_id, held=form.held))


async def keys(request: web.Request) -> web.Response:
    """Press keys for a machine at the far end of somebody's line."""
    form = await read_form(request, KeysForm)
    leg_id = request.match_info["leg_id"]
    await request.app[SWITCHBOARD].find(path_session(request)).press(leg_id, form.keys)
    return tell(KeysSent(leg_id=leg_id, keys=form.keys))
