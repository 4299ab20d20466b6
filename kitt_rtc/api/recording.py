"""`/calls/{session_id}/recording`: what is recorded of a call, and its sound."""

from aiohttp import hdrs, web

from kitt_rtc.api.bodies import path_session, read_form, tell
from kitt_rtc.api.call_forms import RecordingForm, RecordingTold
from kitt_rtc.api.keys import RECORDINGS, SWITCHBOARD
from kitt_rtc.api.middleware import refusal
from kitt_rtc.calls.recorder import Act
from kitt_rtc.model.errors import CallNotFound, CallOver

OGG = "audio/ogg"


async def change(request: web.Request) -> web.Response:
    """Start, pause, resume or stop; a second time tells the same again."""
    session_id = path_session(request)
    board = request.app[SWITCHBOARD]
    form = await read_form(request, RecordingForm)
    try:
        conductor = board.find(session_id)
    except CallNotFound:
        await board.story(session_id)
        raise CallOver("the call is over") from None
    state = conductor.recorder.change(Act(form.action))
    return tell(RecordingTold.model_validate({"state": state}))


async def sound(request: web.Request) -> web.StreamResponse:
    """The file, or the bytes of it that are asked for; of a live call as far as it is written."""
    session_id = path_session(request)
    await request.app[SWITCHBOARD].story(session_id)
    recordings = request.app[RECORDINGS]
    path = recordings.find(session_id) if recordings is not None else None
    if path is None:
        return refusal(404, "recording_not_found", "this call was not recorded")
    return web.FileResponse(path, headers={hdrs.CONTENT_TYPE: OGG})
