"""`/calls`, afterwards: the list of calls, and what one may take home of each: its story, its transcript."""

from aiohttp import web

from kitt_rtc.api import exports, views
from kitt_rtc.api.bodies import path_session, read_query, tell
from kitt_rtc.api.call_forms import CallList, CallListed, ListQuery, Story, Transcript, TranscriptQuery
from kitt_rtc.api.keys import ERASER, STORE, SWITCHBOARD
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.figures import spoken
from kitt_rtc.model.gaps import gaps
from kitt_rtc.wire import as_dict


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
    status = views.status_of(Conversation.of(entries), live=live)
    return tell(Story(session_id=session_id, status=status, facts=[as_dict(session_id, entry) for entry in entries]))


async def erase(request: web.Request) -> web.Response:
    """Without a trace, but for a line in the log. 409 while it is live."""
    await request.app[ERASER].erase(path_session(request))
    return web.Response(status=204)


async def transcript(request: web.Request) -> web.Response:
    """What was said, in the order it was said, as JSON or as a file."""
    session_id = path_session(request)
    wanted = read_query(request, TranscriptQuery).format
    entries = await request.app[SWITCHBOARD].story(session_id)
    said, missing = spoken(entries), gaps(entries)
    if wanted == "json":
        messages = [views.message(utterance) for utterance in said]
        return tell(Transcript(session_id=session_id, messages=messages, gaps=[views.gap(hole) for hole in missing]))
    write, content_type = exports.FORMATS[wanted]
    name = f'attachment; filename="{session_id.replace(":", "_")}.{wanted}"'
    return web.Response(
        text=write(sorted([*said, *missing], key=lambda line: line.start)),
        content_type=content_type,
        charset="utf-8",
        headers={"Content-Disposition": name},
    )
