"""`/calls/{session_id}/speakers`: who is who on a shared microphone (R05)."""

import asyncio
import base64
import binascii

from aiohttp import web

from kitt_rtc.api.bodies import path_session, read_form, tell
from kitt_rtc.api.keys import SWITCHBOARD
from kitt_rtc.api.speaker_forms import LineForm, NameForm, SpeakerTold
from kitt_rtc.calls.conductor import Conductor
from kitt_rtc.media.wav import read_wav
from kitt_rtc.model.errors import BadForm
from kitt_rtc.model.speech import Role

_SAMPLE_SECONDS = 30.0


async def register(request: web.Request) -> web.Response:
    """Name a voice, by lines it has said or by a sample of it."""
    form = await read_form(request, NameForm)
    conductor = request.app[SWITCHBOARD].find(path_session(request))
    company = conductor.company
    speaker = await company.register(
        form.microphone if form.sample else company.owner_of(form.utterance_ids[0]),
        form.name,
        role=Role(form.role) if form.role else None,
        by=_doer(conductor, form.by),
        utterance_ids=form.utterance_ids,
        pcm=await _sound(form.sample) if form.sample else b"",
    )
    return tell(SpeakerTold.of(speaker))


async def correct(request: web.Request) -> web.Response:
    """This line was said by another who shares the microphone, or by somebody new."""
    form = await read_form(request, LineForm)
    conductor = request.app[SWITCHBOARD].find(path_session(request))
    utterance_id, by = request.match_info["utterance_id"], _doer(conductor, form.by)
    company = conductor.company
    speaker = company.correct(utterance_id, form.speaker_id, by=by)
    if form.name and not form.speaker_id:
        owner = company.owner_of(utterance_id)
        speaker = await company.register(owner, form.name, by=by, utterance_ids=[utterance_id])
    return tell(SpeakerTold.of(speaker))


async def _sound(sample: str) -> bytes:
    """House sound. Raises BadForm, BadSound."""
    try:
        wav = base64.b64decode(sample, validate=True)
    except binascii.Error:
        raise BadForm("the sample is not base64", [{"field": "sample", "message": "not base64"}]) from None
    return await asyncio.to_thread(read_wav, wav, max_seconds=_SAMPLE_SECONDS)


def _doer(conductor: Conductor, leg_id: str) -> str:
    leg = conductor.call.legs.get(leg_id)
    return leg.speaker.id if leg is not None and leg.speaker is not None else "operator"
