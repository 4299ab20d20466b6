"""`/audio`: both sides of a talk as WAV, through the same steps as a live call (contract E04)."""

import asyncio
from collections.abc import Mapping, Sequence

from aiohttp import web

from kitt_rtc.api import views
from kitt_rtc.api.advice_forms import Digested, SideHeard, Transcriptions
from kitt_rtc.api.bodies import path_session, read_parts, tell
from kitt_rtc.api.keys import DIGEST, OPTIONS, SWITCHBOARD, UPLOADS
from kitt_rtc.api.reasons import why_no_insight
from kitt_rtc.calls.conductor import Conductor
from kitt_rtc.media.wav import read_wav
from kitt_rtc.model.errors import BadForm, BadSound, CallNotFound, CallOver
from kitt_rtc.model.facts import Entry, SegmentSkipped
from kitt_rtc.model.figures import spoken
from kitt_rtc.model.speech import Role

CLIENT, COMMERCIAL = "client_audio", "commercial_audio"
_SALE: Mapping[str, Role] = {CLIENT: Role.CUSTOMER, COMMERCIAL: Role.REP}
_SIDES: Mapping[str, Mapping[str, Role]] = {
    "support": {CLIENT: Role.TECHNICIAN, COMMERCIAL: Role.SUPPORT_AGENT},
}
"""Who the two sides are where they are not a client and a commercial."""


async def upload(request: web.Request) -> web.Response:
    """E04: both sides are written down side by side, then one turn of the adviser."""
    session_id = path_session(request)
    conductor = await _live(request, session_id)
    roles = _SIDES.get(conductor.call.conversation.playbook, _SALE)
    async with request.app[UPLOADS]:
        voices = await _voices(request)
        entries = await request.app[DIGEST].digest(conductor, {roles[name]: pcm for name, pcm in voices.items()})
    known = conductor.call.conversation
    shown = next((card for card in reversed(views.insights(entries)) if card.status == "given"), None)
    why = None if shown else why_no_insight(entries, known)
    return tell(
        Digested(
            session_id=session_id,
            transcriptions=Transcriptions(
                client=_heard(entries, roles[CLIENT]) if CLIENT in voices else None,
                commercial=_heard(entries, roles[COMMERCIAL]) if COMMERCIAL in voices else None,
            ),
            phase=known.phase,
            insight=shown,
            reason_code=why.code if why else "",
            reason=why.words if why else "",
            troubles=views.troubles(entries),
        )
    )


async def _live(request: web.Request, session_id: str) -> Conductor:
    """Raises CallOver for a call that has ended, CallNotFound for one that never was."""
    board = request.app[SWITCHBOARD]
    try:
        return board.find(session_id)
    except CallNotFound:
        await board.story(session_id)
        raise CallOver("the call is over: nothing can be added to it") from None


async def _voices(request: web.Request) -> Mapping[str, bytes]:
    """House sound by side. Everything is read before anything is written down."""
    options = request.app[OPTIONS]
    parts = await read_parts(request, names=(CLIENT, COMMERCIAL), limit=options.upload_bytes)
    if not parts:
        fault = "send one of them at least"
        raise BadForm("no sound was sent", [{"field": name, "message": fault} for name in (CLIENT, COMMERCIAL)])
    return {name: await _sound(name, wav, options.upload_seconds) for name, wav in parts.items()}


async def _sound(name: str, wav: bytes, max_seconds: float) -> bytes:
    try:
        return await asyncio.to_thread(read_wav, wav, max_seconds=max_seconds)
    except BadSound as error:
        raise BadSound(f"{name}: {error.message}") from error


def _heard(entries: Sequence[Entry], role: Role) -> SideHeard:
    said = [utterance for utterance in spoken(entries) if utterance.speaker.role is role]
    skips = [fact.reason for entry in entries if isinstance(fact := entry.fact, SegmentSkipped) and fact.role == role]
    return SideHeard(
        text=" ".join(utterance.text for utterance in said),
        segments=[views.message(utterance) for utterance in said],
        reason=skips[0] if skips and not said else "",
    )
