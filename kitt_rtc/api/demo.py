"""`/demo`: the suggestions of a call, for pages that poll; the push comes first and has the same ids (contract E18)."""

from aiohttp import web

from kitt_rtc.api import views
from kitt_rtc.api.advice_forms import Suggestion, Suggestions, SuggestionsQuery
from kitt_rtc.api.bodies import read_query, tell
from kitt_rtc.api.guard import caller_of
from kitt_rtc.api.keys import SWITCHBOARD


async def suggestions(request: web.Request) -> web.Response:
    """E18: questions and answers; coaching is not asked for here."""
    query = read_query(request, SuggestionsQuery)
    caller_of(request).enter(query.session_id)
    seen = views.insights(await request.app[SWITCHBOARD].story(query.session_id))
    offered = [
        Suggestion(type=card.type, content=card.content, id=card.id, title=card.title, at=card.at, sources=card.sources)
        for card in seen
        if card.status == "given" and card.type != "coaching"
    ]
    return tell(Suggestions(suggestions=offered[-query.limit :]))
