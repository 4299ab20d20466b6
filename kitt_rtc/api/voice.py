"""The telephone network's own doors: what to do with a call, how a call goes, and its sound (E14, E15, F13).

Every request is signed, and a stream shows a ticket besides: see `network.py` and `calls/phone_lines.py`. Callbacks
only tell; they never redirect a stream that lives.
"""

import logging
import secrets
from collections.abc import Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime

from aiohttp import web

from kitt_rtc.api.dialling import masked_number
from kitt_rtc.api.forms import MOST_VOICES
from kitt_rtc.api.handset import Handset
from kitt_rtc.api.keys import PHONE_OPTIONS, PHONES, RECEPTION, SWITCHBOARD
from kitt_rtc.api.media_socket import MediaSocket
from kitt_rtc.api.network import addresses, check_handshake, news_of, signed_form
from kitt_rtc.calls.conductor import Conductor
from kitt_rtc.calls.phone_lines import PhoneLine
from kitt_rtc.calls.reception import Welcome
from kitt_rtc.calls.ring_back import STAFF
from kitt_rtc.calls.switchboard import CallOrder
from kitt_rtc.model.errors import CallNotFound, CallOver, KittError, NotAllowed, TooManyCalls
from kitt_rtc.model.speech import Role, Speaker
from kitt_rtc.transports.twilio import twiml
from kitt_rtc.transports.twilio.line import Line
from kitt_rtc.transports.twilio.opening import open_stream

logger = logging.getLogger(__name__)

_ENDS = (".", "!", "?")

_CALLERS = {"coaching": (Role.CUSTOMER, "CUSTOMER"), "support": (Role.TECHNICIAN, "TECH")}
"""Who rings a call of which playbook."""


async def voice(request: web.Request) -> web.Response:
    """What to do with a call: one that was ordered and is answered, one that rings here, one whose stream ended."""
    form = await signed_form(request)
    if request.app[SWITCHBOARD].leaving:
        raise TooManyCalls("the server is being started again")
    try:
        line = await _line_for(request, form)
    except KittError as refusal:
        logger.warning("an incoming call was declined", extra={"code": refusal.code})
        return _document(_declined(request, request.app[PHONE_OPTIONS].language))
    if line.given_up:
        await news_of(request).hang_up(line)
        return _document(twiml.decline())
    news_of(request).take(line, form.get("CallStatus", ""))
    turn = _number(request.query.get("turn", "0"), otherwise=-1)
    ticket = request.app[PHONES].ticket(line, turn=turn) if news_of(request).live_call(line) else ""
    if not ticket:
        return _document(twiml.decline() if turn else _declined(request, line.language))
    told = addresses(request)
    shared = {"voices": str(line.voices)} if line.voices > 1 else {}
    return _document(
        twiml.connect(
            greeting="" if turn else _greeting(request, line),
            language=line.language,
            stream_url=told.stream,
            parameters={"session_id": line.call_id, "ticket": ticket, **shared},
            back_url=told.voice(line.order_id, turn + 1),
        )
    )


def _greeting(request: web.Request, line: PhoneLine) -> str:
    """A client whom a rep has rung is greeted by the rep; who works here knows that the call is listened to."""
    options, role = request.app[PHONE_OPTIONS], line.speaker.role
    greeting = options.greetings.get((role, line.language), "")
    if role is Role.CUSTOMER and not line.owns_call:
        greeting = ""
    notice = "" if role in STAFF else options.notices.get(line.language, "")
    if greeting and notice:
        return f"{greeting if greeting.endswith(_ENDS) else greeting + '.'} {notice}"
    return greeting or notice


async def status(request: web.Request) -> web.Response:
    """E15."""
    form = await signed_form(request)
    line = _known_line(request, form)
    if line is not None:
        sequence = _number(form.get("SequenceNumber", ""), otherwise=-1)
        news_of(request).take(
            line,
            form.get("CallStatus", ""),
            at=_moment(form.get("Timestamp", "")),
            sequence=None if sequence < 0 else sequence,
        )
        if line.given_up:
            await news_of(request).hang_up(line)
    return web.Response(status=204)


async def answered_by(request: web.Request) -> web.Response:
    """Who picked up, a person or a machine."""
    form = await signed_form(request)
    line = _known_line(request, form)
    if line is not None:
        news_of(request).take_answerer(line, form.get("AnsweredBy", ""))
    return web.Response(status=204)


