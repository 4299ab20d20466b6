"""`/knowledge/gaps`: what technicians asked and nobody could answer, with how often."""

from aiohttp import web

from kitt_rtc.api.bodies import read_form, read_query, tell
from kitt_rtc.api.gap_forms import GapForm, GapKnown, GapList, GapsQuery
from kitt_rtc.api.keys import LACKS
from kitt_rtc.model.lack import Lack
from kitt_rtc.model.words import fold


async def listing(request: web.Request) -> web.Response:
    """A page of them."""
    query = read_query(request, GapsQuery)
    wanted = fold(query.search)
    found = [lack for lack in await request.app[LACKS].listing() if wanted in fold(f"{lack.question} {lack.title}")]
    shown = found[query.offset : query.offset + query.limit]
    gaps = [_seen(lack) for lack in shown]
    return tell(GapList(gaps=gaps, total=len(found), limit=query.limit, offset=query.offset))


async def mark(request: web.Request) -> web.Response:
    """Done, or open again. It opens by itself when it is asked once more."""
    form = await read_form(request, GapForm)
    return tell(_seen(await request.app[LACKS].mark(request.match_info["gap_id"], done=form.done)))


def _seen(lack: Lack) -> GapKnown:
    return GapKnown(
        id=lack.id,
        question=lack.question,
        language=lack.language,
        reason=lack.reason,
        title=lack.title,
        score=lack.score,
        count=lack.count,
        calls=list(lack.calls),
        first_at=lack.first_at,
        last_at=lack.last_at,
        done=lack.done,
    )
