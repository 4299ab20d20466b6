"""How the house writes its log: one line per happening, key=value for people or JSON for machines.

The law: no secret leaves by the log. Rooms keep words and numbers out of what they log; here is the net below them:
whatever looks like a key, a token or a telephone number is starred, and what a foreign exception says is left out
above DEBUG, since a vendor's sentence may quote what somebody said.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal, TextIO

import structlog
from structlog.contextvars import bound_contextvars, merge_contextvars
from structlog.typing import EventDict, WrappedLogger

from kitt_rtc.model.errors import KittError

_HANDLER = "kitt"
_STARS = "***"
_NOISY = {
    "aiohttp.access": logging.WARNING,  # addresses carry tokens
    "aioice": logging.WARNING,
    "aiortc": logging.WARNING,
    "aiosqlite": logging.WARNING,  # tells every value it writes
    "asyncio": logging.WARNING,
    "httpcore": logging.WARNING,
    "httpx": logging.WARNING,
    "libav": logging.ERROR,
    "openai": logging.WARNING,  # tells whole requests
    "qdrant_client": logging.WARNING,
    "twilio": logging.WARNING,  # tells headers
    "urllib3": logging.WARNING,
}
_LEFTOVERS = {"message", "asctime"}
"""What another handler's formatter has written on the record."""
_SECRETS = re.compile(
    r"(?i:(?P<scheme>\b(?:bearer|basic)\s+))[\w.~+/=-]{8,}"
    r"|(?i:(?P<name>\b(?:auth[_-]?token|api[_-]?key|access[_-]?token|token|secret|password)[\"']?\s*[=:]\s*[\"']?))[^\s\"'&,;]{6,}"
    r"|\bsk-[\w-]{8,}"
    r"|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"
    r"|\b[0-9a-fA-F]{32}\b"
)
_PHONE = re.compile(r"(?<![\w.+-])(?:\+\d(?:[ .()-]{0,2}\d){6,14}|0[1-9](?:[ .-]?\d{2}){4})(?![\w.-])")


def configure(*, level: str = "INFO", form: Literal["text", "json"] = "text", stream: TextIO | None = None) -> None:
    """Have everything logged go to `stream` (stderr when none is given) in this form. Doing it again replaces it."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.set_name(_HANDLER)
    handler.setFormatter(_formatter(level, form))
    root = logging.getLogger()
    for known in [known for known in root.handlers if known.get_name() == _HANDLER]:
        root.removeHandler(known)
    root.addHandler(handler)
    root.setLevel(level)
    for name, quietest in _NOISY.items():
        logging.getLogger(name).setLevel(quietest)


@contextmanager
def about(**names: str) -> Iterator[None]:
    """Everything logged in here, and in tasks started in here, carries these fields: `with about(call=…, leg=…)`."""
    with bound_contextvars(**names):
        yield


def starred(text: str) -> str:
    """The text with stars in the place of keys, tokens and telephone numbers."""
    return _PHONE.sub(_STARS, _SECRETS.sub(_stars, text))


def _stars(found: re.Match[str]) -> str:
    return (found.group("scheme") or found.group("name") or "") + _STARS


def _formatter(level: str, form: str) -> logging.Formatter:
    shared: list[Any] = [
        merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.add_logger_name,
        _with_failure(frank=level == "DEBUG"),
    ]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _star_values,
            _as_json if form == "json" else _as_text,
        ],
    )


# Failures.


def _with_failure(*, frank: bool) -> Any:
    """A processor that tells where a failure came from, and, where that is known to be harmless, what it says."""

    def tell(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        known = event.pop("exc_info", None)
        error = known[1] if isinstance(known, tuple) else known
        if isinstance(error, BaseException):
            event["failure"] = "\n".join(_failure(error, frank=frank))
        return event

    return tell


def _failure(error: BaseException, *, frank: bool, depth: int = 0) -> Iterator[str]:
    """Cause before consequence, as Python tells it; a group's members behind the group."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None and depth < 8:
        yield from _failure(before, frank=frank, depth=depth + 1)
        yield "which led to"
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"  {frame.filename}:{frame.lineno} in {frame.name}"
    says = f": {error}" if frank or isinstance(error, KittError) else ""
    yield f"{type(error).__module__}.{type(error).__qualname__}{says}"
    if isinstance(error, BaseExceptionGroup) and depth < 8:
        for member in error.exceptions:
            yield from _failure(member, frank=frank, depth=depth + 1)


# The last two processors.


def _star_values(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {key: _star(value) for key, value in event.items() if key not in _LEFTOVERS}


def _star(value: Any) -> Any:
    match value:
        case str():
            return starred(value)
        case bool() | int() | float() | None:
            return value
        case list() | tuple() | set() | frozenset():
            return [_star(item) for item in value]
        case dict():
            return {str(key): _star(item) for key, item in value.items()}
        case _:
            return starred(str(value))


def _as_json(_: WrappedLogger, __: str, event: EventDict) -> str:
    return json.dumps(event)


def _as_text(_: WrappedLogger, __: str, event: EventDict) -> str:
    failure = event.pop("failure", "")
    event = {**{key: event.pop(key) for key in ("call", "leg") if key in event}, **event}
    when, level, logger = event.pop("timestamp"), event.pop("level"), event.pop("logger", "")
    first = f"{when} {level:<7} {_line(event.pop('event'))}"
    fields = [f"{key}={_value(value)}" for key, value in event.items() if value != ""]
    text = " ".join([first, *fields, f"logger={logger}"])
    return text if not failure else text + "\n" + _encodable(failure)


def _value(value: Any) -> str:
    """A value that stays one word, or is quoted."""
    text = _line(value)
    return '"' + text.replace('"', "'") + '"' if re.search(r"[\s=\"]", text) else text


def _line(value: Any) -> str:
    """One line: nobody's words start a line of their own in our log."""
    text = str(value)
    return _encodable("".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text))


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