async def media_stream(request: web.Request) -> web.StreamResponse:
    """E14. The leg lives in this request."""
    check_handshake(request)
    socket = MediaSocket()
    await socket.prepare(request)
    try:
        await _carry(request, socket)
    except KittError as refusal:
        logger.warning("a media stream was refused", extra={"code": refusal.code, "why": refusal.message})
        await socket.close(refusal.message)
    return socket.response


async def _carry(request: web.Request, socket: MediaSocket) -> None:
    options = request.app[PHONE_OPTIONS]
    opening = await open_stream(socket, seconds=options.start_seconds)
    shown = opening.start.custom_parameters
    line = request.app[PHONES].redeem(
        shown.get("ticket", ""), call_sid=opening.start.call_sid, call_id=shown.get("session_id", "")
    )
    if line is None:
        raise NotAllowed("the stream's ticket is not valid")
    turn = line.streams
    back = addresses(request).voice(line.order_id, turn)  # now: a lost connection does not know its own address
    conductor = request.app[SWITCHBOARD].find(line.call_id)
    await _displace(conductor, line)
    news_of(request).take(line, "in-progress")
    leg = Line(
        socket,
        opening,
        leg_id=f"phone-{secrets.token_hex(4)}",
        speaker=line.speaker,
        voices=_voices(shown, line),
        clock=conductor.call.clock,
        options=options.line,
    )
    try:
        await conductor.host(Handset(leg, conductor.call), line.language)
    except KittError:
        request.app[PHONES].give_up(line)  # no use in coming back
        raise
    if line.streams == turn:
        await _after(request, line, leg, back)


def _voices(shown: Mapping[str, str], line: PhoneLine) -> int:
    """How many people share the telephone: as was ordered, or as the stream's own parameter says."""
    return min(MOST_VOICES, max(1, _number(shown.get("voices", ""), otherwise=line.voices)))


async def _after(request: web.Request, line: PhoneLine, leg: Line, back: str) -> None:
    """The stream is over, and no other has taken its place: is the telephone call? `back` asks for another stream."""
    if request.app[SWITCHBOARD].leaving:
        return  # the network comes back by itself, to the next process
    if leg.reason == "call_over" or news_of(request).live_call(line) is None:
        await news_of(request).hang_up(line)
    elif leg.reason == "lost":
        await news_of(request).ask_back(line, back)
    news_of(request).end_call_with(line)


async def _displace(conductor: Conductor, line: PhoneLine) -> None:
    """A telephone that comes back takes the place of its own dead stream."""
    for leg in list(conductor.call.legs.values()):
        if leg.transport == "twilio" and leg.speaker == line.speaker:
            await leg.hang_up()
            await conductor.left(leg)


async def _line_for(request: web.Request, form: Mapping[str, str]) -> PhoneLine:
    """The line that is asked about; a new one for a telephone that rings here. Raises KittError: it is not taken."""
    known = _known_line(request, form)
    if known is not None:
        return known
    call_sid = form.get("CallSid", "")
    if "order" in request.query or not call_sid:
        raise NotAllowed("an order that nobody placed")
    board = request.app[SWITCHBOARD]
    try:
        conductor, owns_call = board.find(request.query.get("session_id", "")), False
    except CallNotFound:
        playbook = request.app[PHONE_OPTIONS].incoming_playbook
        order = CallOrder(playbook=playbook, number=form.get("From", ""))
        conductor, owns_call = await board.start(order), True
        with suppress(CallOver):  # nobody minds who comes
            request.app[RECEPTION].wish(conductor.call.id, Welcome(masked_number(form.get("From", ""))))
    conversation = conductor.call.conversation
    role, name = _CALLERS.get(conversation.playbook, _CALLERS["support"])
    speaker = Speaker(f"{name}-{secrets.token_hex(3)}", role)
    return request.app[PHONES].order(
        conductor.call.id, speaker, language=conversation.language, owns_call=owns_call, call_sid=call_sid
    )


def _known_line(request: web.Request, form: Mapping[str, str]) -> PhoneLine | None:
    phones, call_sid = request.app[PHONES], form.get("CallSid", "")
    line = phones.adopt(request.query.get("order", ""), call_sid)
    if line is not None:
        return line
    try:
        return phones.find(call_sid)
    except CallNotFound:
        return None


def _declined(request: web.Request, language: str) -> str:
    return twiml.decline(sentence=request.app[PHONE_OPTIONS].refusals.get(language, ""), language=language)


def _document(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/xml", charset="utf-8")


def _number(text: str, *, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else otherwise


def _moment(text: str) -> float | None:
    """Seconds since 1970 of a date as mail writes it (RFC 2822)."""
    try:
        return parsedate_to_datetime(text).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
