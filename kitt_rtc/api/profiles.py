"""`/profiles`: the house's customers; and the one of a call, with what the call has told of them.

The law: a call's token opens its own customer and no other's, and adds only what its own call has taught.
"""

import secrets
from dataclasses import asdict, fields

from aiohttp import web

from kitt_rtc.api.bodies import path_session, read_form, read_query, tell
from kitt_rtc.api.guard import caller_of
from kitt_rtc.api.keys import APPROVALS, PROFILES, SWITCHBOARD
from kitt_rtc.api.profile_forms import (
    ApprovalForm,
    Approved,
    CallProfile,
    ChangeSeen,
    EditedProfileForm,
    LessonSeen,
    NewProfileForm,
    ProfileForm,
    ProfileList,
    ProfileSaved,
    ProfileSeen,
    ProfilesQuery,
)
from kitt_rtc.model.errors import BadForm, ProfileNotFound
from kitt_rtc.model.facts import LegJoined
from kitt_rtc.model.profile import LISTS, Profile

_WRITTEN = [field.name for field in fields(Profile) if field.name not in ("id", "version", "updated_at")]


async def listing(request: web.Request) -> web.Response:
    """A page of them."""
    query = read_query(request, ProfilesQuery)
    found, total = await request.app[PROFILES].listing(search=query.search, limit=query.limit, offset=query.offset)
    return tell(
        ProfileList(profiles=[_seen(one) for one in found], total=total, limit=query.limit, offset=query.offset)
    )


async def create(request: web.Request) -> web.Response:
    """A new one; a 409 with what stands there where the id is taken."""
    form = await read_form(request, NewProfileForm)
    profile = _written(form, form.id or f"profile_{secrets.token_hex(8)}", version=0)
    return tell(ProfileSaved(profile=_seen(await request.app[PROFILES].save(profile))))


async def read(request: web.Request) -> web.Response:
    """One of them."""
    profile = await request.app[PROFILES].find(request.match_info["profile_id"])
    if profile is None:
        raise ProfileNotFound
    return tell(_seen(profile))


async def write(request: web.Request) -> web.Response:
    """As it was edited, whole."""
    form = await read_form(request, EditedProfileForm)
    profile = _written(form, request.match_info["profile_id"], version=form.version)
    return tell(ProfileSaved(profile=_seen(await request.app[PROFILES].save(profile))))


async def erase(request: web.Request) -> web.Response:
    """Without a trace in the table."""
    if not await request.app[PROFILES].erase(request.match_info["profile_id"]):
        raise ProfileNotFound
    return web.Response(status=204)


async def of_call(request: web.Request) -> web.Response:
    """Whose call it is."""
    session_id = path_session(request)
    learnt = await request.app[APPROVALS].learnt(session_id)
    return tell(
        CallProfile(
            session_id=session_id,
            profile=None if learnt.profile is None else _seen(learnt.profile),
            sure="" if learnt.profile is None else "certain" if learnt.given else "likely",
            lessons=[LessonSeen(id=lesson.id, **asdict(lesson)) for lesson in learnt.lessons],
        )
    )


async def approve(request: web.Request) -> web.Response:
    """Save what was learnt; who approved stands in the story."""
    form = await read_form(request, ApprovalForm)
    session_id = path_session(request)
    by = await _approver(request, session_id, form.by)
    changes = await request.app[APPROVALS].approve(session_id, form.lessons, by=by)
    profile = (await request.app[APPROVALS].learnt(session_id)).profile
    if profile is None:
        raise ProfileNotFound
    told = [ChangeSeen(**asdict(change)) for change in changes]
    return tell(Approved(session_id=session_id, changes=told, profile=_seen(profile)))


async def _approver(request: web.Request, session_id: str, leg_id: str) -> str:
    """The speaker of this leg of the call, live or over; else what let them in."""
    story = await request.app[SWITCHBOARD].story(session_id)
    joined = (entry.fact for entry in story if isinstance(entry.fact, LegJoined))
    speakers = [fact.speaker.id for fact in joined if fact.leg_id == leg_id and fact.speaker is not None]
    return speakers[-1] if speakers else "operator" if caller_of(request).operator else "caller"


def _written(form: ProfileForm, profile_id: str, *, version: int) -> Profile:
    """Raises BadForm."""
    if not form.name and not form.company:
        message = "give a name or a company"
        raise BadForm(message, [{"field": "name", "message": message}, {"field": "company", "message": message}])
    told = {name: getattr(form, name) for name in _WRITTEN}
    lists = {name: tuple(dict.fromkeys(told[name])) for name in LISTS}
    return Profile(profile_id, **(told | lists), version=version)


def _seen(profile: Profile) -> ProfileSeen:
    return ProfileSeen(**asdict(profile))
