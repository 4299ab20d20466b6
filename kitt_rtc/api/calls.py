"""`/calls`: start a call, end it, look at it (contract E01, E02, E03, E05)."""

from collections.abc import Sequence

from aiohttp import web

from kitt_rtc.api import views
from kitt_rtc.api.advice_forms import Insights, InsightStats
from kitt_rtc.api.bodies import path_session, read_form, tell
from kitt_rtc.api.call_forms import (
    Ended,
    LegState,
    Started,
    StartForm,
    State,
    TokenMade,
)
from kitt_rtc.api.keys import GUARD, SWITCHBOARD
from kitt_rtc.calls.call import Call
from kitt_rtc.calls.switchboard import CallOrder
from kitt_rtc.model.conversation import Conversation
from kitt_rtc.model.facts import CallStarted, Entry

_TROUBLES_SHOWN = 10


async def start(request: web.Request) -> web.Response:
    """E01."""
    form = await read_form(request, StartForm)
    language = "" if form.language == "auto" else form.language
    conductor = await request.app[SWITCHBOARD].start(
        CallOrder(form.session_id, form.playbook, language, form.profile_id, tuple(form.languages))
    )
    call, guard = conductor.call, request.app[GUARD]
    return tell(
        Started(
            session_id=call.id,
            playbook=form.playbook,
            language=call.conversation.language,
            languages=_languages(call.conversation),
            token=guard.token_for(call.id),
            token_seconds=guard.token_seconds,
            warnings=_warnings(call.journal.entries()),
            troubles=views.troubles(call.journal.entries()),
        )
    )


async def token(request: web.Request) -> web.Response:
    """A fresh token of a live call: for a page whose own is running out, or for another person's page."""
    session_id = path_session(request)
    guard = request.app[GUARD]
    request.app[SWITCHBOARD].find(session_id)
    return tell(TokenMade(session_id=session_id, token=guard.token_for(session_id), token_seconds=guard.token_seconds))


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
            status=views.status_of(known, live=live is not None),
            playbook=known.playbook,
            language=known.language,
            languages=_languages(known),
            spoken_languages=dict(known.languages),
            started_at=known.started_at,
            duration=known.ended.seconds if known.ended else round(live.clock(), 3) if live else entries[-1].at,
            phase=known.phase,
            pain_points=list(known.pain_points),
            objections=list(known.objections),
            answered=list(known.answered),
            commitments=list(known.commitments),
            entities=list(known.entities),
            names=list(known.names),
            amounts=list(known.amounts),
            dates=list(known.dates),
            competitors=list(known.competitors),
            tone=views.tone(known.tone),
            issue=known.issue,
            has_sufficient_context=known.sufficient,
            needs_clarification=not known.sufficient,
            context_reason=known.context_reason,
            messages=[views.message(utterance) for utterance in known.utterances],
            counters=views.counters(entries),
            legs=_legs(live) if live else [],
            troubles=views.troubles(entries)[-_TROUBLES_SHOWN:],
            session_stats=views.session_stats(known),
            figures=views.live_figures(entries),
            warnings=_warnings(entries),
            recording=views.recording_state(known, live=live is not None),
            model=views.spending(known),
        )
    )


async def insights(request: web.Request) -> web.Response:
    """E05."""
    session_id = path_session(request)
    story = await request.app[SWITCHBOARD].story(session_id)
    seen = views.insights(story)
    given = [card for card in seen if card.status == "given"]
    kinds = sorted({card.type for card in given})
    stats = InsightStats(
        total=len(seen),
        given=len(given),
        withheld=len(seen) - len(given),
        by_type={kind: sum(card.type == kind for card in given) for kind in kinds},
    )
    return tell(Insights(session_id=session_id, insights=seen, stats=stats, ledger=views.stage_figures(story)))


def _languages(known: Conversation) -> list[str]:
    return list(known.languages_allowed or (known.language,))


def _legs(live: Call) -> list[LegState]:
    held = live.conversation.legs_held
    return [views.leg_state(leg, live.clock, held=leg.id in held) for leg in live.legs.values()]


def _warnings(entries: Sequence[Entry]) -> list[str]:
    return [warning for entry in entries[:1] if isinstance(entry.fact, CallStarted) for warning in entry.fact.warnings]
