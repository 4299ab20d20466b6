"""`/knowledge/gaps`: what technicians asked and nobody could answer, with how often."""

from aiohttp import web

from kitt_rtc.api.bodies import read_form, tell
from kitt_rtc.api.gap_forms import GapForm, GapKnown, GapList
from kitt_rtc.api.keys import LACKS
from kitt_rtc.model.lack import Lack


async def listing(request: web.Request) -> web.Response:
    """All of them."""
    return tell(GapList(gaps=[_seen(lack) for lack in await request.app[LACKS].listing()]))


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
