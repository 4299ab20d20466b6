"""A door: one row of the route table, from which its route, its guard and its page in the document are made."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web
from pydantic import BaseModel

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Who(StrEnum):
    """Who may come in."""

    ANYONE = "anyone"
    """Pages, documents, health: nothing of any call."""
    OPERATOR = "operator"
    """The house's key, or this machine when there is no key."""
    CALLER = "caller"
    """The operator, or the holder of the call's token. A `{session_id}` in the path is checked before the handler;
    a call that is named elsewhere, the handler checks by `caller_of(request).enter(call_id)`."""
    NETWORK = "network"
    """The telephone network: the handler checks its signature."""


@dataclass(frozen=True, slots=True)
class Door:
    method: str
    path: str
    handler: Handler
    who: Who
    tag: str
    summary: str
    body: type[BaseModel] | None = None
    body_type: str = "application/json"
    body_needed: bool = True
    answer: type[BaseModel] | None = None
    """The form of the answer; None for pages, files and sockets."""
    answer_type: str = "application/json"
    query: type[BaseModel] | None = None
    status: int = 200
    """Of the answer when all is well."""
