"""`/calls/{session_id}/traces` and `/case`: how answers were looked for, and whether they helped, by a click."""

from dataclasses import asdict

from aiohttp import web

from kitt_rtc.api.bodies import path_session, read_form, tell
from kitt_rtc.api.case_forms import CaseForm, CaseTold, FoundSeen, Traces, TraceSeen
from kitt_rtc.api.keys import SWITCHBOARD
from kitt_rtc.model.facts import AnswerTraced, CaseSettled, Entry
from kitt_rtc.model.insight import InsightType


async def traces(request: web.Request) -> web.Response:
    """Of a live call or an old one, in the order they were made."""
    session_id = path_session(request)
    entries = await request.app[SWITCHBOARD].story(session_id)
    told = [_trace(entry, entry.fact) for entry in entries if isinstance(entry.fact, AnswerTraced)]
    return tell(Traces(session_id=session_id, traces=told))


async def settle(request: web.Request) -> web.Response:
    """The trouble at hand is resolved, or is not: the newest word on it counts."""
    form = await read_form(request, CaseForm)
    call = request.app[SWITCHBOARD].find(path_session(request)).call
    settled = {insight_id for case in call.conversation.cases if case.resolved for insight_id in case.insight_ids}
    answers = [
        given.insight
        for given in call.conversation.given
        if given.insight.type is InsightType.KNOWLEDGE_BASE and given.insight.id not in settled
    ]
    because = tuple(dict.fromkeys(said for answer in answers for said in answer.because))
    ids = tuple(answer.id for answer in answers)
    call.record(CaseSettled(form.resolved, form.by or "operator", because=because, insight_ids=ids))
    return tell(CaseTold(session_id=call.id, resolved=form.resolved, insight_ids=list(ids)))


def _trace(entry: Entry, fact: AnswerTraced) -> TraceSeen:
    found = [FoundSeen(**asdict(one)) for one in fact.found]
    return TraceSeen(
        at=entry.at,
        queries=list(fact.queries),
        found=found,
        least=fact.least,
        outcome=fact.outcome,
        insight_id=fact.insight_id,
        because=list(fact.because),
        took=fact.took,
    )
