"""`POST /calls/{session_id}/hand-over`: leave a call to another, at a desk or on a telephone (R11).

The call's receptionist does the waiting; this door looks whether it can be done, places the order, and answers.
"""

import secrets
from dataclasses import replace

from aiohttp import web

from kitt_rtc.api.bodies import path_session, read_form, tell
from kitt_rtc.api.keys import BRIEFING, DIALLING, PHONES, RECEPTION, SWITCHBOARD
from kitt_rtc.api.phone import place
from kitt_rtc.api.reception_forms import HandOverBegun, HandOverForm
from kitt_rtc.calls.call import Call
from kitt_rtc.calls.reception import HandOver, Wanted
from kitt_rtc.model.errors import BadForm, CallError
from kitt_rtc.model.speech import Role, Speaker


async def hand_over(request: web.Request) -> web.Response:
    """Answers once the other is being rung; what comes of it is in the call's story."""
    form = await read_form(request, HandOverForm)
    call = request.app[SWITCHBOARD].find(path_session(request)).call
    giver = _giver(call, form.by)
    note = form.note or request.app[BRIEFING].note(call.conversation)
    after = call.journal.last
    if form.phone_number:
        order = await _to_number(request, call, HandOver(form.by, giver, giver, note, after=after), form.phone_number)
    else:
        order = HandOver(form.by, giver, _at_desk(request, call, form.speaker_id), note, after=after)
    request.app[RECEPTION].wish(call.id, order)
    return tell(HandOverBegun(to=order.to.id, note=note))


def _giver(call: Call, leg_id: str) -> Speaker:
    """Raises BadForm."""
    leg = call.legs.get(leg_id)
    if leg is None:
        raise BadForm("nobody of this leg is in the call", [{"field": "by", "message": "no leg of this call"}])
    role = Role.REP if call.conversation.playbook == "coaching" else Role.SUPPORT_AGENT
    return leg.speaker or Speaker(leg.id, role)


def _at_desk(request: web.Request, call: Call, speaker_id: str) -> Speaker:
    """Somebody who waits. Raises CallError."""
    if any(leg.speaker is not None and leg.speaker.id == speaker_id for leg in call.legs.values()):
        raise CallError("this person is in the call already")
    role = Role.REP if call.conversation.playbook == "coaching" else Role.SUPPORT_AGENT
    waiting = request.app[RECEPTION].waiting(Wanted(role, speaker_id))
    if not waiting:
        raise CallError("nobody of this speaker_id waits at a desk just now")
    return waiting[0].speaker


async def _to_number(request: web.Request, call: Call, order: HandOver, number: str) -> HandOver:
    """Ring a telephone, as any is rung; its owner takes the giver's role."""
    request.app[DIALLING].admit(number)
    to = Speaker(f"{order.by.role.value}-{secrets.token_hex(3)}", order.by.role)
    line = request.app[PHONES].order(call.id, to, language=call.conversation.language, owns_call=False)
    await place(request, line, number)
    return replace(order, to=to, call_sid=line.call_sid)
