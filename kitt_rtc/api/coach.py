"""`/calls/{session_id}/snooze`: the coach of a live call, told to be quiet for a while."""

from aiohttp import web

from kitt_rtc.api.bodies import path_session, read_form, tell
from kitt_rtc.api.coach_forms import Snoozed, SnoozeForm
from kitt_rtc.api.desk import snooze as snooze_call
from kitt_rtc.api.keys import SWITCHBOARD


async def snooze(request: web.Request) -> web.Response:
    """No cards for so many seconds; 0: it speaks again."""
    form = await read_form(request, SnoozeForm)
    call = request.app[SWITCHBOARD].find(path_session(request)).call
    snooze_call(call, form.seconds, by=form.by)
    until = call.conversation.snoozed_until
    return tell(Snoozed(session_id=call.id, snoozed_until=until, seconds=round(max(0.0, until - call.clock()), 3)))
