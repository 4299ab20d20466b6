"""`/rtc`: a browser joins a call, leaves it, and learns how to reach us."""

import base64
import hashlib
import hmac
import secrets
import time
from dataclasses import replace

from aiohttp import web

from kitt_rtc.api.bodies import read_form, tell
from kitt_rtc.api.desk import Desk
from kitt_rtc.api.guard import caller_of
from kitt_rtc.api.keys import RTC_OPTIONS, SWITCHBOARD
from kitt_rtc.api.rtc_forms import Answered, IceServerSeen, OfferForm, RtcConfig, RtcOptions
from kitt_rtc.calls.conductor import Conductor
from kitt_rtc.calls.switchboard import Switchboard
from kitt_rtc.model.errors import CallNotFound, CallOver, KittError, TooManyCalls
from kitt_rtc.model.facts import LegJoined
from kitt_rtc.model.speech import Speaker
from kitt_rtc.transports.webrtc.peer import Peer, PeerOptions
from kitt_rtc.transports.webrtc.session import IceServer


async def offer(request: web.Request) -> web.Response:
    """`POST /rtc/offer`: answered at once; the leg lives on in its call."""
    form = await read_form(request, OfferForm)
    caller_of(request).enter(form.session_id)
    conductor = await _live(request.app[SWITCHBOARD], form.session_id)
    call = conductor.call
    peer = await Peer.answer(
        form.sdp,
        leg_id=f"{call.id}.{secrets.token_hex(4)}",
        speaker=form.person,
        clock=call.clock,
        journal=call.journal,
        captions=call.captions,
        drafts=call.drafts,
        voices=form.voices,
        options=peer_options(request.app[RTC_OPTIONS], now=time.time()),
    )
    if form.speaker is not None:
        await _displace(conductor, form.person)
    try:
        conductor.invite(Desk(peer, call), "" if form.language == "auto" else form.language)
    except (KittError, RuntimeError):
        await peer.close()
        raise
    return tell(Answered(leg_id=peer.id, sdp=peer.answer_sdp))


async def _displace(conductor: Conductor, person: Speaker) -> None:
    """A page that comes back takes the place of its own dead connection: nobody is in a call twice."""
    for leg in list(conductor.call.legs.values()):
        if leg.transport == "webrtc" and leg.speaker is not None and leg.speaker.id == person.id:
            await leg.hang_up()
            await conductor.left(leg)


async def leave(request: web.Request) -> web.Response:
    """`DELETE /rtc/{leg_id}`: 204, also for a leg that has left already; 404 for one that never was."""
    leg_id = request.match_info["leg_id"]
    call_id = call_of(leg_id)
    caller_of(request).enter(call_id)
    switchboard = request.app[SWITCHBOARD]
    story = await switchboard.story(call_id)
    if not any(isinstance(entry.fact, LegJoined) and entry.fact.leg_id == leg_id for entry in story):
        raise CallNotFound
    for conductor in switchboard.live():
        leg = conductor.call.legs.get(leg_id)
        if leg is not None:
            await leg.hang_up()
    return web.Response(status=204)


async def config(request: web.Request) -> web.Response:
    """`GET /rtc/config`: what a browser's RTCPeerConnection is made with."""
    user = caller_of(request).call_id or "operator"
    return tell(RtcConfig(iceServers=ice_servers(request.app[RTC_OPTIONS], user=user, now=time.time())))


def call_of(leg_id: str) -> str:
    """The call that a leg was named after."""
    return leg_id.rpartition(".")[0]


def ice_servers(options: RtcOptions, *, user: str, now: float) -> list[IceServerSeen]:
    """STUN servers as they are; TURN servers with a credential that ends by itself (TURN REST API, HMAC-SHA1).

    `now` is seconds since 1970.
    """
    turn = [url for url in options.ice_servers if url.startswith(("turn:", "turns:"))]
    stun = [url for url in options.ice_servers if url not in turn]
    servers = [IceServerSeen(urls=stun)] if stun else []
    if turn:
        username = f"{int(now) + options.turn_seconds}:{user}" if options.turn_secret else ""
        digest = hmac.digest(options.turn_secret.encode(), username.encode(), hashlib.sha1)
        credential = base64.b64encode(digest).decode() if options.turn_secret else ""
        servers.append(IceServerSeen(urls=turn, username=username, credential=credential))
    return servers


def peer_options(options: RtcOptions, *, now: float) -> PeerOptions:
    """Of a new leg: with credentials of our own where this server is reached by relay."""
    if not options.relay:
        return options.peer
    known = ice_servers(options, user="kitt", now=now)
    servers = tuple(IceServer(url, server.username, server.credential) for server in known for url in server.urls)
    return replace(options.peer, session=replace(options.peer.session, ice_servers=servers))


async def _live(switchboard: Switchboard, call_id: str) -> Conductor:
    """The live call. Raises CallOver when it has ended, CallNotFound when it never was.

    TooManyCalls while calls are left to the next process: there the page is to come back.
    """
    if switchboard.leaving:
        raise TooManyCalls("the server is being started again")
    try:
        return switchboard.find(call_id)
    except CallNotFound:
        await switchboard.story(call_id)
        raise CallOver("the call is over") from None
