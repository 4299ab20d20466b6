"""Around every request: its id, its errors in one shape, and the headers that every answer wears."""

import logging
import math
import secrets
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from aiohttp import hdrs, web

from kitt_rtc.api.door import Handler
from kitt_rtc.api.origins import Origins
from kitt_rtc.model.errors import (
    BadForm,
    BadInput,
    BadOffer,
    BadSound,
    CallError,
    CallLive,
    CallNotFound,
    CallOver,
    DocumentNotFound,
    EngineError,
    EngineRefused,
    EngineTimeout,
    EngineUnavailable,
    JobNotFound,
    KittError,
    KnowledgeError,
    LackNotFound,
    LegNotFound,
    NotAllowed,
    ProfileError,
    ProfileNotFound,
    ProfileStale,
    ProposedArticleNotFound,
    TooManyCalls,
    TooManyRequests,
)

logger = logging.getLogger(__name__)

STATUS: Mapping[type[KittError], int] = {
    CallNotFound: 404,
    CallLive: 409,
    CallOver: 409,
    LegNotFound: 404,
    TooManyCalls: 503,
    CallError: 409,
    BadForm: 422,
    BadSound: 415,
    BadOffer: 400,
    BadInput: 400,
    NotAllowed: 403,
    TooManyRequests: 429,
    EngineTimeout: 504,
    EngineUnavailable: 503,
    EngineRefused: 502,
    EngineError: 502,
    LackNotFound: 404,
    ProposedArticleNotFound: 404,
    ProfileNotFound: 404,
    ProfileStale: 409,
    ProfileError: 409,
    DocumentNotFound: 404,
    JobNotFound: 404,
    KnowledgeError: 409,
    KittError: 500,
}
"""What each error is in HTTP's words; the closest class counts. An unknown caller is a 401 instead of a 403."""

_CODES = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    413: "too_large",
    415: "unsupported_media_type",
    416: "range_not_satisfiable",
    417: "expectation_failed",
}
_RETRY_SECONDS = "5"
_UNFINISHED = frozenset({400, 408, 413, 415})
"""Answers after which the rest of the body is nobody's: the connection closes."""

REQUEST_ID = web.RequestKey("request_id", str)

HEADERS = {
    hdrs.CONTENT_SECURITY_POLICY: "default-src 'self'; img-src 'self' data:; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    hdrs.X_CONTENT_TYPE_OPTIONS: "nosniff",
    hdrs.REFERRER_POLICY: "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    hdrs.CACHE_CONTROL: "no-store",
}


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Errors to answers, in one shape. What nobody foresaw is a 500 without words, logged under its request's id."""
    request[REQUEST_ID] = secrets.token_hex(8)
    try:
        return await handler(request)
    except KittError as error:
        status = _status_of(error)
        if isinstance(error, NotAllowed):
            _turned_away(request, status, error)
        newer = asdict(error.newer) if isinstance(error, ProfileStale) else None
        answer = refusal(status, error.code, error.message, getattr(error, "fields", ()), newer=newer)
        if isinstance(error, TooManyRequests):
            answer.headers[hdrs.RETRY_AFTER] = str(math.ceil(error.retry_seconds))
        return answer
    except web.HTTPException as error:
        if error.status < 400:
            raise
        said = error.text or ""
        words = error.reason if said.startswith(f"{error.status}:") else said
        answer = refusal(error.status, _CODES.get(error.status, "http_error"), words)
        if hdrs.ALLOW in error.headers:
            answer.headers[hdrs.ALLOW] = error.headers[hdrs.ALLOW]
        return answer
    except ConnectionResetError:
        raise  # whoever asked has gone: there is nobody to answer, and nothing is wrong here
    except Exception as error:  # whatever a door forgot is told in the one shape, and logged without private words
        _note(request[REQUEST_ID], error)
        return refusal(500, "internal", f"something went wrong here; its number is {request[REQUEST_ID]}")


def refusal(
    status: int,
    code: str,
    message: str,
    fields: Sequence[Mapping[str, Any]] = (),
    *,
    newer: Mapping[str, Any] | None = None,
) -> web.Response:
    """The one shape of every error."""
    error: dict[str, Any] = {"code": code, "message": message}
    if fields:
        error["fields"] = list(fields)
    if newer is not None:
        error["newer"] = newer
    answer = web.json_response({"success": False, "error": error}, status=status)
    if status == 503:
        answer.headers[hdrs.RETRY_AFTER] = _RETRY_SECONDS
    if status == 401:
        answer.headers[hdrs.WWW_AUTHENTICATE] = "Bearer"
    if status in _UNFINISHED:
        answer.force_close()
    return answer


def dresser(origins: Origins) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """The signal that puts the house's headers on every answer, streams and sockets included."""

    async def dress(request: web.Request, answer: web.StreamResponse) -> None:
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
        answer.headers[hdrs.SERVER] = "KITT RTC"  # not what it is built of, and of which age
        answer.headers["X-Request-Id"] = request.get(REQUEST_ID, "")
        origin = request.headers.get(hdrs.ORIGIN)
        if origin is not None:
            answer.headers.update(origins.headers_for(origin))

    return dress


def _turned_away(request: web.Request, status: int, error: NotAllowed) -> None:
    """Which door, and why; nothing that the stranger sent, for it may be a secret that is only misplaced."""
    resource = request.match_info.route.resource
    door = resource.canonical if resource is not None else ""
    told = {"request": request[REQUEST_ID], "door": door, "status": status, "why": error.message}
    logger.warning("turned away", extra=told)


def _note(request_id: str, error: Exception) -> None:
    """Write down the kind and the place of an unforeseen error; its message may hold anything."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    where = f"{place.name}:{place.lineno}"
    logger.error("request failed", extra={"request": request_id, "error": type(error).__name__, "place": where})


def _status_of(error: KittError) -> int:
    if isinstance(error, NotAllowed) and not error.known:
        return 401
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
