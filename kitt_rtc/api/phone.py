"""Ring a telephone, hang it up, know how its call goes (contract E12, E13, E16): the operator's side of `/twilio`."""

import time

from aiohttp import web

from kitt_rtc.api import views
from kitt_rtc.api.bodies import read_form, tell
from kitt_rtc.api.guard import caller_of
from kitt_rtc.api.keys import DIALLING, PHONE_OPTIONS, PHONES, SWITCHBOARD, TELEPHONY
from kitt_rtc.api.network import addresses, news_of
from kitt_rtc.api.phone_forms import EndForm, Initiated, InitiateForm, PhoneEnded, PhoneStatus
from kitt_rtc.calls.conductor import Conductor
from kitt_rtc.calls.phone_lines import PhoneLine
from kitt_rtc.calls.switchboard import CallOrder
from kitt_rtc.model.errors import CallError, CallNotFound, KittError
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.ports import DialOrder

_FRESH_SECONDS = 20.0
"""News older than this is asked for again before it is told."""
_USUAL_IDS = {Role.TECHNICIAN: "TECH001", Role.CUSTOMER: "CUSTOMER"}
_PLAYBOOKS = {Role.TECHNICIAN: "support", Role.CUSTOMER: "coaching"}


async def initiate_call(request: web.Request) -> web.Response:
    """E12. Joins a live call, or starts one that ends with this telephone."""
    form = await read_form(request, InitiateForm)
    caller_of(request).enter(form.session_id)
    role = Role(form.role)
    speaker = Speaker(form.technician_id or _USUAL_IDS[role], role, form.technician_name)
    await _refuse_second(request, form.session_id, speaker)
    request.app[DIALLING].admit(form.phone_number)
    conductor, owns_call = await _call_for(request, form, role)
    line = request.app[PHONES].order(
        conductor.call.id,
        speaker,
        language=_language(form) or conductor.call.conversation.language,
        owns_call=owns_call,
        voices=form.voices,
    )
    try:
        await place(request, line, form.phone_number)
    except KittError:
        if owns_call:
            conductor.call.end("error")
        raise
    return tell(Initiated(call_sid=line.call_sid, session_id=line.call_id))


async def end_call(request: web.Request) -> web.Response:
    """E13. A second time tells the same again."""
    form = await read_form(request, EndForm)
    caller_of(request).enter(form.session_id)
    line = request.app[PHONES].pair(form.call_sid, form.session_id)
    news_of(request).take(line, await request.app[TELEPHONY].hang_up(line.call_sid))
    board = request.app[SWITCHBOARD]
    if line.owns_call:
        conversation = await board.end(line.call_id)
    else:
        await _let_go(board.find(line.call_id), line)
        conversation = await board.conversation(line.call_id)
    return tell(
        PhoneEnded(
            call_sid=line.call_sid,
            duration=round(line.seconds(time.time()), 3),
            session_stats=views.session_stats(conversation),
        )
    )


async def call_status(request: web.Request) -> web.Response:
    """E16."""
    line = request.app[PHONES].find(request.match_info["call_sid"])
    caller_of(request).enter(line.call_id)
    if time.time() - line.status_at > _FRESH_SECONDS:
        await news_of(request).ask(line)
    return tell(
        PhoneStatus(
            call_sid=line.call_sid,
            session_id=line.call_id,
            status=line.status,
            updated_at=round(line.status_at, 3),
            duration=round(line.seconds(time.time()), 3),
            simulated=request.app[TELEPHONY].simulated,
        )
    )


async def _refuse_second(request: web.Request, call_id: str, speaker: Speaker) -> None:
    """Nobody is rung twice for the same call. Raises CallError."""
    line = request.app[PHONES].reaching(call_id, speaker.id)
    if line is None:
        return
    await news_of(request).ask(line)
    if not line.ended:
        raise CallError("this person's telephone is ringing for this call, or is in it")


async def _call_for(request: web.Request, form: InitiateForm, role: Role) -> tuple[Conductor, bool]:
    """The live call that is named, or a new one; and whether it is new."""
    board = request.app[SWITCHBOARD]
    if form.session_id:
        try:
            conductor = board.find(form.session_id)
        except CallNotFound:
            pass
        else:
            await board.recognise(conductor, form.phone_number)
            return conductor, False
    order = CallOrder(form.session_id, _PLAYBOOKS[role], _language(form), number=form.phone_number)
    return await board.start(order), True


def _language(form: InitiateForm) -> str:
    return "" if form.language == "auto" else form.language


async def place(request: web.Request, line: PhoneLine, number: str) -> None:
    """Have the network ring this line's telephone. Raises EngineError."""
    told = addresses(request)
    machines = told.answered_by(line.order_id) if request.app[PHONE_OPTIONS].machine_detection else ""
    order = DialOrder(number, told.voice(line.order_id, 0), told.status(line.order_id), machines)
    try:
        receipt = await request.app[TELEPHONY].dial(order)
    except KittError:
        # Should it ring all the same, its callback finds a line that was given up, and hangs up.
        request.app[PHONES].give_up(line)
        raise
    # The network may have called back before it answered.
    request.app[PHONES].adopt(line.order_id, receipt.call_sid)
    news_of(request).take(line, "initiated")


async def _let_go(conductor: Conductor, line: PhoneLine) -> None:
    for leg in list(conductor.call.legs.values()):
        if leg.transport == "twilio" and leg.speaker == line.speaker:
            await leg.hang_up()
