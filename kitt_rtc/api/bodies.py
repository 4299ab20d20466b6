"""Bodies in and out: the one door through which every byte of a request's body comes.

Law: whatever is wrong with a body becomes a 4xx here, within a deadline and a size, and nothing of it is stored.
"""

import asyncio
import codecs
import json
import re
import warnings
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any, NoReturn, TypeVar

from aiohttp import BadContentDispositionHeader, BadContentDispositionParam, BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from multidict import MultiMapping
from pydantic import BaseModel, ValidationError

from kitt_rtc.api.forms import ID_PATTERN
from kitt_rtc.api.keys import OPTIONS
from kitt_rtc.model.errors import BadForm, CallNotFound

Form = TypeVar("Form", bound=BaseModel)

JSON_BYTES = 262_144
"""An offer with many candidates is some 10 kB."""
_PIECE = 65_536
_STRANGE = (BadContentDispositionHeader, BadContentDispositionParam)
_UNREADABLE = (HttpProcessingError, web.RequestPayloadError, ValueError, LookupError, RecursionError, *_STRANGE)
for _warning in _STRANGE:
    warnings.simplefilter("ignore", _warning)  # its text quotes the sender's header on standard error
_ID = re.compile(ID_PATTERN)
_CHARSETS = frozenset({"utf-8", "ascii", "iso8859-1"})


async def read_form(request: web.Request, form: type[Form]) -> Form:
    """The JSON body as a form; an empty body is an empty form. Raises BadForm naming the fields, or a 4xx."""
    if "Content-Type" in request.headers and request.body_exists and request.content_type != "application/json":
        raise web.HTTPBadRequest(text="send the body as application/json")
    raw = await read_bytes(request, limit=JSON_BYTES)
    with _readable():
        value = _parsed(_text(raw, request.charset)) if raw.strip() else {}
    return valid_form(form, value)


def read_query(request: web.Request, form: type[Form]) -> Form:
    """The query as a form. A name that stands twice, or that nobody knows, is at fault."""
    return valid_form(form, _single(request.query))


def path_session(request: web.Request) -> str:
    """The `{session_id}` of the path. One that cannot be a call's is a call that is not there: CallNotFound."""
    session_id = request.match_info["session_id"]
    if not _ID.fullmatch(session_id):
        raise CallNotFound
    return session_id


def tell(form: BaseModel, *, status: int = 200) -> web.Response:
    """A form as the answer."""
    return web.Response(text=form.model_dump_json(), status=status, content_type="application/json")


async def read_bytes(request: web.Request, *, limit: int, seconds: float | None = None) -> bytes:
    """The body as it came, inflated, up to `limit` bytes within `seconds`. Raises a 408, 413 or 400."""
    if (request.content_length or 0) > limit:
        _too_large(limit)
    body = bytearray()
    async with _in_time(request, seconds):
        async for piece in request.content.iter_any():
            body += piece
            if len(body) > limit:
                _too_large(limit)
    return bytes(body)


async def read_parts(request: web.Request, *, names: Collection[str], limit: int) -> dict[str, bytes]:
    """The named parts of a multipart form, together up to `limit` bytes. Raises BadForm or a 4xx."""
    if not request.body_exists:
        return {}
    if request.content_type != "multipart/form-data":
        raise web.HTTPUnsupportedMediaType(text="send the body as multipart/form-data")
    if (request.content_length or 0) > limit:
        _too_large(limit)
    parts: dict[str, bytes] = {}
    room = limit
    async with _in_time(request, None):
        async for part in await request.multipart():
            name = (part.name if isinstance(part, BodyPartReader) else None) or "body"
            if not isinstance(part, BodyPartReader) or name not in names or name in parts:
                _wrong_part(name, names)
            parts[name] = await _part(part, room, limit)
            room -= len(parts[name])
    return parts


async def _part(part: BodyPartReader, room: int, limit: int) -> bytes:
    body = bytearray()
    while piece := await part.read_chunk(_PIECE):
        body += piece
        if len(body) > room:
            _too_large(limit)
    return bytes(body)


@asynccontextmanager
async def _in_time(request: web.Request, seconds: float | None) -> AsyncIterator[None]:
    allowed = request.app[OPTIONS].body_seconds if seconds is None else seconds
    try:
        async with asyncio.timeout(allowed):
            with _readable():
                yield
    except TimeoutError:
        raise web.HTTPRequestTimeout(text=f"the body did not come within {allowed:g} seconds") from None


@contextmanager
def _readable() -> Iterator[None]:
    """Everything a parser may stumble over, as one answer (RELIABILITY traps 11 and 16)."""
    try:
        yield
    except _UNREADABLE as error:
        raise web.HTTPBadRequest(text="the body cannot be read: it is not what its headers say") from error


def _text(raw: bytes, charset: str | None) -> str:
    codec = codecs.lookup(charset or "utf-8")
    if codec.name not in _CHARSETS:
        raise LookupError("not a charset of JSON")
    return raw.decode(codec.name)


def _parsed(text: str) -> Any:
    value = json.loads(text, parse_constant=_no_number)
    json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate would only fail later, in the store
    return value


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _single(values: MultiMapping[str]) -> dict[str, str]:
    single = dict(values.items())
    if len(single) != len(values):
        twice = sorted(name for name in single if len(values.getall(name)) > 1)
        raise BadForm("a field stands twice", [{"field": name, "message": "stands twice"} for name in twice])
    return single


def valid_form(form: type[Form], value: Any) -> Form:
    """Raises BadForm naming the fields."""
    try:
        return form.model_validate(value)
    except ValidationError as error:
        fields = [
            {"field": ".".join(str(part) for part in fault["loc"]) or "body", "message": fault["msg"]}
            for fault in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        names = ", ".join(dict.fromkeys(field["field"] for field in fields))
        raise BadForm(f"these fields are not right: {names}", fields) from None


def _wrong_part(name: str, names: Collection[str]) -> NoReturn:
    expected = f"expected at most one of each: {', '.join(names)}"
    raise BadForm("the form has a part that does not belong", [{"field": name, "message": expected}])


def _too_large(limit: int) -> NoReturn:
    raise web.HTTPRequestEntityTooLarge(max_size=limit, text=f"the body is larger than {limit} bytes")
