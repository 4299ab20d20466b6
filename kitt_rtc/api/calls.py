"""`/calls`: start a call, end it, look at it, list it, take its story home (contract E01, E02, E03, E05)."""

from collections.abc import Sequence

from aiohttp import web

from kitt_rtc.api import exports, views
from kitt_rtc.api.advice_forms import Insights, InsightStats
from kitt_rtc.api.bodies import path_session, read_form, read_query, tell
from kitt_rtc.api.call_forms import (
    CallList,
    CallListed,
    CallStatus,
    Ended,
    ListQuery,
    Started,
    StartForm,
    State,
    Story,
    Transcript,
    TranscriptQuery,
)
from kitt_rtc.api.keys import GUARD, STORE, SWITCHBOARD
from kitt_rtc.api.middleware import refusal
from kitt_rtc.calls.switchboard import CallOrder
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import CallStarted, Entry
from kitt_rtc.wire import as_dict

_TROUBLES_SHOWN = 10


async def start(request: web.Request) -> web.Response:
    """E01."""
    form = await read_form(request, StartForm)
    language = "" if form.language == "auto" else form.language
    conductor = await request.app[SWITCHBOARD].start(
        CallOrder(form.session_id, form.playbook, language, form.profile_id)
    )
    call, guard = conductor.call, request.app[GUARD]
    return tell(
        Started(
            session_id=call.id,
            playbook=form.playbook,
            language=call.conversation.language,
            token=guard.token_for(call.id),
            token_seconds=guard.token_seconds,
            warnings=_warnings(call.journal.entries()),
        )
    )


async def end(request: web.Request) -> web.Response:
    """E02. Waits for the last words; a second time tells the same again."""
    session_id = path_session(request)
    conversation = await request.app[SWITCHBOARD].end(session_id)
    ended = conversation.ended
    return tell(
        Ended(
            session_id=session_id,
            duration=ended.seconds if ended else 0.0,
            reason=ended.reason if ended else "interrupted",
            session_stats=views.session_stats(conversation),
        )
    )


async def state(request: web.Request) -> web.Response:
    """E03, for a live call or one that is over."""
    session_id = path_session(request)
    board = request.app[SWITCHBOARD]
    live = next((conductor.call for conductor in board.live() if conductor.call.id == session_id), None)
    entries = await board.story(session_id)
    known = await board.conversation(session_id)
    return tell(
        State(
            session_id=session_id,
            status=_status(known, live=live is not None),
            playbook=known.playbook,
            language=known.language,
            started_at=known.started_at,
            duration=known.ended.seconds if known.ended else round(live.clock(), 3) if live else entries[-1].at,
            phase=known.phase,
            pain_points=list(known.pain_points),
            objections=list(known.objections),
            entities=list(known.entities),
            issue=known.issue,
            has_sufficient_context=known.sufficient,
            needs_clarification=not known.sufficient,
            context_reason=known.context_reason,
            messages=[views.message(utterance) for utterance in known.utterances],
            counters=views.counters(entries),
            legs=[views.leg_state(leg, live.clock) for leg in live.legs.values()] if live else [],
            troubles=views.troubles(entries)[-_TROUBLES_SHOWN:],
            session_stats=views.session_stats(known),
            warnings=_warnings(entries),
        )
    )


async def insights(request: web.Request) -> web.Response:
    """E05."""
    session_id = path_session(request)
    seen = views.insights(await request.app[SWITCHBOARD].story(session_id))
    given = [card for card in seen if card.status == "given"]
    kinds = sorted({card.type for card in given})
    stats = InsightStats(
        total=len(seen),
        given=len(given),
        withheld=len(seen) - len(given),
        by_type={kind: sum(card.type == kind for card in given) for kind in kinds},
    )
    return tell(Insights(session_id=session_id, insights=seen, stats=stats))


async def listing(request: web.Request) -> web.Response:
    """A page of the calls, newest first."""
    query = read_query(request, ListQuery)
    rows, total = await request.app[STORE].calls(search=query.search, limit=query.limit, offset=query.offset)
    listed = [
        CallListed(
            session_id=row.call_id,
            playbook=row.playbook,
            language=row.language,
            status="active" if row.ended_at is None else "ended",
            started_at=row.started_at,
            ended_at=row.ended_at,
            reason=row.reason,
        )
        for row in rows
    ]
    return tell(CallList(calls=listed, total=total, limit=query.limit, offset=query.offset))


async def story(request: web.Request) -> web.Response:
    """Every fact of the call, as envelopes."""
    session_id = path_session(request)
    board = request.app[SWITCHBOARD]
    entries = await board.story(session_id)
    live = any(conductor.call.id == session_id for conductor in board.live())
    status = _status(Conversation.of(entries), live=live)
    return tell(Story(session_id=session_id, status=status, facts=[as_dict(session_id, entry) for entry in entries]))


async def transcript(request: web.Request) -> web.Response:
    """What was said, in the order it was said, as JSON or as a file."""
    session_id = path_session(request)
    wanted = read_query(request, TranscriptQuery).format
    said = views.spoken(await request.app[SWITCHBOARD].story(session_id))
    if wanted == "json":
        return tell(Transcript(session_id=session_id, messages=[views.message(utterance) for utterance in said]))
    write, content_type = exports.FORMATS[wanted]
    name = f'attachment; filename="{session_id.replace(":", "_")}.{wanted}"'
    return web.Response(
        text=write(said), content_type=content_type, charset="utf-8", headers={"Content-Disposition": name}
    )


async def recording(request: web.Request) -> web.Response:
    """The sound of a call. Nothing is recorded yet, so there is none of any call."""
    await request.app[SWITCHBOARD].story(path_session(request))
    return refusal(404, "recording_not_found", "this call was not recorded")


def _status(conversation: Conversation, *, live: bool) -> CallStatus:
    """A call that is neither live nor ended was cut short by the end of its process."""
    return "active" if live and conversation.ended is None else "ended"


def _warnings(entries: Sequence[Entry]) -> list[str]:
    return [warning for entry in entries[:1] if isinstance(entry.fact, CallStarted) for warning in entry.fact.warnings]
